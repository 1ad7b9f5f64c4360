import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order, type Trade } from '../../orders.ts'
import { rawNumber } from '../../raw-number.ts'
import { contractOf, pairOf } from './market-data.ts'
import { readFutures, readSpot } from './order-params.ts'
import { Refusal, refusalOf } from './refusal.ts'
import { acknowledgement, cancelView, futuresOrderView, futuresTradeView, spotOrderView, spotTradeView } from './views.ts'

type Market = 'spot' | 'futures'

/** What becomes of a repeated id is not documented for spot; here it is free again when its order has ended. */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: true }
/** Beyond what a double holds, as in the documentation's examples. */
const FIRST_FUTURES_ID = 739_113_577_038_255_616n
const DAY_MS = 86_400_000
const SPOT_MEMORY_MS = 7 * DAY_MS

function checkedSpot(x: Held, key: Key, fields: Fields): ReturnType<typeof readSpot> {
  const draft = readSpot(x, fields)
  const fault = spotFault(x, key.account, draft, RULES)
  if (fault !== null) throw refusalOf(fault, 'spot')
  return draft
}

/** The answer does not repeat the client's id. Source: apidocs spot_v3_en, "New Order". */
export const createSpot = (x: Held, key: Key, fields: Fields, receivedAt: number): unknown =>
  acknowledgement(placeSpot(x, key, checkedSpot(x, key, fields), `C02__${FIRST_FUTURES_ID + BigInt(x.nextOrder++)}`, receivedAt))

export function testSpot(x: Held, key: Key, fields: Fields): unknown {
  checkedSpot(x, key, fields)
  return {}
}

/** "return the existing order ID if it already exists" (said of orders in bulk). */
export function createFutures(x: Held, key: Key, fields: Fields, receivedAt: number): unknown {
  const draft = readFutures(x, key, fields)
  const existing = draft.clientOrderId === '' ? undefined : mine(x, key, 'futures').byClientId.get(draft.clientOrderId)
  if (existing !== undefined) return { orderId: existing.id, ts: timeAt(x) }
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') throw refusalOf(checked, 'futures')
  return { orderId: placeFutures(x, key, draft, checked, String(FIRST_FUTURES_ID + BigInt(x.nextOrder++)), receivedAt).id, ts: timeAt(x) }
}

const mine = (x: Held, key: Key, market: Market): ReturnType<typeof ordersOf> => ordersOf(x[market].orders, key.account.name)

