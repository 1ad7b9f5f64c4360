import type { Clock } from '#clock'
import type { EnvelopeRef, ExchangeDescription, ExecutorPort, ExecutorRequest, OrderFacts } from '#contract'
import { Problem, type Market, type MarketRules } from '#model'

/** A price may be this old when an order is sized with it. */
export const PRICE_MAX_AGE_MS = 2000
const RULES_MAX_AGE_MS = 3_600_000
/** Before anybody is told "no" by the rules, they are read anew, at most this often for each exchange and market. */
const FRESH_RULES_EVERY_MS = 10_000
const WATCH_REPEAT_MS = 10_000
const WATCH_LIMIT = 5000
/** Keys that may be lent for one feed, and how long one is given to bring prices before it is the next one's turn. */
const LENDERS_LIMIT = 16
const LENDER_PATIENCE_MS = 3000

export interface Price { readonly price: string; readonly at: number }
export interface Hours { readonly open: boolean; readonly nextOpen: number | null; readonly at: number }

/** A symbol that a bot trades, and how to borrow its key where even prices want one. */
export interface Traded { readonly of: Ruled; readonly lend: () => EnvelopeRef | undefined }

interface Ruled { readonly exchange: string; readonly market: Market; readonly symbol: string }

/**
 * What the outside world is like, as decisions need it: market rules, prices, calendars. Kept fresh in the background
 * by the executor's pushes; asked for only when what is here is too old.
 */
export class Feeds {
  readonly #executor: ExecutorPort
  readonly #clock: Clock
  readonly #prices = new Map<string, Price>()
  readonly #hours = new Map<string, Hours>()
  readonly #rules = new Map<string, { at: number; bySymbol: Map<string, MarketRules> }>()
  readonly #loading = new Map<string, Promise<ReadonlyMap<string, MarketRules>>>()
  /** When fresh rules were last asked for. */
  readonly #freshAt = new Map<string, number>()
  /** Whose turn it is to lend a key for a feed, and when prices last came. One key that fails must not stop them all. */
  readonly #lenders = new Map<string, { turn: number; since: number }>()
  readonly #heardAt = new Map<string, number>()
  readonly #descriptions = new Map<string, ExchangeDescription>()
  /** Called whenever an exchange's calendar says that it is open. */
  onOpen: (exchange: string) => void = () => undefined
  /** Which symbols are traded, and whose key may be lent for them. */
  #wanted: () => Iterable<Traded> = () => []
  #stopped = false
  #timer: () => void = () => undefined
  #pending: (() => void) | null = null

  constructor(executor: ExecutorPort, clock: Clock) {
    this.#executor = executor
    this.#clock = clock
    executor.onPush((push) => {
      if (push.push === 'prices') {
        this.#heardAt.set(`${push.exchange}:${push.market}`, this.#clock.now())
        for (const [symbol, price] of Object.entries(push.prices)) {
          this.#prices.set(`${push.exchange}:${push.market}:${symbol}`, { price, at: push.at })
        }
      } else if (push.push === 'hours') {
        this.#hours.set(push.exchange, { open: push.open, nextOpen: push.nextOpen, at: push.at })
        if (push.open) this.onOpen(push.exchange)
      }
    })
  }

