import { member, parseJson } from '../answer.ts'
import { DEFAULT_PAUSE_MS, retryAfter, type LimitRules } from '../limits.ts'
import { isPause } from './errors.ts'

// Source: [D overview, "Rate Limits"; error codes]. Private requests are counted by account and endpoint, public ones by
// address, in windows of two seconds; 50011 with HTTP 200 or 429, 50061 for an account's orders. No header tells what is used.

const WINDOW_MS = 2000
/** The slowest question that background work asks: 10 in two seconds (balance, positions). */
const PER_MINUTE = 10 * 30
/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000

export const LIMITS: LimitRules = {
  pauseOf({ status, headers, body }) {
    // Whose limit a 429 is about is not told: everybody's, then.
    if (status === 429 || status === 418) return { scope: 'address', ms: retryAfter(headers, DEFAULT_PAUSE_MS) }
    if (body.length > LONGEST_REFUSAL) return null
    const parsed = parseJson(body)
    const data = member(parsed, 'data')
    const codes = [member(parsed, 'code'), member(Array.isArray(data) ? data[0] : undefined, 'sCode')]
    return codes.some((code) => typeof code === 'string' && isPause(Number(code))) ? { scope: 'key', ms: WINDOW_MS } : null
  },
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}
