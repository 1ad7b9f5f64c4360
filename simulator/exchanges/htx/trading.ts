import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import { closable, closes } from '../../engine/futures.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order } from '../../orders.ts'
import { numberOf } from './account.ts'
import { contractOf, pairOf } from './market-data.ts'
import { readFutures, readSpot } from './order-params.ts'
import { futuresParameter, Refusal, refusalOf } from './refusal.ts'
import { futuresOrderView, futuresTradeView, openOrderView, spotOrderView, spotTradeView } from './views.ts'

/** The documentation says of a repeated id that it is refused, and that it no longer is: here it is among open orders. */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: true }
const FIRST_SPOT_ID = 357_632_718_898_331
const FIRST_FUTURES_ID = 1_513_828_877_079_584_768n
const HOUR_MS = 3_600_000
const MAXIMUM_WINDOW_MS = 48 * HOUR_MS
/** For so long a client's id finds an order that has ended, and canceled ones stay in lists. */
const ENDED_MS = 2 * HOUR_MS
const OPEN_MS = 8 * HOUR_MS

type Mine = ReturnType<typeof ordersOf>
const mine = (x: Held, key: Key, market: 'spot' | 'futures'): Mine => ordersOf(x[market].orders, key.account.name)

export function createSpot(x: Held, key: Key, fields: Fields, receivedAt: number): unknown {
  const draft = readSpot(x, key, fields)
  const fault = spotFault(x, key.account, draft, RULES)
  if (fault !== null) throw refusalOf(fault, 'spot')
  return placeSpot(x, key, draft, String(FIRST_SPOT_ID + x.nextOrder++), receivedAt).id
}

/** More than is held cannot be closed: 1048, of a reduce-only order in one-way mode 1492. */
export function createFutures(x: Held, key: Key, fields: Fields, receivedAt: number): unknown {
  const draft = readFutures(x, fields, key.account.futures.hedge)
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') throw refusalOf(checked, 'futures')
  if (closes(draft) && closable(key.account, draft) < draft.quantity) throw draft.positionSide === 'BOTH' ? new Refusal(1492, 'Reduce only quantity exceeds open position quantity.') : refusalOf('nothing to reduce', 'futures')
  const order = placeFutures(x, key, draft, checked, String(FIRST_FUTURES_ID + BigInt(x.nextOrder++)), receivedAt)
  return { order_id: order.id, client_order_id: order.clientOrderId === '' ? order.id : order.clientOrderId }
}

/** By the client's id, which is kept for a time only. */
function remembered(x: Held, key: Key, market: 'spot' | 'futures', clientOrderId: string): Order | undefined {
  const order = mine(x, key, market).byClientId.get(clientOrderId)
  return order === undefined || timeAt(x) - order.createdAt > (order.state === 'open' ? OPEN_MS : ENDED_MS) ? undefined : order
}

export function querySpot(x: Held, key: Key, fields: Fields): unknown {
  const order = remembered(x, key, 'spot', fields.required('clientOrderId'))
  if (order === undefined) throw new Refusal('base-record-invalid', 'record invalid')
  return spotOrderView(order, numberOf(key))
}

/** 0 not found, 5 partly canceled, 6 filled, 7 canceled, 10 being canceled. Source: spot v1, "Submit Cancel for an Order (based on client order ID)". */
export function cancelSpot(x: Held, key: Key, fields: Fields): unknown {
  const order = remembered(x, key, 'spot', fields.required('client-order-id'))
  if (order === undefined) return 0
  if (order.state === 'filled') return 6
  return endOrder(x, order, 'canceled') ? 10 : order.filled > 0n ? 5 : 7
}

export function spotOpen(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = pairOf(x, fields.required('symbol'))
  const account = fields.text('account-id')
  if (account !== undefined && account !== numberOf(key)) throw new Refusal('account-get-accounts-inexistent-error', 'account does not exist')
  return [...mine(x, key, 'spot').open].filter((order) => order.symbol === symbol).slice(0, fields.whole('size', 100, 1, 500)).map((order) => openOrderView(order, numberOf(key)))
}

const kept = (x: Held, order: Order): boolean => order.filled > 0n || order.state === 'open' || timeAt(x) - order.updatedAt <= ENDED_MS

