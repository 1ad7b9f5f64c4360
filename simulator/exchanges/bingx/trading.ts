import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf as ordersOfAccount, type Order, type Trade } from '../../orders.ts'
import { listedOf } from './market-data.ts'
import { clientIdIn, readFutures, readSpot } from './order-params.ts'
import { parameterError, Refusal, refusalOf } from './refusal.ts'
import { acknowledgement, fillView, futuresOrderView, spotOrderView, spotTradeView } from './views.ts'

type Market = 'spot' | 'futures'

/** What becomes of a repeated id is documented for contracts only; spot's is free again here when its order has ended. */
const RULES: Readonly<Record<Market, Rules>> = { spot: { repeatedId: 'open', closesBelowMinimum: true }, futures: { repeatedId: 'always', closesBelowMinimum: true } }
/** Beyond what a double holds, as in the documentation's examples. */
const FIRST_ID = 1_735_950_529_123_455_001n
const RANGE_MS = 7 * 86_400_000

const newId = (x: Held): string => String(FIRST_ID + BigInt(x.nextOrder++))
const mine = (x: Held, key: Key, market: Market): ReturnType<typeof ordersOfAccount> => ordersOfAccount(x[market].orders, key.account.name)

/** Source: api-ai-skills spot-trade, "Place order". */
export function createSpot(x: Held, key: Key, fields: Fields, receivedAt: number): unknown {
  const draft = readSpot(x, fields)
  const fault = spotFault(x, key.account, draft, RULES.spot)
  if (fault !== null) throw refusalOf(fault, 'spot')
  return spotOrderView(placeSpot(x, key, draft, newId(x), receivedAt))
}

function checked(x: Held, key: Key, fields: Fields): readonly [draft: ReturnType<typeof readFutures>, target: bigint] {
  const draft = readFutures(x, fields)
  const fault = futuresFault(x, key.account, draft, RULES.futures)
  if (typeof fault === 'string') throw refusalOf(fault, 'futures')
  return [draft, fault]
}

/** Source: api-ai-skills swap-trade, "Place order". */
export function createFutures(x: Held, key: Key, fields: Fields, receivedAt: number): unknown {
  const [draft, target] = checked(x, key, fields)
  return acknowledgement(placeFutures(x, key, draft, target, newId(x), receivedAt))
}

/** "No actual trade is executed". Source: api-ai-skills swap-trade, "Test place order". */
export function testFutures(x: Held, key: Key, fields: Fields): unknown {
  const [{ symbol, side, positionSide, type, clientOrderId }] = checked(x, key, fields)
  return { order: { symbol: symbol.symbol, orderId: 0, side, positionSide, type, clientOrderID: clientOrderId, workingType: 'MARK_PRICE' } }
}

/** By the exchange's number, or by the client's id. */
function named(x: Held, key: Key, market: Market, fields: Fields): Order {
  const { symbol } = listedOf(x, market, fields.required('symbol'))
  const [id, clientId] = [fields.text('orderId'), clientIdIn(fields)]
  if (id === undefined && clientId === '') throw parameterError('orderId or clientOrderId is required')
  const order = id === undefined ? mine(x, key, market).byClientId.get(clientId) : x[market].orders.byId.get(id)
  if (order?.account !== key.account.name || order.symbol !== symbol) throw notThere(market)
  return order
}

const notThere = (market: Market): Refusal => (market === 'spot' ? new Refusal(100_404, 'the order you queried does not exist: order not exist') : new Refusal(109_421, 'order not exist'))

const viewOf = (market: Market): ((order: Order) => unknown) => (market === 'spot' ? spotOrderView : futuresOrderView)
const shown = (market: Market, order: Order): unknown => (market === 'spot' ? spotOrderView(order) : { order: futuresOrderView(order) })

export const query = (market: Market) => (x: Held, key: Key, fields: Fields): unknown => shown(market, named(x, key, market, fields))

export const cancel = (market: Market) => (x: Held, key: Key, fields: Fields): unknown => {
  const order = named(x, key, market, fields)
  if (!endOrder(x, order, 'canceled')) throw notThere(market)
  return shown(market, order)
}

export const open = (market: Market) => (x: Held, key: Key, fields: Fields): unknown => {
  const symbol = fields.text('symbol')
  return { orders: [...mine(x, key, market).open].filter((order) => symbol === undefined || order.symbol === symbol).map(viewOf(market)) }
}

/** Newest first; orders that are open come as well. */
function since(x: Held, key: Key, market: Market, fields: Fields): Order[] {
  const { symbol } = listedOf(x, market, fields.required('symbol'))
  const to = fields.whole('endTime', 1e15, 0, 1e15)
  const from = fields.whole('startTime', timeAt(x) - RANGE_MS, 0, 1e15)
  if (market === 'futures' && to !== 1e15 && to - from > RANGE_MS) throw parameterError('the query range must not exceed 7 days')
  return (mine(x, key, market).bySymbol.get(symbol) ?? []).filter((order) => order.createdAt >= from && order.createdAt <= to).sort((a, b) => b.createdAt - a.createdAt)
}

/** "pageIndex * pageSize <= 10,000". Source: api-ai-skills spot-trade, "Query order history". */
export function spotHistory(x: Held, key: Key, fields: Fields): unknown {
  const [page, size] = [fields.whole('pageIndex', 1, 1, 10_000), fields.whole('pageSize', 100, 1, 100)]
  const all = since(x, key, 'spot', fields)
  return { orders: all.slice((page - 1) * size, page * size).map(spotOrderView), total: all.length }
}

/** Source: api-ai-skills swap-trade, "Order history". */
export const futuresHistory = (x: Held, key: Key, fields: Fields): unknown => ({ orders: since(x, key, 'futures', fields).slice(0, fields.whole('limit', 500, 1, 1000)).map(futuresOrderView) })

function tradesOf(x: Held, key: Key, market: Market, fields: Fields, names: readonly [from: string, to: string]): Trade[] {
  const { symbol } = listedOf(x, market, fields.required('symbol'))
  const [id, from, to] = [fields.text('orderId'), fields.whole(names[0], 0, 0, 1e15), fields.whole(names[1], 1e15, 0, 1e15)]
  return (mine(x, key, market).tradesBySymbol.get(symbol) ?? []).filter((trade) => (id === undefined || trade.order.id === id) && trade.at >= from && trade.at <= to).toSorted((a, b) => b.id - a.id)
}

export const spotTrades = (x: Held, key: Key, fields: Fields): unknown =>
  ({ fills: tradesOf(x, key, 'spot', fields, ['startTime', 'endTime']).slice(0, fields.whole('limit', 500, 1, 1000)).map(spotTradeView) })

/** Source: api-ai-skills swap-trade, "Query historical transaction details". */
export function fillHistory(x: Held, key: Key, fields: Fields): unknown {
  fields.required('startTs')
  fields.required('endTs')
  const size = fields.whole('pageSize', 50, 1, 1000)
  const page = fields.whole('pageIndex', 1, 1, 10_000)
  return { fill_orders: tradesOf(x, key, 'futures', fields, ['startTs', 'endTs']).slice((page - 1) * size, page * size).map(fillView) }
}
