import type { ExchangeFill, ExchangeOrder } from '#contract'
import { amount, averageOf, positive, word } from '../answer.ts'

/** [D enum orderStatus] */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['New', 'open'], ['PartiallyFilled', 'open'], ['Untriggered', 'open'], ['Triggered', 'open'], ['Filled', 'filled'],
  ['Cancelled', 'canceled'], ['PartiallyFilledCanceled', 'canceled'], ['Deactivated', 'canceled'], ['Rejected', 'rejected'],
])

/** An order as Bybit shows it, or what is wrong with it. Its fills are a question of their own. Id null: one that has none. */
export function readOrder(row: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const read = readAcknowledgement(row, clientOrderId)
  if (typeof read === 'string') return read
  const status = word(row, 'orderStatus')
  const state = status === null ? undefined : STATES.get(status)
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  const filled = amount(row, 'cumExecQty') ?? '0'
  const stated = amount(row, 'avgPrice')
  const averagePrice = positive(stated) && positive(filled) ? stated : averageOf(amount(row, 'cumExecValue'), filled)
  return { ...read, state, filled, averagePrice, fills: positive(filled) ? null : [] }
}

/** "The acknowledgement … indicates that the request was successfully accepted": an open order of which nothing is known yet. */
export function readAcknowledgement(result: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const [echoed, exchangeOrderId] = [word(result, 'orderLinkId'), word(result, 'orderId')]
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId: echoed ?? '', state: 'open', filled: '0', averagePrice: null, fills: null }
}

/** The fills of one order among executions. */
export function readFills(rows: readonly unknown[], exchangeOrderId: string): ExchangeFill[] {
  return rows.flatMap((row) => {
    const [tradeId, price, quantity, at] = [word(row, 'execId'), amount(row, 'execPrice'), amount(row, 'execQty'), Number(word(row, 'execTime') ?? Number.NaN)]
    if (word(row, 'orderId') !== exchangeOrderId || tradeId === null || price === null || quantity === null || Number.isNaN(at)) return []
    const fee = amount(row, 'execFee')
    return [{ tradeId, price, quantity, fee, feeAsset: fee === null ? null : word(row, 'feeCurrency') ?? settledIn(word(row, 'symbol')), at }]
  })
}

/** Fees of contracts are taken in what they are settled in; `feeCurrency` is empty there. [D order/execution, example] */
const settledIn = (symbol: string | null): string | null =>
  (symbol === null ? null : symbol.endsWith('USDT') ? 'USDT' : symbol.endsWith('PERP') ? 'USDC' : null)