/** The newest first, by number from `from` on. Source: spot v1, "Search Past Orders". */
export function spotPast(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = pairOf(x, fields.required('symbol'))
  const states = new Set(fields.required('states').split(','))
  const now = timeAt(x)
  const to = fields.whole('end-time', now, 0, 1e15)
  const start = fields.whole('start-time', to - MAXIMUM_WINDOW_MS, 0, 1e15)
  if (to < start || to - start > MAXIMUM_WINDOW_MS) throw new Refusal('invalid-interval', 'Query window is zero, negative or greater than limitation')
  const last = fields.whole('from', Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER)
  return (mine(x, key, 'spot').bySymbol.get(symbol) ?? []).filter((order) => order.createdAt >= start && order.createdAt <= to && Number(order.id) <= last && kept(x, order))
    .sort((a, b) => Number(b.id) - Number(a.id)).map((order) => spotOrderView(order, numberOf(key)) as { readonly state: string }).filter(({ state }) => states.has(state)).slice(0, fields.whole('size', 100, 1, 100))
}

export function spotMatches(x: Held, key: Key, id: string): unknown {
  const order = x.spot.orders.byId.get(id)
  if (order === undefined || order.account !== key.account.name) throw new Refusal('base-record-invalid', 'record invalid')
  return order.trades.map(spotTradeView)
}

function futuresOrder(x: Held, key: Key, fields: Fields): Order {
  const { symbol } = contractOf(x, fields.required('contract_code'))
  const [id, link] = [fields.text('order_id'), fields.text('client_order_id')]
  if (id === undefined && link === undefined) throw new Refusal(1066, 'The order_id field cannot be empty. Please re-enter.')
  const order = id === undefined ? remembered(x, key, 'futures', link ?? '') : x.futures.orders.byId.get(id)
  if (order === undefined || order.account !== key.account.name || order.symbol !== symbol) throw new Refusal(1017, 'Order doesnt exist.')
  return order
}

const view = (x: Held, order: Order): unknown => futuresOrderView(order, contractOf(x, order.symbol))

export const queryFutures = (x: Held, key: Key, fields: Fields): unknown => view(x, futuresOrder(x, key, fields))

export function cancelFutures(x: Held, key: Key, fields: Fields): unknown {
  const order = futuresOrder(x, key, fields)
  if (!endOrder(x, order, 'canceled')) throw order.state === 'filled' ? new Refusal(1063, 'The order has been executed.') : new Refusal(1051, 'No orders to cancel.')
  return { order_id: order.id, client_order_id: order.clientOrderId }
}

export function futuresOpen(x: Held, key: Key, fields: Fields): unknown {
  const only = fields.text('contract_code')
  return [...mine(x, key, 'futures').open].filter((order) => only === undefined || order.symbol === only).slice(0, fields.whole('limit', 10, 1, 100)).map((order) => view(x, order))
}

/** What has ended; the newest first. */
export function futuresHistory(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = contractOf(x, fields.required('contract_code'))
  fields.one('margin_mode', ['cross', 'isolated'])
  const to = fields.whole('end_time', timeAt(x), 0, 1e15)
  const from = fields.whole('start_time', to - MAXIMUM_WINDOW_MS, 0, 1e15)
  if (to < from || to - from > MAXIMUM_WINDOW_MS) throw futuresParameter('the time range is above 48 hours')
  return (mine(x, key, 'futures').bySymbol.get(symbol) ?? []).filter((order) => order.state !== 'open' && order.createdAt >= from && order.createdAt <= to && kept(x, order))
    .sort((a, b) => b.createdAt - a.createdAt).slice(0, fields.whole('limit', 10, 1, 100)).map((order) => view(x, order))
}

/** Source: `/v5/trade/order/details`: executions of the last three days. */
export function futuresDetails(x: Held, key: Key, fields: Fields): unknown {
  const id = fields.text('order_id')
  const only = fields.text('contract_code')
  return [...mine(x, key, 'futures').tradesBySymbol.values()].flat().filter((trade) => (id === undefined || trade.order.id === id) && (only === undefined || trade.order.symbol === only))
    .sort((a, b) => b.id - a.id).slice(0, fields.whole('limit', 10, 1, 100)).map((trade) => futuresTradeView(trade, contractOf(x, trade.order.symbol)))
}
