import { member, parseJson } from '../answer.ts'
import { retryAfter, type LimitRules } from '../limits.ts'

// Source: [A rate limits] 1,000 points a minute for a key or an address; who goes beyond is refused with 103 or 104 (HTTP 429), and who goes on
// is banned for a time (105).

const PAUSE_MS = 5000
const PER_MINUTE = 1000
/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000

export const LIMITS: LimitRules = {
  pauseOf({ status, headers, body }) {
    if (status === 429 || status === 418) return { scope: 'address', ms: retryAfter(headers) }
    const code = body.length > LONGEST_REFUSAL ? undefined : member(parseJson(body), 'errorCode')
    return code === 103 || code === 104 || code === 105 ? { scope: 'key', ms: PAUSE_MS } : null
  },
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}
