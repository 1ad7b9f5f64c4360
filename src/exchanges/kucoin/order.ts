import type { ExchangeFill, ExchangeOrder } from '#contract'
import type { Market } from '#model'
import { amount, averageOf, member, positive, time, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'

/** An order as KuCoin shows it, or what is wrong with it. `size`: base per contract. Its fills are a question of their own. Id null: one that has none. */
export function readOrder(row: unknown, clientOrderId: string | null, size: string): ExchangeOrder | string {
  const read = readAcknowledgement(row, clientOrderId)
  if (typeof read === 'string') return read
  // [D spot: "active: true, the status of the order is active; false, done"; futures: isActive; both: "cancelExist"]
  const [active, canceled] = [member(row, 'active') ?? member(row, 'isActive'), member(row, 'cancelExist')]
  if (typeof active !== 'boolean' || typeof canceled !== 'boolean') return 'the order does not say whether it has ended'
  const filled = baseOf(amount(row, 'dealSize') ?? amount(row, 'filledSize') ?? '0', size)
  const value = amount(row, 'dealFunds') ?? amount(row, 'dealValue') ?? amount(row, 'filledValue')
  return { ...read, state: active ? 'open' : canceled ? 'canceled' : 'filled', filled, averagePrice: averageOf(value, filled), fills: positive(filled) ? null : [] }
}

/** What was taken: an open order of which nothing is known yet. */
export function readAcknowledgement(row: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const [echoed, exchangeOrderId] = [word(row, 'clientOid'), word(row, 'orderId') ?? word(row, 'id')]
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId: echoed ?? '', state: 'open', filled: '0', averagePrice: null, fills: null }
}

/** The fills of one order. [D hf/fills; futures fills: `size` in contracts, `tradeTime` in ns] */
export function readFills(rows: readonly unknown[], exchangeOrderId: string, market: Market, size: string): ExchangeFill[] {
  return rows.flatMap((row) => {
    const [tradeId, price, quantity] = [word(row, 'tradeId'), amount(row, 'price'), amount(row, 'size')]
    const at = market === 'spot' ? time(row, 'createdAt') : nanoseconds(word(row, 'tradeTime')) ?? time(row, 'createdAt')
    if (word(row, 'orderId') !== exchangeOrderId || tradeId === null || price === null || quantity === null || at === null) return []
    const fee = amount(row, 'fee')
    return [{ tradeId, price, quantity: baseOf(quantity, size), fee, feeAsset: fee === null ? null : word(row, 'feeCurrency'), at }]
  })
}

/** ns as text (they are beyond 2^53) → ms. */
const nanoseconds = (said: string | null): number | null => (said !== null && /^\d{19}$/.test(said) ? Number(said.slice(0, 13)) : null)
