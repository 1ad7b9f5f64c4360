import type { Clock } from '#clock'
import type { Market, MarketRules } from '#model'

const FRESH_MS = 50 * 60_000
const OLDEST_MS = 60 * 60_000
/** Whoever asks for fresh ones is answered from what was read so shortly ago, to spare the exchange. */
const FRESHEST_MS = 10_000

interface Kept { readonly at: number; readonly rules: readonly MarketRules[] }

/** Market rules by exchange and market. Younger than an hour they are answered at once; past 50 minutes read anew behind. */
export class MarketCache {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  readonly #loading = new Map<string, Promise<Kept>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * `load` is called at most once at a time for each market. Rejects as it does, unless there is something to answer.
   * `fresh`: nothing older than 10 s is an answer.
   */
  async rules(
    exchange: string, market: Market, load: () => Promise<readonly MarketRules[]>, fresh = false,
  ): Promise<readonly MarketRules[]> {
    const name = `${exchange}:${market}`
    const kept = this.#kept.get(name)
    const age = kept === undefined ? Infinity : this.#clock.now() - kept.at
    if (age < (fresh ? FRESHEST_MS : FRESH_MS) && kept !== undefined) return kept.rules
    const loading = this.#load(name, load)
    if (fresh || age >= OLDEST_MS || kept === undefined) return (await loading).rules
    // Old ones serve until then; should it fail, the next call tries again, and past the hour the failure shows.
    loading.catch(() => undefined)
    return kept.rules
  }

  /** An answer of the exchange showed that they are out of date. */
  forget(exchange: string, market: Market): void {
    this.#kept.delete(`${exchange}:${market}`)
  }

  #load(name: string, load: () => Promise<readonly MarketRules[]>): Promise<Kept> {
    const under = this.#loading.get(name)
    if (under !== undefined) return under
    const at = this.#clock.now()
    const loading = load().then((rules) => {
      const kept = { at, rules }
      this.#kept.set(name, kept)
      return kept
    }).finally(() => { this.#loading.delete(name) })
    this.#loading.set(name, loading)
    return loading
  }
}
