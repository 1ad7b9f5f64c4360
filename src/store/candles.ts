import type { Database } from './engine.ts'
import { candleSlot, CANDLE_SLOT_MS } from './slots.ts'

/** Prices of one symbol within five minutes, quote per base. */
export interface Candle {
  /** Epoch ms of its beginning. */
  readonly at: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
}

/** Prices of what bots trade, as they were seen while the server ran; kept for 30 days. `market`: `exchange:market:symbol`. */
export interface Candles {
  /** Of a candle that another server stored before, that one stays. */
  add(candles: readonly (Candle & { readonly market: string })[]): Promise<void>
  /** Oldest first. */
  list(market: string, from: number, to: number): Promise<readonly Candle[]>
}

const ROWS_AT_ONCE = 200

export function createCandles({ db, transaction }: Database): Candles {
  return {
    add: (candles) => transaction(async (trx) => {
      for (let from = 0; from < candles.length; from += ROWS_AT_ONCE) {
        await trx.insertInto('candles').values(candles.slice(from, from + ROWS_AT_ONCE).map(({ market, at, open, high, low, close }) => (
          { market, slot: candleSlot(at), open, high, low, close })))
          .onConflict((conflict) => conflict.columns(['market', 'slot']).doNothing()).execute()
      }
    }),
    async list(market, from, to) {
      const rows = await db.selectFrom('candles').selectAll().where('market', '=', market)
        .where('slot', '>=', candleSlot(from)).where('slot', '<=', candleSlot(to)).orderBy('slot').execute()
      return rows.map(({ slot, open, high, low, close }) => ({ at: slot * CANDLE_SLOT_MS, open, high, low, close }))
    },
  }
}
