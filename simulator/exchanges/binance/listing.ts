import type { Order, Trade } from '../../orders.ts'
import { limitOf, optionalWhole, type Params } from './params.ts'
import { Refusal } from './refusal.ts'

const ONE_DAY_MS = 86_400_000

type Range = { readonly from: number | undefined; readonly to: number | undefined }

function rangeOf(params: Params, longestMs: number): Range {
  const from = optionalWhole(params, 'startTime')
  const to = optionalWhole(params, 'endTime')
  if (from !== undefined && to !== undefined && to - from > longestMs) {
    throw new Refusal(-1127, `More than ${longestMs / 3_600_000} hours between startTime and endTime.`)
  }
  return { from, to }
}

/** The oldest so many where a beginning was named, else the newest so many; always oldest first. */
function page<T>(items: readonly T[], limit: number, fromBeginning: boolean): T[] {
  return fromBeginning ? items.slice(0, limit) : items.slice(-limit)
}

/**
 * The orders of an allOrders request: from an id on, or within times, or the newest.
 * Source: rest-api.md "All orders" and its General API Information on startTime and endTime.
 */
export function selectOrders(orders: readonly Order[], params: Params, longestMs = ONE_DAY_MS): Order[] {
  const limit = limitOf(params, 500, 1000)
  const fromId = params.get('orderId')
  const { from, to } = rangeOf(params, longestMs)
  if (fromId !== undefined) {
    const least = BigInt(/^\d{1,20}$/.test(fromId) ? fromId : 0)
    return page(
      orders.filter((order) => BigInt(order.id) >= least),
      limit,
      true,
    )
  }
  if (from === undefined && to === undefined) return orders.slice(-limit)
  const inside = orders.filter((each) => each.createdAt >= (from ?? 0) && each.createdAt <= (to ?? Infinity))
  return page(inside, limit, from !== undefined)
}

/** The trades of a myTrades or userTrades request: of an order, from an id on, within times, or the newest. */
export function selectTrades(trades: readonly Trade[], params: Params, longestMs = ONE_DAY_MS): Trade[] {
  const limit = limitOf(params, 500, 1000)
  const orderId = params.get('orderId')
  const fromId = optionalWhole(params, 'fromId')
  const { from, to } = rangeOf(params, longestMs)
  if (orderId === undefined && fromId === undefined && from === undefined && to === undefined) {
    return trades.slice(-limit)
  }
  const inside = trades.filter(
    (each) =>
      (orderId === undefined || each.order.id === orderId) &&
      (fromId === undefined || each.id >= fromId) &&
      each.at >= (from ?? 0) &&
      each.at <= (to ?? Infinity),
  )
  return page(inside, limit, fromId !== undefined || from !== undefined || orderId !== undefined)
}
