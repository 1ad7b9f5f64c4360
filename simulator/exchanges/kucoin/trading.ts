import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order } from '../../orders.ts'
import { readFutures, readSpot } from './order-params.ts'
import { required, symbolOf, text, tradedOf, whole, type Params } from './params.ts'
import { noSuchOrder, parameterError, Refusal, refusalOf, type Market } from './refusal.ts'
import { fillView, orderView } from './views.ts'

/** How long a repeated id is refused is not documented: always, here. */
const RULES: Rules = { repeatedId: 'always', closesBelowMinimum: true }
/** Ids have 24 hexadecimal digits, or 18 decimal ones. */
const FIRST_ID = 355_785_051_019_415_552n
const ONE_DAY_MS = 86_400_000

export function place(x: Held, key: Key, market: Market, params: Params, receivedAt: number): unknown {
  const draft = checked(x, key, market, params)
  const id = String(FIRST_ID + BigInt(x.nextOrder++))
  const order = 'spot' in draft ? placeSpot(x, key, draft.spot, id, receivedAt) : placeFutures(x, key, draft.futures, draft.target, id, receivedAt)
  return { orderId: order.id, clientOid: order.clientOrderId }
}

/** "After placing an order, the order will not enter the matching system, and the order cannot be queried." */
export function rehearse(x: Held, key: Key, market: Market, params: Params): unknown {
  const draft = checked(x, key, market, params)
  return { orderId: String(FIRST_ID), clientOid: 'spot' in draft ? draft.spot.clientOrderId : draft.futures.clientOrderId }
}

type Checked = { readonly spot: ReturnType<typeof readSpot> } | { readonly futures: ReturnType<typeof readFutures>; readonly target: bigint }

function checked(x: Held, key: Key, market: Market, params: Params): Checked {
  if (market === 'spot') {
    checkWindow(x, params)
    const spot = readSpot(x, params)
    const fault = spotFault(x, key.account, spot, RULES)
    if (fault !== null) throw refusalOf(fault, market)
    return { spot }
  }
  const futures = readFutures(x, params)
  const target = futuresFault(x, key.account, futures, RULES)
  if (typeof target === 'string') throw refusalOf(target, market)
  return { futures, target }
}

/** "If clientTimestamp + allowMaxTimeWindow < Gateway received the message time, this order will fail"; with which code is not documented. */
function checkWindow(x: Held, params: Params): void {
  const [at, window] = [text(params, 'clientTimestamp'), text(params, 'allowMaxTimeWindow')]
  if (window === undefined) return
  if (!(Number(at) + Number(window) >= timeAt(x))) throw new Refusal('126041', 'clientTimestamp parameter error')
}

/** By the client's id, which stands in the path or in the query. */
function named(x: Held, key: Key, market: Market, clientOid: string): Order | undefined {
  return ordersOf(tradedOf(x, market).orders, key.account.name).byClientId.get(clientOid)
}

export function byClientOid(x: Held, key: Key, market: Market, clientOid: string, params: Params): unknown {
  const order = named(x, key, market, clientOid)
  if (order === undefined || (market === 'spot' && order.symbol !== symbolOf(x, market, required(params, 'symbol', market)).symbol)) throw noSuchOrder(market)
  return orderView(order, symbolOf(x, market, order.symbol))
}

/** "This endpoint only sends cancellation requests." */
export function cancel(x: Held, key: Key, market: Market, clientOid: string, params: Params): unknown {
  const symbol = symbolOf(x, market, required(params, 'symbol', market))
  const order = named(x, key, market, clientOid)
  if (order === undefined || order.symbol !== symbol.symbol) throw market === 'spot' ? new Refusal('400100', 'order_not_exist_or_not_allow_to_cancel') : noSuchOrder(market)
  if (!endOrder(x, order, 'canceled')) throw market === 'spot' ? new Refusal('400100', 'order_not_exist_or_not_allow_to_cancel') : new Refusal('100004', 'Order is in not cancelable state')
  return { clientOid }
}

