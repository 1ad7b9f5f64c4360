import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text, type Market } from '#model'
import { amount, averageOf, list, member, positive, time, word } from '../answer.ts'
import { dataOf, SMALL_IDS } from './manner.ts'

/** [D spot-trade, swap-trade; ccxt] PENDING is an order of which nothing is filled yet. */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['NEW', 'open'], ['PENDING', 'open'], ['WORKING', 'open'], ['RUNNING', 'open'], ['PARTIALLY_FILLED', 'open'], ['FILLED', 'filled'],
  ['CANCELED', 'canceled'], ['CANCELLED', 'canceled'], ['EXPIRED', 'expired'], ['FAILED', 'rejected'],
])

/** The order of an answer about one: of contracts it stands in an object of its own, mostly. [N GetOrder; D swap-trade] */
export const orderIn = (body: unknown): unknown => member(dataOf(body), 'order') ?? dataOf(body)

/** Our id as it stands there, else what does; null: nothing. Both spellings are in use, on either market. [D; N PlaceOrder, GetOrder] */
export function clientIdOf(row: unknown): string | null {
  const told = word(row, 'clientOrderId') ?? word(row, 'clientOrderID')
  return told === null ? null : SMALL_IDS.read(told.toLowerCase()) ?? told
}

/**
 * An order as BingX shows it, or what is wrong with it. `ours`: the id that it has to have; null: whatever it has. An acknowledgement
 * of contracts without a state is an open order of which nothing is known yet. Its fills are a question of their own.
 */
export function readOrder(row: unknown, market: Market, ours: string | null): ExchangeOrder | string {
  const echoed = clientIdOf(row)
  // The number as a text where there is one: `orderId` is beyond what many programs can hold. [D swap-trade]
  const exchangeOrderId = word(row, 'orderID') ?? word(row, 'orderId')
  if (ours !== null && echoed !== ours) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  const status = word(row, 'status')
  const traded = amount(row, 'executedQty')
  const state = status === null && traded === null ? 'open' : STATES.get(status ?? '')
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  const filled = traded ?? '0'
  const stated = market === 'spot' ? averageOf(amount(row, 'cummulativeQuoteQty'), filled) : amount(row, 'avgPrice')
  return {
    exchangeOrderId, clientOrderId: echoed ?? '', state, filled, averagePrice: positive(filled) && positive(stated) ? stated : null,
    fills: status !== null && !positive(filled) ? [] : null,
  }
}

/** The fills of one order among trades; null: one of them has no number of its own. [D spot-trade, swap-trade; N GetUserTrades] */
export function readFills(rows: unknown, exchangeOrderId: string): ExchangeFill[] | null {
  const fills: ExchangeFill[] = []
  for (const row of list(rows) ?? []) {
    if (word(row, 'orderId') !== exchangeOrderId) continue
    const [tradeId, price, quantity, at] = [word(row, 'tradeId') ?? word(row, 'id'), amount(row, 'price'), amount(row, 'qty') ?? amount(row, 'volume'), timeOf(row)]
    if (tradeId === null || price === null || quantity === null || at === null) return null
    const paid = amount(row, 'commission') ?? amount(row, 'fee')
    // "negative value = paid out".
    fills.push({ tradeId, price, quantity, fee: paid === null ? null : text(decimal(paid).negated()), feeAsset: paid === null ? null : word(row, 'commissionAsset') ?? word(row, 'currency'), at })
  }
  return fills
}

/** In ms, or as `2023-12-16T20:58:36.000+0800`. */
function timeOf(row: unknown): number | null {
  const at = time(row, 'time') ?? Date.parse(word(row, 'filledTime') ?? word(row, 'filledTm') ?? '')
  return at > 0 ? at : null
}
