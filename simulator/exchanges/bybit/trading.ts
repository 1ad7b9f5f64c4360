import { newUuid } from '../../clock.ts'
import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order } from '../../orders.ts'
import { readLinear, readSpot } from './order-params.ts'
import { categoryOf, marketOf, required, symbolOf, text, whole, type Params } from './params.ts'
import { parameterError, Refusal, refusalOf } from './refusal.ts'
import { executionView, orderView } from './views.ts'

/** "always unique". Source: docs/v5/order/create-order.mdx. */
const RULES: Rules = { repeatedId: 'always', closesBelowMinimum: true }
/** Spot's order ids are long numbers, those of contracts UUIDs, as in the documentation's examples. */
const FIRST_SPOT_ID = 1_523_347_543_495_541_000n
const RECENT = 500
const ONE_DAY_MS = 86_400_000
const ONE_WEEK_MS = 7 * ONE_DAY_MS

export function create(x: Held, key: Key, params: Params, receivedAt: number): unknown {
  const order = categoryOf(params) === 'spot' ? createSpot(x, key, params, receivedAt) : createLinear(x, key, params, receivedAt)
  return { orderId: order.id, orderLinkId: order.clientOrderId }
}

function createSpot(x: Held, key: Key, params: Params, receivedAt: number): Order {
  const draft = readSpot(x, params)
  const fault = spotFault(x, key.account, draft, RULES)
  if (fault !== null) throw refusalOf(fault, 'spot')
  return placeSpot(x, key, draft, String(FIRST_SPOT_ID + BigInt(x.nextOrder++)), receivedAt)
}

function createLinear(x: Held, key: Key, params: Params, receivedAt: number): Order {
  const draft = readLinear(x, params)
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') throw refusalOf(checked, 'futures')
  return placeFutures(x, key, draft, checked, newUuid(), receivedAt)
}

/** Source: docs/v5/order/pre-check-order.mdx: not for spot; nothing is placed. */
export function preCheck(x: Held, key: Key, params: Params): unknown {
  if (categoryOf(params) !== 'futures') throw parameterError('Illegal category')
  const draft = readLinear(x, params)
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') throw refusalOf(checked, 'futures')
  return { orderId: newUuid(), orderLinkId: draft.clientOrderId, preImrE4: 30, preMmrE4: 21, postImrE4: 357, postMmrE4: 294 }
}

/** "if both are entered, orderId first"; the answer is an acknowledgement. */
export function cancel(x: Held, key: Key, params: Params): unknown {
  const market = categoryOf(params)
  const symbol = symbolOf(x, market, required(params, 'symbol')).symbol
  const order = named(x, key, market, params)
  if (order === undefined || order.symbol !== symbol || !endOrder(x, order, 'canceled')) {
    throw market === 'spot' ? new Refusal(170_213, 'Order does not exist.') : new Refusal(110_001, 'order not exists or too late to cancel')
  }
  return { orderId: order.id, orderLinkId: order.clientOrderId }
}

export function cancelAll(x: Held, key: Key, params: Params): unknown {
  const market = categoryOf(params)
  const symbol = text(params, 'symbol')
  const open = [...ordersOf(marketOf(x, market).orders, key.account.name).open].filter((order) => symbol === undefined || order.symbol === symbol)
  for (const order of open) endOrder(x, order, 'canceled')
  return { list: open.map((order) => ({ orderId: order.id, orderLinkId: order.clientOrderId })), success: '1' }
}

/** One order, or undefined; by the exchange's id before the client's. Neither: a parameter error. */
function named(x: Held, key: Key, market: 'spot' | 'futures', params: Params): Order | undefined {
  const [id, link] = [text(params, 'orderId'), text(params, 'orderLinkId')]
  if (id === undefined && link === undefined) throw parameterError('orderId or orderLinkId is required')
  const { orders } = marketOf(x, market)
  const order = id === undefined ? ordersOf(orders, key.account.name).byClientId.get(link ?? '') : orders.byId.get(id)
  return order?.account === key.account.name ? order : undefined
}

/**
 * Open orders, or with an id also one of the 500 that closed last. "either symbol, baseCoin or settleCoin is required" on
 * linear. Source: docs/v5/order/open-order.mdx.
 */