/** Spot's open orders of a symbol, whole. */
export const active = (x: Held, key: Key, params: Params): unknown => ordersIn(x, key, 'spot', required(params, 'symbol', 'spot')).filter((order) => order.state === 'open').map((order) => orderView(order, symbolOf(x, 'spot', order.symbol)))

/** Spot's closed ones, behind `lastId`. */
export function done(x: Held, key: Key, params: Params): unknown {
  const { from, to } = rangeOf(x, params, 'spot')
  const ended = ordersIn(x, key, 'spot', required(params, 'symbol', 'spot')).filter((order) => order.state !== 'open' && order.createdAt >= from && order.createdAt <= to)
  return behind(ended, params, (order) => order.id, (order) => orderView(order, symbolOf(x, 'spot', order.symbol)))
}

/** Futures: `status` active, or done which is "default"; in numbered pages. */
export function orders(x: Held, key: Key, params: Params): unknown {
  const status = text(params, 'status') ?? 'done'
  if (status !== 'active' && status !== 'done') throw parameterError('futures', 'status')
  const { from, to } = rangeOf(x, params, 'futures')
  const all = ordersIn(x, key, 'futures', text(params, 'symbol')).filter((order) => (status === 'active') === (order.state === 'open') && (text(params, 'startAt') === undefined || (order.createdAt >= from && order.createdAt <= to)))
  return numbered(all, params, (order) => orderView(order, symbolOf(x, 'futures', order.symbol)))
}

/** "if you specify orderId, other parameters can be ignored". */
export function fills(x: Held, key: Key, market: Market, params: Params): unknown {
  const [orderId, symbol] = [text(params, 'orderId'), text(params, 'symbol')]
  const { from, to } = rangeOf(x, params, market)
  const all = [...ordersOf(tradedOf(x, market).orders, key.account.name).tradesBySymbol.values()].flat().sort((a, b) => b.id - a.id)
  const shown = all.filter((trade) => (orderId !== undefined ? trade.order.id === orderId : (symbol === undefined || trade.order.symbol === symbol) && trade.at >= from && trade.at <= to))
  return market === 'spot' ? behind(shown, params, (trade) => String(trade.id), (trade) => fillView(trade, symbolOf(x, market, trade.order.symbol)))
    : numbered(shown, params, (trade) => fillView(trade, symbolOf(x, market, trade.order.symbol)))
}

function ordersIn(x: Held, key: Key, market: Market, symbol: string | undefined): Order[] {
  const all = [...ordersOf(tradedOf(x, market).orders, key.account.name).bySymbol.values()].flat()
  return all.filter((order) => symbol === undefined || order.symbol === symbol).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
}

function rangeOf(x: Held, params: Params, market: Market): { from: number; to: number } {
  const now = timeAt(x)
  const [from, to] = [Number(text(params, 'startAt') ?? now - 7 * ONE_DAY_MS), Number(text(params, 'endAt') ?? now)]
  if (Number.isNaN(from) || Number.isNaN(to)) throw parameterError(market, 'startAt')
  return { from, to }
}

function behind<T>(rows: readonly T[], params: Params, idOf: (row: T) => string, view: (row: T) => unknown): unknown {
  const last = text(params, 'lastId')
  const from = last === undefined ? 0 : rows.findIndex((row) => idOf(row) === last) + 1
  const shown = rows.slice(from, from + whole(params, 'limit', 'spot', 20, 100))
  const end = shown.at(-1)
  return { lastId: end === undefined ? 0 : idOf(end), items: shown.map(view) }
}

function numbered<T>(rows: readonly T[], params: Params, view: (row: T) => unknown): unknown {
  const [page, size] = [whole(params, 'currentPage', 'futures', 1, 1_000_000), whole(params, 'pageSize', 'futures', 50, 1000)]
  return { currentPage: page, pageSize: size, totalNum: rows.length, totalPage: Math.ceil(rows.length / size), items: rows.slice((page - 1) * size, page * size).map(view) }
}
