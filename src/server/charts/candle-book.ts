import type { Clock } from '#clock'
import type { ExecutorPort } from '#contract'
import type { Log } from '#log'
import { decimal } from '#model'
import { CANDLE_SLOT_MS, type Candle, type Candles } from '#store'

const MOST_MARKETS = 500

/** Makes candles of the prices that the executor's feeds bring for symbols that bots trade; stores those that are over. */
export class CandleBook {
  readonly #open = new Map<string, Candle>()
  readonly #store: Pick<Candles, 'add' | 'list'>
  readonly #clock: Clock
  readonly #log: Log
  #over: (Candle & { readonly market: string })[] = []
  #stopTimer: () => void = () => undefined

  constructor({ executor, store, clock, log }: { executor: ExecutorPort; store: Pick<Candles, 'add' | 'list'>; clock: Clock; log: Log }) {
    this.#store = store
    this.#clock = clock
    this.#log = log
    executor.onPush((push) => {
      if (push.push !== 'prices') return
      for (const [symbol, price] of Object.entries(push.prices)) this.#take(`${push.exchange}:${push.market}:${symbol}`, price, push.at)
    })
    this.#repeat()
  }

  /** Oldest first, the one under way too, at most about `most`: several five minutes make one candle then. */
  async list(market: string, from: number, to: number, most: number): Promise<{ readonly candles: readonly Candle[]; readonly ms: number }> {
    const stored = await this.#store.list(market, from, to)
    const waiting = [...this.#over.filter((one) => one.market === market), ...[this.#open.get(market) ?? []].flat()]
    const last = stored.at(-1)?.at ?? -1
    const all = [...stored, ...waiting.filter(({ at }) => at > last && at + CANDLE_SLOT_MS > from && at <= to)]
    const ms = LENGTHS.find((length) => (to - from) / length <= most) ?? LENGTHS.at(-1) ?? CANDLE_SLOT_MS
    return { candles: joined(all, ms), ms }
  }

  /** Stores what is over, at the latest when the server stops also what is under way. */
  async flush(everything = false): Promise<void> {
    const before = this.#clock.now() - CANDLE_SLOT_MS
    for (const [market, candle] of this.#open) {
      if (!everything && candle.at > before) continue
      this.#open.delete(market)
      this.#over.push({ market, ...candle })
    }
    const over = this.#over
    this.#over = []
    if (over.length > 0) await this.#store.add(over.map(({ market, at, open, high, low, close }) => ({ market, at, open, high, low, close })))
  }

  async stop(): Promise<void> {
    this.#stopTimer()
    await this.flush(true).catch(this.#unstored)
  }

  #take(market: string, price: string, at: number): void {
    const begins = Math.floor(at / CANDLE_SLOT_MS) * CANDLE_SLOT_MS
    const open = this.#open.get(market)
    if (open !== undefined && open.at === begins) {
      const value = decimal(price)
      this.#open.set(market, {
        ...open, close: price, high: value.greaterThan(decimal(open.high)) ? price : open.high, low: value.lessThan(decimal(open.low)) ? price : open.low,
      })
      return
    }
    if (open !== undefined && open.at > begins) return // an older price came late
    if (open !== undefined) this.#over.push({ market, ...open })
    else if (this.#open.size >= MOST_MARKETS) return
    this.#open.set(market, { at: begins, open: price, high: price, low: price, close: price })
  }

  #repeat(): void {
    this.#stopTimer = this.#clock.after(CANDLE_SLOT_MS, () => {
      this.flush().catch(this.#unstored).finally(() => this.#repeat())
    })
  }

  /** A gap in a chart: nothing else depends on it. */
  readonly #unstored = (error: unknown): void => { this.#log.warn({ err: error }, 'prices for charts could not be stored') }
}

const LENGTHS = [1, 3, 6, 12, 48, 288].map((slots) => slots * CANDLE_SLOT_MS)

/** Candles of another length; `ms` is a multiple of theirs. */
function joined(candles: readonly Candle[], ms: number): readonly Candle[] {
  const longer: Candle[] = []
  for (const candle of candles) {
    const at = Math.floor(candle.at / ms) * ms
    const last = longer.at(-1)
    if (last?.at !== at) {
      longer.push({ ...candle, at })
      continue
    }
    longer[longer.length - 1] = {
      at, open: last.open, close: candle.close,
      high: decimal(candle.high).greaterThan(decimal(last.high)) ? candle.high : last.high, low: decimal(candle.low).lessThan(decimal(last.low)) ? candle.low : last.low,
    }
  }
  return longer
}
