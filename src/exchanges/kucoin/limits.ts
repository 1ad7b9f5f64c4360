import { member, parseJson } from '../answer.ts'
import { DEFAULT_PAUSE_MS, retryAfter, type LimitRules } from '../limits.ts'

// Source: [D rate limit; error codes]. Each account has a pool of weight for 30 s: 4000 on spot, 2000 on futures. 429000 "UID
// LIMIT" with gw-ratelimit-reset in ms, 429001 "SYSTEM LIMIT"; futures' 200002 "block 10s"; 1015 of Cloudflare "block 30s".

const CLOUDFLARE_MS = 30_000
const [LEAST_PAUSE_MS, LONGEST_PAUSE_MS] = [2000, 30_000] as const
/** A question weighs 2 to 5; orders 1 or 2. */
const WEIGHT = 5
/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000

const limits = (per30s: number): LimitRules => ({
  pauseOf({ status, headers, body }) {
    const code = body.length > LONGEST_REFUSAL ? undefined : member(parseJson(body), 'code')
    if (code === '429000' || code === '200002') {
      const reset = Number(headers['gw-ratelimit-reset'])
      return { scope: 'key', ms: code === '200002' ? DEFAULT_PAUSE_MS : reset > LEAST_PAUSE_MS ? Math.min(reset, LONGEST_PAUSE_MS) : LEAST_PAUSE_MS }
    }
    if (code === '1015' || (status === 429 && /\b1015\b/.test(body.slice(0, LONGEST_REFUSAL)))) return { scope: 'address', ms: CLOUDFLARE_MS }
    if (status === 429 || status === 418 || code === '429001') return { scope: 'address', ms: retryAfter(headers, DEFAULT_PAUSE_MS) }
    return null
  },
  usedOf: () => [],
  weightOf: () => WEIGHT,
  background: { scope: 'key', perMinute: per30s * 2 / 4 },
})

export const SPOT_LIMITS = limits(4000)
export const FUTURES_LIMITS = limits(2000)