export function realtime(x: Held, key: Key, params: Params): unknown {
  const market = categoryOf(params)
  const symbol = text(params, 'symbol')
  const mine = ordersOf(marketOf(x, market).orders, key.account.name)
  const closed = (): Order[] => [...mine.bySymbol.values()].flat().filter((order) => order.state !== 'open').sort((a, b) => b.updatedAt - a.updatedAt).slice(0, RECENT)
  if (text(params, 'orderId') !== undefined || text(params, 'orderLinkId') !== undefined) {
    const order = named(x, key, market, params)
    const shown = order !== undefined && (order.state === 'open' || closed().includes(order)) ? [order] : []
    return page(shown, params, 20, 50)
  }
  if (market === 'futures' && symbol === undefined && text(params, 'settleCoin') === undefined && text(params, 'baseCoin') === undefined) {
    throw parameterError('Missing some parameters that must be filled in, symbol or settleCoin or baseCoin')
  }
  const wanted = (text(params, 'openOnly') === '1' ? closed() : [...mine.open]).filter((order) => symbol === undefined || order.symbol === symbol)
  return page(wanted.sort((a, b) => b.createdAt - a.createdAt), params, 20, 50)
}

/** Closed orders: those canceled without a fill for a day only. Source: docs/v5/order/order-list.mdx. */
export function history(x: Held, key: Key, params: Params): unknown {
  const market = categoryOf(params)
  const symbol = text(params, 'symbol')
  const now = timeAt(x)
  const byName = text(params, 'orderId') !== undefined || text(params, 'orderLinkId') !== undefined
  const all = byName ? [named(x, key, market, params)].filter((order) => order !== undefined) : [...ordersOf(marketOf(x, market).orders, key.account.name).bySymbol.values()].flat()
  const { from, to } = rangeOf(params, now)
  const shown = all.filter((order) => order.state !== 'open' && (order.filled > 0n || now - order.updatedAt < ONE_DAY_MS)
    && (byName || ((symbol === undefined || order.symbol === symbol) && order.createdAt >= from && order.createdAt <= to)))
  return page(shown.sort((a, b) => b.createdAt - a.createdAt), params, 20, 50)
}

/** Newest first. Source: docs/v5/order/execution.mdx. */
export function executions(x: Held, key: Key, params: Params): unknown {
  const market = categoryOf(params)
  const [symbol, id, link] = ['symbol', 'orderId', 'orderLinkId'].map((name) => text(params, name))
  const { from, to } = rangeOf(params, timeAt(x))
  const mine = ordersOf(marketOf(x, market).orders, key.account.name)
  const all = [...mine.tradesBySymbol.values()].flat().filter((trade) =>
    (id !== undefined ? trade.order.id === id : link !== undefined ? trade.order.clientOrderId === link
      : (symbol === undefined || trade.order.symbol === symbol) && trade.at >= from && trade.at <= to))
  const limit = whole(params, 'limit', 50, 1, 100)
  return slice(all.sort((a, b) => b.at - a.at || b.id - a.id).map(executionView), params, limit)
}

/** At most a week; the last one by default. */
function rangeOf(params: Params, now: number): { from: number; to: number } {
  const [start, end] = [text(params, 'startTime'), text(params, 'endTime')].map((value) => (value === undefined ? undefined : Number(value)))
  if (start !== undefined && end !== undefined && end - start > ONE_WEEK_MS) throw parameterError('The time range between startTime and endTime cannot exceed 7 days')
  return { from: start ?? (end ?? now) - ONE_WEEK_MS, to: end ?? (start === undefined ? now : start + ONE_WEEK_MS) }
}

function page(orders: readonly Order[], params: Params, usual: number, most: number): unknown {
  return slice(orders.map(orderView), params, whole(params, 'limit', usual, 1, most))
}

/** A cursor comes with every page that has rows, the last one included. */
function slice(rows: readonly unknown[], params: Params, limit: number): unknown {
  const from = Number(/^from:(\d+)$/.exec(text(params, 'cursor') ?? '')?.[1] ?? 0)
  const list = rows.slice(from, from + limit)
  return { list, nextPageCursor: list.length === 0 ? '' : encodeURIComponent(`from:${from + list.length}`), category: text(params, 'category') }
}
