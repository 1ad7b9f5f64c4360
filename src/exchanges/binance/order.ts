import type { ExchangeFill, ExchangeOrder } from '#contract'
import type { Market } from '#model'
import { amount, averageOf, list, member, positive, time, word } from '../answer.ts'
import { isComplete } from '../looking.ts'

const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['NEW', 'open'], ['PENDING_NEW', 'open'], ['PARTIALLY_FILLED', 'open'], ['PENDING_CANCEL', 'open'], ['FILLED', 'filled'],
  ['CANCELED', 'canceled'], ['REJECTED', 'rejected'], ['EXPIRED', 'expired'], ['EXPIRED_IN_MATCH', 'expired'],
])

/**
 * An order as Binance shows it, or what is wrong with it. `idField`: where our id stands (a spot cancel echoes it as
 * `origClientOrderId`). An acknowledgement without a state is an open order of which nothing is known yet.
 */
export function readOrder(body: unknown, market: Market, clientOrderId: string, idField = 'clientOrderId'): ExchangeOrder | string {
  const echoed = word(body, idField)
  const exchangeOrderId = word(body, 'orderId')
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  const status = word(body, 'status')
  const state = status === null ? 'open' : STATES.get(status)
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30)})`
  const filled = amount(body, 'executedQty') ?? '0'
  // For some old orders cummulativeQuoteQty is below 0: not available. [rest-api.md, "Query order"]
  const quote = amount(body, market === 'spot' ? 'cummulativeQuoteQty' : 'cumQuote')
  const stated = amount(body, 'avgPrice')
  const fills = fillsOf(body, filled, status)
  const [only, ...more] = fills ?? []
  // One fill, the usual case on the hot path, is its own average: no division.
  const averagePrice = positive(stated) && positive(filled) ? stated : only !== undefined && more.length === 0 ? only.price : averageOf(quote, filled)
  return { exchangeOrderId, clientOrderId: echoed, state, filled, averagePrice, fills }
}

/** Spot's FULL answer carries the fills; they count only if they are all there. */
function fillsOf(body: unknown, filled: string, status: string | null): ExchangeFill[] | null {
  if (status !== null && !positive(filled)) return []
  const at = time(body, 'transactTime')
  const rows = list(member(body, 'fills'))
  if (rows === null || at === null) return null
  const fills = rows.flatMap((row) => fillOf(row, 'tradeId', at) ?? [])
  return isComplete(fills, filled) ? fills : null
}

/** Rows of myTrades and userTrades that belong to one order. */
export function readTrades(body: unknown, exchangeOrderId: string): ExchangeFill[] | null {
  const rows = list(body)
  return rows === null ? null : rows.flatMap((row) => {
    const at = time(row, 'time')
    return word(row, 'orderId') === exchangeOrderId && at !== null ? fillOf(row, 'id', at) ?? [] : []
  })
}

function fillOf(row: unknown, idField: string, at: number): ExchangeFill | null {
  const tradeId = word(row, idField)
  const [price, quantity] = [amount(row, 'price'), amount(row, 'qty')]
  if (tradeId === null || price === null || quantity === null) return null
  const fee = amount(row, 'commission')
  return { tradeId, price, quantity, fee, feeAsset: fee === null ? null : word(row, 'commissionAsset'), at }
}
