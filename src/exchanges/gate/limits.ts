import { retryAfter, type LimitRules } from '../limits.ts'

// Source: [D frequency limit rule]. Public: 200 in 10 s by endpoint and address. Private, by account: 10 spot orders a second
// and pair, 100 futures orders a second, else 200 in 10 s by endpoint. 429 TOO_MANY_REQUESTS, and
// X-Gate-RateLimit-Reset-Timestamp: when the limit resets (seconds).

const [LEAST_PAUSE_MS, LONGEST_PAUSE_MS] = [1000, 10_000] as const
/** What every endpoint has at least: 200 in 10 s. */
const PER_MINUTE = 200 * 6

export const LIMITS: LimitRules = {
  // Questions without a key are counted for the address, all others for the key that asked.
  pauseOf({ status, headers }, now) {
    if (status === 418) return { scope: 'address', ms: retryAfter(headers) }
    if (status !== 429) return null
    const untilReset = Number(headers['x-gate-ratelimit-reset-timestamp']) * 1000 - now
    return { scope: 'key', ms: untilReset > LEAST_PAUSE_MS ? Math.min(untilReset, LONGEST_PAUSE_MS) : LEAST_PAUSE_MS }
  },
  // Counted by endpoint: nothing that would still hold for the next request.
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}
