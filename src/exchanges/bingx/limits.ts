import { member, parseJson } from '../answer.ts'
import { retryAfter, type LimitRules } from '../limits.ts'
import { codeOf, isPause } from './errors.ts'

// [D rate-limits] For an account 1 to 30 in a second by endpoint (orders 10), for an address 1 to 3 by endpoint; refused with HTTP 200 and 100410, without
// a word on how long; whoever goes on is banned for minutes.

const PAUSE_MS = 2000
/** What a list of orders has for an account: 5 in a second. */
const PER_MINUTE = 5 * 60
/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000

export const LIMITS: LimitRules = {
  pauseOf({ status, headers, body }) {
    if (status === 429 || status === 418) return { scope: 'address', ms: retryAfter(headers) }
    const told = body.length > LONGEST_REFUSAL ? undefined : parseJson(body)
    const code = member(told, 'code') === undefined ? null : codeOf(told)
    return code !== null && isPause(code) ? { scope: 'address', ms: PAUSE_MS } : null
  },
  // Counted by endpoint: nothing that would still hold for the next request.
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}
