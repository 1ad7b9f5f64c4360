import { endSpotOrder, placeSpotOrder } from '../../../engine/spot.ts'
import { ordersOf, type Order } from '../../../orders.ts'
import { madeUpClientId } from '../client-ids.ts'
import { countOrder } from '../limits.ts'
import { selectOrders, selectTrades } from '../listing.ts'
import { optional, optionalWhole, type Params } from '../params.ts'
import { Refusal } from '../refusal.ts'
import { timeOf, type Binance, type Endpoints, type SignedCall } from '../state.ts'
import { checkSpotOrder } from './check.ts'
import { clientIdOf, ORDER_PARAMETERS, readSpotOrder, symbolOf } from './order-params.ts'
import { ackView, cancelView, fullView, orderView, resultView, tradeView } from './views.ts'

const READ = ['enableReading'] as const
const TRADE = ['enableSpotAndMarginTrading'] as const
const LOOKUP = new Set(['symbol', 'orderId', 'origClientOrderId'])

/** Orders and trades of /api/v3. Source: rest-api.md "Trading endpoints", "Account Endpoints". */
export const SPOT_TRADING: Endpoints = {
  'POST /api/v3/order': {
    weight: 1,
    rights: TRADE,
    counts: 'spot',
    parameters: new Set(ORDER_PARAMETERS),
    answer: newOrder,
  },
  'POST /api/v3/order/test': {
    weight: 1,
    rights: TRADE,
    parameters: new Set([...ORDER_PARAMETERS, 'computeCommissionRates']),
    answer: ({ x, params }) => {
      responseType(params, readSpotOrder(x, params).type)
      return {}
    },
  },
  'GET /api/v3/order': {
    weight: 4,
    rights: READ,
    parameters: LOOKUP,
    answer: ({ x, params, key }) => {
      const order = findOrder(x, key.account.name, params)
      if (order === undefined) throw new Refusal(-2013, 'Order does not exist.')
      return orderView(order)
    },
  },
  'DELETE /api/v3/order': {
    weight: 1,
    rights: TRADE,
    parameters: new Set([...LOOKUP, 'newClientOrderId', 'cancelRestrictions']),
    answer: cancelOrder,
  },
  'GET /api/v3/openOrders': {
    weight: 6,
    rights: READ,
    parameters: new Set(['symbol']),
    answer: ({ x, params, key }) => openOrders(x, key.account.name, params).map(orderView),
  },
  'DELETE /api/v3/openOrders': {
    weight: 1,
    rights: TRADE,
    parameters: new Set(['symbol']),
    answer: ({ x, params, key }) => {
      symbolOf(x, params)
      const open = openOrders(x, key.account.name, params)
      if (open.length === 0) throw new Refusal(-2011, 'Unknown order sent.')
      const cancelId = madeUpClientId()
      for (const order of open) endSpotOrder(x, x.spot, order, 'canceled')
      return open.map((order) => cancelView(order, cancelId))
    },
  },
  'GET /api/v3/allOrders': {
    weight: 20,
    rights: READ,
    parameters: new Set(['symbol', 'orderId', 'startTime', 'endTime', 'limit']),
    answer: ({ x, params, key }) => {
      const orders = ordersOf(x.spot.orders, key.account.name).bySymbol.get(symbolOf(x, params).symbol) ?? []
      return selectOrders(orders, params).map(orderView)
    },
  },
  'GET /api/v3/myTrades': {
    weight: 20,
    rights: READ,
    parameters: new Set(['symbol', 'orderId', 'startTime', 'endTime', 'fromId', 'limit']),
    answer: ({ x, params, key }) => {
      const trades = ordersOf(x.spot.orders, key.account.name).tradesBySymbol.get(symbolOf(x, params).symbol) ?? []
      return selectTrades(trades, params).map(tradeView)
    },
  },
}

function newOrder({ x, params, key, request }: SignedCall): unknown {
  const draft = readSpotOrder(x, params)
  const respType = responseType(params, draft.type)
  checkSpotOrder(x, key.account, draft)
  const order = placeSpotOrder(x, x.spot, key, draft, String(x.spot.nextOrderId++), request.receivedAt)
  countOrder(key.account.sent.spot, timeOf(x))
  return respType === 'ACK' ? ackView(order) : respType === 'RESULT' ? resultView(order) : fullView(order)
}

/** MARKET and LIMIT default to FULL, all other orders to ACK. */
function responseType(params: Params, type: string): 'ACK' | 'RESULT' | 'FULL' {
  const asked = optional(params, 'newOrderRespType')
  if (asked === undefined) return type === 'LIMIT_MAKER' ? 'ACK' : 'FULL'
  if (asked !== 'ACK' && asked !== 'RESULT' && asked !== 'FULL') {
    throw new Refusal(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
  }
  return asked
}

/** By orderId, else by origClientOrderId; where both are sent they must name the same order. */
function findOrder(x: Binance, account: string, params: Params): Order | undefined {
  const symbol = symbolOf(x, params).symbol
  const id = optionalWhole(params, 'orderId')
  const clientId = clientIdOf(params, 'origClientOrderId')
  if (id === undefined && clientId === undefined) {
    throw new Refusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
  }
  const order =
    id === undefined ? ordersOf(x.spot.orders, account).byClientId.get(clientId!) : x.spot.orders.byId.get(String(id))
  if (order === undefined || order.account !== account || order.symbol !== symbol) return undefined
  return clientId !== undefined && order.clientOrderId !== clientId ? undefined : order
}

function cancelOrder({ x, params, key }: SignedCall): unknown {
  const order = findOrder(x, key.account.name, params)
  const cancelId = clientIdOf(params, 'newClientOrderId') ?? madeUpClientId()
  const only = optional(params, 'cancelRestrictions')
  if (only !== undefined && only !== 'ONLY_NEW' && only !== 'ONLY_PARTIALLY_FILLED') {
    throw new Refusal(-1145, 'Invalid cancelRestrictions')
  }
  if (order === undefined || order.state !== 'open') throw new Refusal(-2011, 'Unknown order sent.')
  if (only !== undefined && (only === 'ONLY_NEW') !== (order.filled === 0n)) {
    throw new Refusal(-2011, 'Order was not canceled due to cancel restrictions.')
  }
  endSpotOrder(x, x.spot, order, 'canceled')
  return cancelView(order, cancelId)
}

function openOrders(x: Binance, account: string, params: Params): Order[] {
  const symbol = params.has('symbol') ? symbolOf(x, params).symbol : undefined
  return [...ordersOf(x.spot.orders, account).open].filter((each) => symbol === undefined || each.symbol === symbol)
}
