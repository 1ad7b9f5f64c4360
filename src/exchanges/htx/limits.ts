import { parseJson } from '../answer.ts'
import { retryAfter, type LimitRules } from '../limits.ts'
import { codeOf, isPause } from './errors.ts'

// Source: [S rate limit] by account and endpoint, from 50 in 2 s down to 5 in 2 s, orders 100 in 2 s; [F] 144 in 3 s of an account for
// everything private, 240 in 3 s of an address for the rest. Who goes beyond is refused with HTTP 429, or with HTTP 200 and a code.

const PAUSE_MS = 2000
const PER_MINUTE = 50 * 30

export const LIMITS: LimitRules = {
  pauseOf({ status, headers, body }) {
    if (status === 429 || status === 418) return { scope: 'address', ms: retryAfter(headers) }
    const code = body.length > LONGEST_REFUSAL ? null : codeOf(parseJson(body))
    return code !== null && isPause(code) ? { scope: 'key', ms: PAUSE_MS } : null
  },
  // Counted by endpoint: nothing that would still hold for the next request.
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}

/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000
