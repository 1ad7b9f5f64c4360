/** A token bucket: `perSecond` flow in, `burst` fit in; each delivery takes one. */
export interface RateLimit {
  readonly perSecond: number
  readonly burst: number
}

/** What is left of a bucket, and when that was so (epoch ms). */
export interface Bucket {
  readonly tokens: number
  readonly at: number
}

/** A webhook's limit where its owner set none. */
export const DEFAULT_RATE_LIMIT: RateLimit = { perSecond: 100, burst: 1000 }

export const fullBucket = (limit: RateLimit, now: number): Bucket => ({ tokens: limit.burst, at: now })

// Tokens are binary fractions: a hundred times 0.01 is not quite one.
const ALMOST = 1e-9

/** Takes one token if there is one; else tells in how many ms there will be. A clock that stands still gives none. */
export function takeToken(
  bucket: Bucket, limit: RateLimit, now: number,
): { readonly bucket: Bucket; readonly ok: boolean; readonly retryAfterMs: number } {
  const elapsedMs = Math.max(0, now - bucket.at)
  const tokens = Math.min(limit.burst, bucket.tokens + (elapsedMs * limit.perSecond) / 1000)
  const at = Math.max(now, bucket.at)
  if (tokens >= 1 - ALMOST) return { bucket: { tokens: Math.max(0, tokens - 1), at }, ok: true, retryAfterMs: 0 }
  return { bucket: { tokens, at }, ok: false, retryAfterMs: Math.ceil(((1 - ALMOST - tokens) * 1000) / limit.perSecond) }
}
