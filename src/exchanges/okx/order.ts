import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text } from '#model'
import { amount, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'

/** [D order details, state] */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['live', 'open'], ['partially_filled', 'open'], ['filled', 'filled'], ['canceled', 'canceled'], ['mmp_canceled', 'canceled'],
])

/** An order as OKX shows it, or what is wrong with it. `size`: base per contract. Its fills are a question of their own. Id null: one that has none. */
export function readOrder(row: unknown, clientOrderId: string | null, size: string): ExchangeOrder | string {
  const read = readAcknowledgement(row, clientOrderId)
  if (typeof read === 'string') return read
  const said = word(row, 'state')
  const state = said === null ? undefined : STATES.get(said)
  if (state === undefined) return `the order has a state that is not known (${said?.slice(0, 30) ?? 'none'})`
  const filled = baseOf(amount(row, 'accFillSz') ?? '0', size)
  const average = amount(row, 'avgPx')
  return { ...read, state, filled, averagePrice: positive(average) && positive(filled) ? average : null, fills: positive(filled) ? null : [] }
}

/** What was taken: an open order of which nothing is known yet. */
export function readAcknowledgement(row: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const [echoed, exchangeOrderId] = [word(row, 'clOrdId'), word(row, 'ordId')]
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId: echoed ?? '', state: 'open', filled: '0', averagePrice: null, fills: null }
}

/** The fills of one order among transactions. What is paid is below zero there, a rebate above. [D transaction details, fee] */
export function readFills(rows: readonly unknown[], exchangeOrderId: string, size: string): ExchangeFill[] {
  return rows.flatMap((row) => {
    const [tradeId, price, quantity, at] = [word(row, 'tradeId'), amount(row, 'fillPx'), amount(row, 'fillSz'), Number(word(row, 'fillTime') ?? word(row, 'ts') ?? Number.NaN)]
    if (word(row, 'ordId') !== exchangeOrderId || tradeId === null || price === null || quantity === null || Number.isNaN(at)) return []
    const [fee, feeAsset] = [amount(row, 'fee'), word(row, 'feeCcy')]
    return [{ tradeId, price, quantity: baseOf(quantity, size), fee: fee === null ? null : text(decimal('0').minus(decimal(fee))), feeAsset: fee === null ? null : feeAsset, at }]
  })
}
