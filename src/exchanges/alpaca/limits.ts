import { retryAfter, type LimitRules } from '../limits.ts'

// Source: docs.alpaca.markets, "Usage limit": 200 requests a minute and account, beyond that 429; every answer carries
// X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset (epoch seconds). No key is held up by another one.

const PER_MINUTE = 200

export const LIMITS: LimitRules = {
  pauseOf({ status, headers }, now) {
    if (status !== 429) return null
    const reset = Number(headers['x-ratelimit-reset'])
    const untilReset = reset * 1000 - now
    return { scope: 'key', ms: retryAfter(headers, untilReset > 0 && untilReset <= 120_000 ? untilReset : undefined) }
  },
  usedOf(headers) {
    const [limit, remaining] = [Number(headers['x-ratelimit-limit']), Number(headers['x-ratelimit-remaining'])]
    return Number.isNaN(limit - remaining) ? [] : [{ kind: 'weight', scope: 'key', name: '1m', windowMs: 60_000, used: limit - remaining }]
  },
  weightOf: () => 1,
  background: { scope: 'key', perMinute: PER_MINUTE / 4 },
}
