import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text, ZERO } from '#model'
import { amount, averageOf, member, positive, word } from '../answer.ts'
import { wholeFills } from '../looking.ts'

/** [D list-orders] */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['PENDING', 'open'], ['OPEN', 'open'], ['QUEUED', 'open'], ['CANCEL_QUEUED', 'open'], ['EDIT_QUEUED', 'open'], ['FILLED', 'filled'], ['CANCELLED', 'canceled'], ['EXPIRED', 'expired'], ['FAILED', 'rejected'],
])

/** An order as Coinbase shows it, or what is wrong with it. Its fills are a question of their own. Id null: one that has none. */
export function readOrder(row: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const read = readAcknowledgement(row, clientOrderId)
  if (typeof read === 'string') return read
  const status = word(row, 'status')
  const state = status === null ? undefined : STATES.get(status)
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  const [filled, stated] = [amount(row, 'filled_size') ?? '0', amount(row, 'average_filled_price')]
  const averagePrice = !positive(filled) ? null : positive(stated) ? stated : averageOf(amount(row, 'filled_value'), filled)
  return { ...read, state, filled, averagePrice, fills: positive(filled) ? null : [] }
}

/** What names an order: an open one of which nothing is known yet. */
export function readAcknowledgement(row: unknown, clientOrderId: string | null): ExchangeOrder | string {
  const [echoed, exchangeOrderId] = [word(row, 'client_order_id'), word(row, 'order_id')]
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId: echoed ?? '', state: 'open', filled: '0', averagePrice: null, fills: null }
}

/** Sizes that were divided by prices may be off by so much, each. */
const ROUNDING = decimal('0.00000001')

/** The fills of one order, whole; null while they are not all there. Fees are taken in quote. */
export function readFills(rows: readonly unknown[], exchangeOrderId: string, filled: string): readonly ExchangeFill[] | null {
  const fills = rows.flatMap((row): ExchangeFill[] => {
    const [tradeId, price, size, at, product] = [word(row, 'trade_id') ?? word(row, 'entry_id'), amount(row, 'price'), amount(row, 'size'), Date.parse(word(row, 'trade_time') ?? ''), word(row, 'product_id')]
    if (word(row, 'order_id') !== exchangeOrderId || tradeId === null || !positive(price) || size === null || Number.isNaN(at)) return []
    // "size_in_quote": the size is an amount.
    const quantity = member(row, 'size_in_quote') === true ? text(decimal(size).dividedBy(decimal(price)).toDecimalPlaces(18)) : size
    const fee = amount(row, 'commission')
    return [{ tradeId, price, quantity, fee, feeAsset: fee === null ? null : product?.split('-')[1] ?? null, at }]
  })
  return wholeFills(rows.some((row) => member(row, 'size_in_quote') === true) ? settled(fills, filled) : fills, filled)
}

/** Fills that add up to what the order says, where no more than rounding lies between. */
function settled(fills: readonly ExchangeFill[], filled: string): readonly ExchangeFill[] {
  const last = fills.at(-1)
  const left = decimal(filled).minus(fills.reduce((sum, { quantity }) => sum.plus(decimal(quantity)), ZERO))
  if (last === undefined || left.abs().greaterThan(ROUNDING.times(fills.length))) return fills
  return [...fills.slice(0, -1), { ...last, quantity: text(decimal(last.quantity).plus(left)) }]
}
