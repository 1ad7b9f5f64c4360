import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text as written } from '#model'
import { amount, averageOf, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import { IDS, secondsOf } from './manner.ts'

/** Canceled by the rule that an order has to fill at once, or by the book's emptiness. [D finish_as] */
const NOT_FILLED: ReadonlySet<string> = new Set(['ioc', 'fok', 'poc', 'small', 'depth_not_enough', 'trader_not_enough'])

/**
 * An order as Gate shows it, or what is wrong with it. `size`: base per contract; null: spot. `ours`: the id that it has to
 * have; null: whatever it has. Its fills are a question of their own.
 */
export function readOrder(row: unknown, size: string | null, ours: string | null): ExchangeOrder | string {
  const [text, exchangeOrderId, status] = [word(row, 'text'), word(row, 'id'), word(row, 'status')]
  if (ours !== null && text !== IDS.write(ours)) return text === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  const filled = size === null ? amount(row, 'filled_amount') : filledOf(row, size)
  if (filled === null) return 'the answer does not say what was filled'
  const state = stateOf(row, status)
  if (state === null) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  const stated = amount(row, size === null ? 'avg_deal_price' : 'fill_price')
  return {
    exchangeOrderId, clientOrderId: text === null ? '' : IDS.read(text) ?? text, state, filled,
    averagePrice: !positive(filled) ? null : positive(stated) ? stated : averageOf(amount(row, 'filled_total'), filled), fills: positive(filled) ? null : [],
  }
}

/** [D order status] spot: open, closed, cancelled; futures: open, finished, and how in `finish_as`. */
function stateOf(row: unknown, status: string | null): ExchangeOrder['state'] | null {
  if (status === 'open') return 'open'
  if (status === 'closed') return 'filled'
  if (status !== 'cancelled' && status !== 'finished') return null
  if (status === 'finished' && amount(row, 'left') === '0') return 'filled'
  return NOT_FILLED.has(word(row, 'finish_as') ?? '') ? 'expired' : 'canceled'
}

/** Contracts that are not left, in base. Size and rest are below zero for sales. */
function filledOf(row: unknown, size: string): string | null {
  const [all, left] = [amount(row, 'size'), amount(row, 'left')]
  return all === null || left === null ? null : baseOf(written(decimal(all).minus(decimal(left)).abs()), size)
}

/** The fills of one order among trades. `size` as above. */
export function readFills(rows: readonly unknown[], exchangeOrderId: string, size: string | null): ExchangeFill[] {
  return rows.flatMap((row) => {
    const [tradeId, price, traded] = [word(row, 'id') ?? word(row, 'trade_id'), amount(row, 'price'), amount(row, size === null ? 'amount' : 'size')]
    const at = Number(member(row, 'create_time_ms') ?? Number.NaN) || secondsOf(row, 'create_time')
    if (word(row, 'order_id') !== exchangeOrderId || tradeId === null || price === null || traded === null || at === null) return []
    const quantity = size === null ? traded : baseOf(traded.replace('-', ''), size)
    return [{ tradeId, price, quantity, ...feeOf(row, size === null), at: Math.round(at) }]
  })
}

/** In what was received (spot) or USDT (futures), unless it was paid in points or in GT. [D my_trades] */
function feeOf(row: unknown, isSpot: boolean): Pick<ExchangeFill, 'fee' | 'feeAsset'> {
  const [points, gt, fee] = [amount(row, 'point_fee'), amount(row, 'gt_fee'), amount(row, 'fee')]
  if (positive(points)) return { fee: points, feeAsset: 'POINT' }
  if (positive(gt)) return { fee: gt, feeAsset: 'GT' }
  return { fee, feeAsset: fee === null ? null : isSpot ? word(row, 'fee_currency') : 'USDT' }
}
