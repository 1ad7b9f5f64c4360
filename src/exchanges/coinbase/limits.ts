import { retryAfter, type LimitRules } from '../limits.ts'

// [D advanced-trade-api/rest-api/rate-limits] 30 requests a second for each user, 10 a second for an address without a key;
// beyond that 429.

const PAUSE_MS = 2000
const PER_MINUTE = 30 * 60

export const LIMITS: LimitRules = {
  pauseOf: ({ status, headers }) => (status === 429 ? { scope: 'key', ms: retryAfter(headers, PAUSE_MS) } : null),
  usedOf: () => [],
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}
