import { member, parseJson } from '../answer.ts'
import { retryAfter, type LimitRules } from '../limits.ts'
import { isPause } from './errors.ts'

// Source: [S limits] 500 in 10 s by endpoint, for an address and for an account, each on its own; 429 with Retry-After, and whoever goes on is
// banned by address (418). [F] most private endpoints 20 in 2 s, orders 4 in 2 s, refused with HTTP 200 and 510 or 2037.

const FUTURES_PAUSE_MS = 2000
/** What a private endpoint of futures has at least: 20 in 2 s. */
const PER_MINUTE = 10 * 60

export const LIMITS: LimitRules = {
  pauseOf({ status, headers, body }) {
    if (status === 429 || status === 418) return { scope: 'address', ms: retryAfter(headers) }
    const code = body.length > LONGEST_REFUSAL ? undefined : member(parseJson(body), 'code')
    return typeof code === 'number' && isPause(code) ? { scope: 'key', ms: FUTURES_PAUSE_MS } : null
  },
  // Counted by endpoint: nothing that would still hold for the next request.
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}

/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000
