import type { ExchangeFill, ExchangeOrder } from '#contract'
import { amount, averageOf, list, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import { idsOf, timeOf } from './manner.ts'

/** [S order state; F state] */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['created', 'open'], ['pre-submitted', 'open'], ['submitted', 'open'], ['partial-filled', 'open'], ['canceling', 'open'], ['filled', 'filled'], ['partial-canceled', 'canceled'], ['canceled', 'canceled'], ['rejected', 'rejected'],
  ['new', 'open'], ['partially_filled', 'open'], ['partially_canceled', 'canceled'],
])

/** The client's id of an order as HTX writes it. */
export const clientIdOf = (row: unknown, size: string | null): string | null => word(row, size === null ? 'client-order-id' : 'client_order_id')

/**
 * An order as HTX shows it, or what is wrong with it. `size`: base per contract; null: spot. `ours`: the id that it has to have;
 * null: whatever it has. Its fills are a question of their own.
 */
export function readOrder(row: unknown, size: string | null, ours: string | null): ExchangeOrder | string {
  const ids = idsOf(size === null ? 'spot' : 'futures')
  const [echoed, exchangeOrderId, status] = [clientIdOf(row, size), word(row, size === null ? 'id' : 'order_id'), word(row, 'state')]
  if (ours !== null && echoed !== ids.write(ours)) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  const state = STATES.get(status ?? '')
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  // "field" for "filled" is the documentation's own, and of some lists only.
  const traded = size === null ? amount(row, 'field-amount') ?? amount(row, 'filled-amount') : amount(row, 'trade_volume')
  if (traded === null) return 'the answer does not say what was filled'
  const filled = size === null ? traded : baseOf(traded, size)
  const stated = size === null ? averageOf(amount(row, 'field-cash-amount') ?? amount(row, 'filled-cash-amount'), filled) : amount(row, 'trade_avg_price')
  return {
    exchangeOrderId, clientOrderId: echoed === null ? '' : ids.read(echoed) ?? echoed, state, filled: positive(filled) ? filled : '0', averagePrice: positive(filled) && positive(stated) ? stated : null,
    fills: positive(filled) ? null : [],
  }
}

/** An accepted order: open, and nothing known of it yet. Spot answers with its number alone, futures with our id as well. */
export function readAcknowledgement(body: unknown, ours: string, isSpot: boolean): ExchangeOrder | string {
  const data = member(body, 'data')
  const [exchangeOrderId, echoed] = isSpot ? [word(body, 'data'), null] : [word(data, 'order_id'), word(data, 'client_order_id')]
  if (!isSpot && echoed !== idsOf('futures').write(ours)) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null || !/^\d{1,20}$/.test(exchangeOrderId)) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId: ours, state: 'open', filled: '0', averagePrice: null, fills: null }
}

/** The fills of one order among trades. `size` as above. [S match results; F execution details] */
export function readFills(rows: unknown, exchangeOrderId: string, size: string | null): ExchangeFill[] {
  const names = size === null ? SPOT_NAMES : FUTURES_NAMES
  return (list(rows) ?? []).flatMap((row) => {
    const [tradeId, price, traded, at] = [word(row, names.trade), amount(row, names.price), amount(row, names.quantity), timeOf(row, names.at)]
    if (word(row, names.order) !== exchangeOrderId || tradeId === null || price === null || traded === null || at === null) return []
    return [{ tradeId, price, quantity: size === null ? traded : baseOf(traded, size), ...size === null ? spotFee(row) : futuresFee(row), at }]
  })
}

const SPOT_NAMES = { trade: 'trade-id', price: 'price', quantity: 'filled-amount', at: 'created-at', order: 'order-id' } as const
const FUTURES_NAMES = { trade: 'trade_id', price: 'trade_price', quantity: 'trade_volume', at: 'created_time', order: 'order_id' } as const

/** [S FAQ] In what was received, unless it was paid in HTX's own token or in points: then `filled-fees` is 0. */
function spotFee(row: unknown): Pick<ExchangeFill, 'fee' | 'feeAsset'> {
  const [fee, points] = [amount(row, 'filled-fees'), amount(row, 'filled-points')]
  const paidOtherwise = !positive(fee) && positive(points)
  const asset = word(row, paidOtherwise ? 'fee-deduct-currency' : 'fee-currency')
  return paidOtherwise ? { fee: points, feeAsset: asset?.toUpperCase() ?? 'POINTS' } : { fee, feeAsset: fee === null ? null : asset?.toUpperCase() ?? null }
}

/** What was paid stands above zero in an execution's details, though below zero in the order itself. */
function futuresFee(row: unknown): Pick<ExchangeFill, 'fee' | 'feeAsset'> {
  const fee = amount(row, 'trade_fee')
  return { fee, feeAsset: fee === null ? null : word(row, 'fee_currency')?.toUpperCase() ?? null }
}
