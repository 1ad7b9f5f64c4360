import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text, ZERO } from '#model'
import { amount, averageOf, list, member, positive, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import { wholeFills } from '../../looking.ts'
import type { Call } from '../../port.ts'
import { askSpot } from '../manner.ts'
import { quoteOf } from './markets.ts'

/** [D get-open-orders] `closed` is filled. */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['pending', 'open'], ['open', 'open'], ['closed', 'filled'], ['canceled', 'canceled'], ['expired', 'expired'],
])
/** Trades that one question may name. */
const TRADES_PAGE = 20
const MOST_TRADES = 200

/** An order with its number, and with its trades where they were asked for; null: they could not be had. */
export interface Row { readonly id: string; readonly order: unknown; readonly trades: readonly unknown[] | null }

/** `{"OQCLML-…": {…}, …}` as rows; null: that is none. */
export function rowsOf(orders: unknown): Row[] | null {
  if (typeof orders !== 'object' || orders === null || Array.isArray(orders)) return null
  return Object.entries(orders).map(([id, order]) => ({ id, order, trades: positive(amount(order, 'vol_exec')) ? null : [] }))
}

/** An order as Kraken shows it, or what is wrong with it. Id null: one that has none. */
export function readOrder({ id, order, trades }: Row, clientOrderId: string | null): ExchangeOrder | string {
  const [echoed, status] = [word(order, 'cl_ord_id'), word(order, 'status')]
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  const state = status === null ? undefined : STATES.get(status)
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  const executed = executedOf(order, trades)
  if (executed === null) return 'its trades, which tell how much it filled, could not be read'
  return { exchangeOrderId: id, clientOrderId: echoed ?? '', state, ...executed, fills: null }
}

/** Of an order for an amount everything is counted in quote [D "base currency unless viqc is set"]: its trades alone tell the base. */
function executedOf(order: unknown, trades: readonly unknown[] | null): Pick<ExchangeOrder, 'filled' | 'averagePrice'> | null {
  if (trades !== null) {
    const sum = (name: string): string => text(trades.reduce((total: typeof ZERO, trade) => total.plus(decimal(amount(trade, name) ?? '0')), ZERO))
    const filled = sum('vol')
    return { filled, averagePrice: averageOf(sum('cost'), filled) }
  }
  if (isForAmount(order)) return null
  const [filled, price] = [amount(order, 'vol_exec') ?? '0', amount(order, 'price')]
  return { filled, averagePrice: positive(price) ? price : averageOf(amount(order, 'cost'), filled) }
}

/** Whether an order was sized in quote. */
export const isForAmount = (order: unknown): boolean => (word(order, 'oflags') ?? '').split(',').includes('viqc')

/** The row with its trades, as far as they can be had. */
export async function withTrades(desk: Desk, call: Call, row: Row): Promise<Row> {
  const ids = list(member(row.order, 'trades'))?.filter((id): id is string => typeof id === 'string') ?? []
  if (row.trades !== null || ids.length === 0 || ids.length > MOST_TRADES) return row
  const trades: unknown[] = []
  for (let from = 0; from < ids.length; from += TRADES_PAGE) {
    const page = ids.slice(from, from + TRADES_PAGE)
    const answer = await askSpot(desk, call, 'QueryTrades', { txid: page.join(',') })
    const told = answer.kind === 'ok' ? member(answer.body, 'result') : null
    for (const id of page) {
      const trade = member(told, id)
      if (word(trade, 'ordertxid') !== row.id) return row
      trades.push({ ...trade as object, id })
    }
  }
  return { ...row, trades }
}

/** Its fills with their fees, which orders of ours pay in quote (`fciq`). */
export async function fillsOf(desk: Desk, symbol: string, { trades }: Row, filled: string): Promise<readonly ExchangeFill[] | null> {
  if (trades === null) return null
  const feeAsset = await quoteOf(desk, symbol)
  return wholeFills(trades.flatMap((trade) => {
    const [tradeId, price, quantity, at] = [word(trade, 'id'), amount(trade, 'price'), amount(trade, 'vol'), member(trade, 'time')]
    if (tradeId === null || price === null || quantity === null || typeof at !== 'number') return []
    const fee = amount(trade, 'fee')
    return [{ tradeId, price, quantity, fee, feeAsset: fee === null ? null : feeAsset, at: Math.floor(at * 1000) }]
  }), filled)
}
