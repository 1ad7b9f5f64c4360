import { member, parseJson } from '../answer.ts'
import { DEFAULT_PAUSE_MS, retryAfter, type LimitRules } from '../limits.ts'
import { isPause } from './errors.ts'

// Source: [D rate-limit]. An address: 600 requests in any 5 s; 403 "access too frequent" means "wait for at least 10
// minutes". An account: by endpoint and second, 10006; X-Bapi-Limit, -Status (remaining), -Reset-Timestamp (epoch ms).
// [D error] HTTP 429: "System level frequency protection".

const BAN_MS = 600_000
const [LEAST_PAUSE_MS, LONGEST_PAUSE_MS] = [1000, 10_000] as const
const PER_MINUTE = 600 * 12

export const LIMITS: LimitRules = {
  pauseOf({ status, headers, body }, now) {
    if (status === 403 && /too frequent/i.test(body)) return { scope: 'address', ms: BAN_MS }
    if (status === 429 || status === 418) return { scope: 'address', ms: retryAfter(headers, DEFAULT_PAUSE_MS) }
    const code = body.length > LONGEST_REFUSAL ? undefined : member(parseJson(body), 'retCode')
    if (typeof code !== 'number' || !isPause(code)) return null
    const untilReset = Number(headers['x-bapi-limit-reset-timestamp']) - now
    return { scope: 'key', ms: untilReset > LEAST_PAUSE_MS ? Math.min(untilReset, LONGEST_PAUSE_MS) : LEAST_PAUSE_MS }
  },
  // Counted by endpoint and second: nothing that would still hold for the next request.
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'address', perMinute: PER_MINUTE / 4 },
}

/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000
