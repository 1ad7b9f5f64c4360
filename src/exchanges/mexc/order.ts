import type { ExchangeFill, ExchangeOrder } from '#contract'
import { amount, averageOf, list, member, positive, time, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'

/** [S order status] */
const SPOT_STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['NEW', 'open'], ['PARTIALLY_FILLED', 'open'], ['FILLED', 'filled'], ['CANCELED', 'canceled'], ['PARTIALLY_CANCELED', 'canceled'],
])
/** [F order state] 1 uninformed, 2 uncompleted, 3 completed, 4 cancelled, 5 invalid. */
const FUTURES_STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([['1', 'open'], ['2', 'open'], ['3', 'filled'], ['4', 'canceled'], ['5', 'rejected']])

/**
 * An order as MEXC shows it, or what is wrong with it. `size`: base per contract; null: spot. `ours`: the id that it has to have;
 * null: whatever it has. Its fills are a question of their own.
 */
export function readOrder(row: unknown, size: string | null, ours: string | null): ExchangeOrder | string {
  const [echoed, exchangeOrderId] = [clientIdOf(row, size), word(row, 'orderId')]
  if (ours !== null && echoed !== ours) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  const status = word(row, size === null ? 'status' : 'state')
  const state = (size === null ? SPOT_STATES : FUTURES_STATES).get(status ?? '')
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  const traded = amount(row, size === null ? 'executedQty' : 'dealVol')
  if (traded === null) return 'the answer does not say what was filled'
  const filled = size === null ? traded : baseOf(traded, size)
  const stated = size === null ? averageOf(amount(row, 'cummulativeQuoteQty'), filled) : amount(row, 'dealAvgPrice')
  return { exchangeOrderId, clientOrderId: echoed ?? '', state, filled, averagePrice: positive(filled) && positive(stated) ? stated : null, fills: positive(filled) ? null : [] }
}

/** In answer to a cancel the id stands under another name. [S cancel order] */
export const clientIdOf = (row: unknown, size: string | null): string | null => (size === null ? word(row, 'origClientOrderId') ?? word(row, 'clientOrderId') : word(row, 'externalOid'))

/**
 * An accepted order: open, and nothing known of it yet. MEXC answers with its own number; our id is not repeated, and where it is
 * it has to be ours. [S new order; F place order: `{"orderId": "…", "ts": …}`, before April 2026 the number alone]
 */
export function readAcknowledgement(body: unknown, ours: string, symbol: string): ExchangeOrder | string {
  const data = member(body, 'data')
  const row = data === undefined ? body : typeof data === 'object' ? data : { orderId: data }
  const [echoed, exchangeOrderId, named] = [word(row, 'clientOrderId') ?? word(row, 'externalOid'), word(row, 'orderId'), word(row, 'symbol')]
  if ((echoed ?? ours) !== ours || (named ?? symbol) !== symbol) return 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId: ours, state: 'open', filled: '0', averagePrice: null, fills: null }
}

/** The fills of one order among trades. `size` as above. [S account trade list; F order transaction details] */
export function readFills(rows: unknown, exchangeOrderId: string, size: string | null): ExchangeFill[] {
  return (list(rows) ?? []).flatMap((row) => {
    const [tradeId, price, traded, at] = [word(row, 'id'), amount(row, 'price'), amount(row, size === null ? 'qty' : 'vol'), time(row, size === null ? 'time' : 'timestamp')]
    if (word(row, 'orderId') !== exchangeOrderId || tradeId === null || price === null || traded === null || at === null) return []
    const fee = amount(row, size === null ? 'commission' : 'fee')
    return [{ tradeId, price, quantity: size === null ? traded : baseOf(traded, size), fee, feeAsset: fee === null ? null : word(row, size === null ? 'commissionAsset' : 'feeCurrency'), at }]
  })
}