  /** Begins to watch; `wanted` is asked anew each time. */
  start(wanted: () => Iterable<Traded>): void {
    this.#wanted = wanted
    this.watchSoon()
    const repeat = (): void => {
      if (this.#stopped) return
      this.watchSoon()
      this.#timer = this.#clock.after(WATCH_REPEAT_MS, repeat)
    }
    this.#timer = this.#clock.after(WATCH_REPEAT_MS, repeat)
  }

  stop(): void {
    this.#stopped = true
    this.#timer()
    this.#pending?.()
  }

  /** Tells the executor what to watch, once for many changes. A failure is made good by the next repeat. */
  watchSoon(): void {
    if (this.#pending !== null || this.#stopped) return
    this.#pending = this.#clock.after(50, () => {
      this.#pending = null
      const groups = new Map<string, { exchange: string; market: Market; symbols: Set<string>; lenders: Map<string, EnvelopeRef> }>()
      for (const { of: { exchange, market, symbol }, lend } of this.#wanted()) {
        const key = `${exchange}:${market}`
        const group = groups.get(key) ?? { exchange, market, symbols: new Set<string>(), lenders: new Map() }
        const lender = group.lenders.size < LENDERS_LIMIT ? lend() : undefined
        if (lender !== undefined) group.lenders.set(lender.connectionId, lender)
        if (group.symbols.size < WATCH_LIMIT) group.symbols.add(symbol)
        groups.set(key, group)
      }
      const items = [...groups].map(([key, { exchange, market, symbols, lenders }]) => (
        { exchange, market, symbols: [...symbols], connection: this.#lender(key, [...lenders.values()]) }
      ))
      this.#executor.call({ verb: 'watch', items }).catch(ignoreUntilRepeat)
      for (const group of items) {
        if (this.#fresh(`${group.exchange}:${group.market}`) === undefined) {
          this.loadRules(group.exchange, group.market, group.connection).catch(ignoreUntilRepeat)
        }
        if (!this.#descriptions.has(group.exchange)) this.describe().catch(ignoreUntilRepeat)
      }
    })
  }

  /** The connection whose key is lent for a feed: the same one as long as prices come, then the next one. */
  #lender(key: string, lenders: readonly EnvelopeRef[]): EnvelopeRef | undefined {
    const now = this.#clock.now()
    const before = this.#lenders.get(key) ?? { turn: 0, since: now }
    const silent = now - Math.max(before.since, this.#heardAt.get(key) ?? 0) > LENDER_PATIENCE_MS
    const current = silent ? { turn: before.turn + 1, since: now } : before
    this.#lenders.set(key, current)
    return lenders[current.turn % Math.max(lenders.length, 1)]
  }

  /** The price in memory if it is young enough, else null. */
  freshPrice(of: Ruled): Price | null {
    const known = this.#prices.get(`${of.exchange}:${of.market}:${of.symbol}`)
    return known !== undefined && this.#clock.now() - known.at <= PRICE_MAX_AGE_MS ? known : null
  }

  /** A price at most 2 s old; asks the exchange if need be. Rejects with `Problem`. */
  async price(of: Ruled, connection: EnvelopeRef | undefined): Promise<Price> {
    const fresh = this.freshPrice(of)
    if (fresh !== null) return fresh
    const answer = await this.#executor.call({ verb: 'price', exchange: of.exchange, market: of.market, symbol: of.symbol, connection })
    this.#prices.set(`${of.exchange}:${of.market}:${of.symbol}`, answer)
    return answer
  }

  /** Null while nothing is known of this exchange's calendar. */
  hours(exchange: string): Hours | null { return this.#hours.get(exchange) ?? null }

  /** A symbol's rules if the list is in memory (older than an hour is better than none; a refresh is under way). */
  rulesNow(of: Ruled): MarketRules | undefined {
    return this.#rules.get(`${of.exchange}:${of.market}`)?.bySymbol.get(of.symbol)
  }

  hasRules(exchange: string, market: Market): boolean { return this.#rules.has(`${exchange}:${market}`) }

  /** The rules of a market, from memory while they are younger than an hour. Rejects with `Problem`. */
  async rules(exchange: string, market: Market, connection: EnvelopeRef | undefined): Promise<ReadonlyMap<string, MarketRules>> {
    return this.#fresh(`${exchange}:${market}`) ?? this.loadRules(exchange, market, connection)
  }

  /** Asks for the list anew; several callers share one request. */
  loadRules(exchange: string, market: Market, connection: EnvelopeRef | undefined, fresh = false): Promise<ReadonlyMap<string, MarketRules>> {
    const key = `${exchange}:${market}${fresh ? ':fresh' : ''}`
    const loading = this.#loading.get(key) ?? this.#load(key, { verb: 'markets', exchange, market, connection, ...fresh ? { fresh } : {} })
    this.#loading.set(key, loading)
    return loading
  }

  /** Whether what the rules say may be out of date: they were not read afresh within the last 10 s. */
  rulesMayBeOld({ exchange, market }: Pick<Ruled, 'exchange' | 'market'>): boolean {
    return this.#clock.now() - (this.#freshAt.get(`${exchange}:${market}`) ?? -Infinity) >= FRESH_RULES_EVERY_MS
  }

  /**
   * The rules as the exchange says them now, for whoever is about to be told "no": read at most once in 10 s for each
   * exchange and market, so that within that time what was read is the answer. Rejects with `Problem`.
   */
  freshRules(exchange: string, market: Market, connection: EnvelopeRef | undefined): Promise<ReadonlyMap<string, MarketRules>> {
    const key = `${exchange}:${market}`
    const loading = this.#loading.get(`${key}:fresh`)
    if (loading !== undefined) return loading
    if (!this.rulesMayBeOld({ exchange, market })) return this.rules(exchange, market, connection)
    this.#freshAt.set(key, this.#clock.now())
    return this.loadRules(exchange, market, connection, true)
  }

  /** What the executor says of how orders are handled at that market. */
  facts({ exchange, market }: { readonly exchange: string; readonly market: Market }): OrderFacts | undefined {
    return this.#descriptions.get(exchange)?.facts[market]
  }

  async describe(): Promise<void> {
    const answer = await this.#executor.call({ verb: 'describe' })
    for (const exchange of answer.exchanges) this.#descriptions.set(exchange.id, exchange)
  }

  async #load(key: string, request: ExecutorRequest & { verb: 'markets' }): Promise<ReadonlyMap<string, MarketRules>> {
    const { exchange, market } = request
    try {
      const { markets } = await this.#executor.call(request)
      if (markets.length === 0) throw new Problem('exchange_unreachable', `${exchange} listed no ${market} market`)
      const bySymbol = new Map(markets.map((rules) => [rules.symbol, rules]))
      this.#rules.set(`${exchange}:${market}`, { at: this.#clock.now(), bySymbol })
      return bySymbol
    } finally {
      this.#loading.delete(key)
    }
  }

  #fresh(key: string): ReadonlyMap<string, MarketRules> | undefined {
    const known = this.#rules.get(key)
    return known !== undefined && this.#clock.now() - known.at < RULES_MAX_AGE_MS ? known.bySymbol : undefined
  }
}

/** Background only: the next repeat asks again, and a decision that needs the answer reports its absence itself. */
function ignoreUntilRepeat(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}
