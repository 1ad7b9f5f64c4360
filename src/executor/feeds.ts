import type { Clock } from '#clock'
import type { EnvelopeRef, ExecutorPush } from '#contract'
import type { Exchange, Key } from '#exchanges'
import { Problem, type Market } from '#model'

/** What one listener wants to hear of. */
export interface Wanted {
  readonly exchange: Exchange
  readonly market: Market
  readonly symbols: readonly string[]
  readonly connection?: EnvelopeRef | undefined
}

/** Whoever is told; an object, so that two of them differ. */
export type Listener = (push: ExecutorPush) => void

/** Lends the key of a connection for as long as `run` takes. */
export type LendKey = <T>(exchange: Exchange, connection: EnvelopeRef, run: (key: Key) => Promise<T>) => Promise<T>

const BEAT_MS = 1000
const LONGEST_PAUSE_MS = 30_000
const WARM_EVERY_MS = 20_000
const HOURS_EVERY_MS = 15_000
/** A key that a feed borrows is opened, and written down, once a minute, not once a second. */
const LEASE_MS = 60_000
/** A key with which so many rounds in a row failed is given back: another one may be lent by then. */
const LEASE_FAILURES = 3

/** Prices and opening hours in the background, one feed for each exchange and market, as long as somebody listens. */
export class Feeds {
  readonly #clock: Clock
  readonly #lend: LendKey
  readonly #onProblem: (connection: EnvelopeRef, problem: Problem) => void
  readonly #wanted = new Map<Listener, readonly Wanted[]>()
  readonly #running = new Set<string>()
  /** As last seen, by exchange, market and symbol. */
  readonly #prices = new Map<string, { readonly price: string; readonly at: number }>()

  /** `onProblem`: what an exchange answers instead of prices to the key that was lent. */
  constructor(clock: Clock, lend: LendKey, onProblem: (connection: EnvelopeRef, problem: Problem) => void) {
    this.#clock = clock
    this.#lend = lend
    this.#onProblem = onProblem
  }

  /** Replaces what this listener hears of; nothing ends it. Answers the number of feeds that run for him. */
  watch(listener: Listener, wanted: readonly Wanted[]): number {
    const some = wanted.filter(({ symbols }) => symbols.length > 0)
    if (some.length === 0) this.#wanted.delete(listener)
    else this.#wanted.set(listener, some)
    for (const { exchange, market } of some) this.#start(exchange, market)
    return some.length
  }

  /** The last price that a feed brought, if it is not older than that; null: none. */
  lastPrice(exchange: Exchange, market: Market, symbol: string, mostMs: number): string | null {
    const known = this.#prices.get(`${exchange.description.id}:${market}:${symbol}`)
    return known !== undefined && this.#clock.now() - known.at <= mostMs ? known.price : null
  }

  #start(exchange: Exchange, market: Market): void {
    const name = `${exchange.description.id}:${market}`
    if (this.#running.has(name)) return
    this.#running.add(name)
    void this.#run(exchange, market).finally(() => { this.#running.delete(name) })
  }

  /** Runs until nobody wants it any more. With a borrowed key in turns of a minute each. */
  async #run(exchange: Exchange, market: Market): Promise<void> {
    const state: FeedState = { failures: 0, warmAt: 0, hoursAt: 0 }
    for (let wanted = this.#of(exchange, market); wanted.listeners.length > 0; wanted = this.#of(exchange, market)) {
      const until = this.#clock.now() + LEASE_MS
      const failuresBefore = state.failures
      const beats = async (key: Key | null): Promise<void> => {
        while (this.#clock.now() < until && state.failures - failuresBefore < LEASE_FAILURES && await this.#beat(exchange, market, key, state)) { /* until the turn is over */ }
      }
      try {
        if (!exchange.description.publicDataNeedsKey) await beats(null)
        else if (wanted.connection !== undefined) await this.#lend(exchange, wanted.connection, beats)
        else await this.#pause(BEAT_MS)
      } catch (error) {
        // The envelope or the audit: not to be asked again at once, unless another key is lent.
        if (!(error instanceof Problem)) throw error
        state.failures += 1
        const again = this.#clock.now() + pauseAfter(state.failures)
        do await this.#pause(BEAT_MS)
        while (this.#clock.now() < again && this.#of(exchange, market).connection?.connectionId === wanted.connection?.connectionId)
      }
    }
  }

  /** One round: prices, now and then the rest, then the pause. False: nobody listens any more. */
  async #beat(exchange: Exchange, market: Market, key: Key | null, state: FeedState): Promise<boolean> {
    const { symbols, listeners, connection } = this.#of(exchange, market)
    if (listeners.length === 0) return false
    const began = this.#clock.now()
    try {
      if (began >= state.warmAt) {
        state.warmAt = began + WARM_EVERY_MS
        void exchange.warm(market)
      }
      if (exchange.hours !== null && key !== null && began >= state.hoursAt) {
        const { open, nextOpen, nextClose, at } = await exchange.hours(key)
        state.hoursAt = Math.min(began + HOURS_EVERY_MS, ...[nextOpen, nextClose].filter((next) => next !== null && next > began) as number[])
        tell(listeners, { push: 'hours', exchange: exchange.description.id, open, nextOpen, nextClose, at })
      }
      const { at, prices } = await exchange.prices(market, symbols, key)
      for (const symbol in prices) this.#prices.set(`${exchange.description.id}:${market}:${symbol}`, { price: prices[symbol] ?? '', at })
      tell(listeners, { push: 'prices', exchange: exchange.description.id, market, at, prices })
      state.failures = 0
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      state.failures += 1
      if (key !== null && connection !== undefined) this.#onProblem(connection, error)
    }
    const spent = this.#clock.now() - began
    await this.#pause(state.failures === 0 ? Math.max(0, BEAT_MS - spent) : pauseAfter(state.failures))
    return true
  }

  #of(exchange: Exchange, market: Market): { symbols: string[]; listeners: Listener[]; connection: EnvelopeRef | undefined } {
    const symbols = new Set<string>()
    const listeners: Listener[] = []
    let connection: EnvelopeRef | undefined
    for (const [listener, wanted] of this.#wanted) {
      const mine = wanted.filter((one) => one.exchange === exchange && one.market === market)
      if (mine.length > 0) listeners.push(listener)
      for (const one of mine) {
        connection = one.connection ?? connection
        for (const symbol of one.symbols) symbols.add(symbol)
      }
    }
    return { symbols: [...symbols], listeners, connection }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => { this.#clock.after(ms, resolve) })
  }
}

interface FeedState { failures: number; warmAt: number; hoursAt: number }

const pauseAfter = (failures: number): number => Math.min(BEAT_MS * 2 ** failures, LONGEST_PAUSE_MS)

function tell(listeners: readonly Listener[], push: ExecutorPush): void {
  for (const listener of listeners) listener(push)
}
