import type { Clock } from '#clock'

/** Guesses that are left for one thing, and when that was counted. */
interface Bucket { tokens: number; at: number }

/** How many guesses at once, and how fast they come back. */
export interface GuessRate { readonly burst: number; readonly perSecond: number }

const MOST_KEYS = 10_000

/**
 * Limits wrong guesses per key. When the table is full the oldest key goes: an attacker with that many keys is not
 * stopped by this table anyway. Guesses come back by themselves, so nobody is locked out for good.
 */
export class GuessLimit {
  readonly #buckets = new Map<string, Bucket>()
  readonly #clock: Clock
  readonly #rate: GuessRate

  constructor(clock: Clock, rate: GuessRate) {
    this.#clock = clock
    this.#rate = rate
  }

  /** Counts one guess. False: there were too many; answer 429. */
  take(key: string): boolean {
    const tokens = this.#left(key)
    this.#put(key, tokens >= 1 ? tokens - 1 : tokens)
    return tokens >= 1
  }

  /** What was taken was no wrong guess. */
  giveBack(key: string): void {
    this.#put(key, Math.min(this.#rate.burst, this.#left(key) + 1))
  }

  #left(key: string): number {
    const before = this.#buckets.get(key)
    if (before === undefined) return this.#rate.burst
    return Math.min(this.#rate.burst, before.tokens + ((this.#clock.now() - before.at) / 1000) * this.#rate.perSecond)
  }

  #put(key: string, tokens: number): void {
    this.#buckets.delete(key)
    if (this.#buckets.size >= MOST_KEYS) {
      const oldest = this.#buckets.keys().next()
      if (oldest.done !== true) this.#buckets.delete(oldest.value)
    }
    this.#buckets.set(key, { tokens, at: this.#clock.now() })
  }
}