/** By the exchange's number, or by the client's id. */
function spotOrder(x: Held, key: Key, fields: Fields): Order | undefined {
  const [id, link] = [fields.text('orderId'), fields.text('origClientOrderId')]
  if (id === undefined && link === undefined) throw new Refusal(700_004, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
  const order = id === undefined ? mine(x, key, 'spot').byClientId.get(link ?? '') : x.spot.orders.byId.get(id)
  return order?.account === key.account.name && order.symbol === pairOf(x, fields.required('symbol')).symbol ? order : undefined
}

export function querySpot(x: Held, key: Key, fields: Fields): unknown {
  const order = spotOrder(x, key, fields)
  if (order === undefined) throw new Refusal(-2013, 'Order does not exist.')
  return spotOrderView(order)
}

export function cancelSpot(x: Held, key: Key, fields: Fields): unknown {
  const order = spotOrder(x, key, fields)
  if (order === undefined || !endOrder(x, order, 'canceled')) throw new Refusal(-2011, 'Unknown order sent.')
  return cancelView(order)
}

export const spotOpen = (x: Held, key: Key, fields: Fields): unknown => {
  const { symbol } = pairOf(x, fields.required('symbol'))
  return [...mine(x, key, 'spot').open].filter((order) => order.symbol === symbol).map(spotOrderView)
}

/** "the query period is the latest 24 hours by default. You can query a maximum of the latest 7 days." */
export function spotAll(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = pairOf(x, fields.required('symbol'))
  const now = timeAt(x)
  const from = Math.max(fields.whole('startTime', now - DAY_MS, 0, 1e15), now - SPOT_MEMORY_MS)
  const to = fields.whole('endTime', 1e15, 0, 1e15)
  return (mine(x, key, 'spot').bySymbol.get(symbol) ?? []).filter((order) => order.createdAt >= from && order.createdAt <= to)
    .sort((a, b) => b.createdAt - a.createdAt).slice(0, fields.whole('limit', 500, 1, 1000)).map(spotOrderView)
}

export function spotTrades(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = pairOf(x, fields.required('symbol'))
  const [id, from, to] = [fields.text('orderId'), fields.whole('startTime', 0, 0, 1e15), fields.whole('endTime', 1e15, 0, 1e15)]
  return tradesOf(x, key, 'spot').filter((trade) => trade.order.symbol === symbol && (id === undefined || trade.order.id === id) && trade.at >= from && trade.at <= to)
    .slice(0, fields.whole('limit', 100, 1, 100)).map(spotTradeView)
}

/** Newest first. */
const tradesOf = (x: Held, key: Key, market: Market): Trade[] => [...mine(x, key, market).tradesBySymbol.values()].flat().sort((a, b) => b.id - a.id)

const futuresView = (x: Held, order: Order): unknown => futuresOrderView(order, contractOf(x, order.symbol))

/** `{symbol}/{external_oid}`; null in a good answer where there is none. */
export function queryFutures(x: Held, key: Key, name: string, externalOid: string): unknown {
  const { symbol } = contractOf(x, name)
  const order = mine(x, key, 'futures').byClientId.get(externalOid)
  return order === undefined || order.symbol !== symbol ? null : futuresView(x, order)
}

/** One object of symbol and id; whether it was canceled stands in a good answer. */
export function cancelFutures(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = contractOf(x, fields.required('symbol'))
  const order = mine(x, key, 'futures').byClientId.get(fields.required('externalOid'))
  if (order === undefined || order.symbol !== symbol) return { orderId: null, errorCode: 2040, errorMsg: 'order not exist' }
  const id = rawNumber(order.id)
  return endOrder(x, order, 'canceled') ? { orderId: id, errorCode: 0, errorMsg: 'success' } : { orderId: id, errorCode: 2041, errorMsg: 'order state cannot be cancelled' }
}

export const futuresOpen = (x: Held, key: Key, fields: Fields): unknown => pageOf([...mine(x, key, 'futures').open].sort((a, b) => b.createdAt - a.createdAt), fields).map((order) => futuresView(x, order))

/** The last 7 days unless told otherwise, 90 at a time. */
export function futuresHistory(x: Held, key: Key, fields: Fields): unknown {
  const symbol = fields.text('symbol')
  const now = timeAt(x)
  const [from, to] = [fields.whole('start_time', now - SPOT_MEMORY_MS, 0, 1e15), fields.whole('end_time', now, 0, 1e15)]
  if (to - from > 90 * DAY_MS) throw new Refusal(6003, 'Time range error')
  const all = [...mine(x, key, 'futures').bySymbol.values()].flat()
  return pageOf(all.filter((order) => order.state !== 'open' && (symbol === undefined || order.symbol === symbol) && order.createdAt >= from && order.createdAt <= to)
    .sort((a, b) => b.createdAt - a.createdAt), fields).map((order) => futuresView(x, order))
}

export const futuresDeals = (x: Held, key: Key, orderId: string): unknown =>
  tradesOf(x, key, 'futures').filter((trade) => trade.order.id === orderId).map((trade) => futuresTradeView(trade, contractOf(x, trade.order.symbol)))

function pageOf<T>(rows: readonly T[], fields: Fields): readonly T[] {
  const size = fields.whole('page_size', 20, 1, 100)
  const from = (fields.whole('page_num', 1, 1, 100_000) - 1) * size
  return rows.slice(from, from + size)
}
