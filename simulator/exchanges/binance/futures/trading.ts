import { endFuturesOrder, placeFuturesOrder } from '../../../engine/futures.ts'
import { ordersOf, type Order } from '../../../orders.ts'
import { countOrder } from '../limits.ts'
import { selectOrders, selectTrades } from '../listing.ts'
import { optional, type Params } from '../params.ts'
import { illegal, Refusal } from '../refusal.ts'
import { timeOf, type Binance, type Endpoints, type SignedCall } from '../state.ts'
import { checkFuturesOrder } from './check.ts'
import { contractOf, futuresClientId, readFuturesOrder } from './order-params.ts'
import { ackView, orderView, resultView, tradeView } from './views.ts'

/** Every signed endpoint of /fapi needs the right to trade futures, reading included. */
const FUTURES = ['enableFutures'] as const
const ONE_WEEK_MS = 7 * 86_400_000

/** Orders and trades of /fapi. Source: USD-M Futures, REST API, Trade. */
export const FUTURES_TRADING: Endpoints = {
  'POST /fapi/v1/order': { weight: 0, rights: FUTURES, counts: 'futures', answer: newOrder },
  'POST /fapi/v1/order/test': {
    weight: 0,
    rights: FUTURES,
    answer: ({ x, params, key }) => {
      readFuturesOrder(x, key.account, params)
      responseType(params)
      return {}
    },
  },
  'GET /fapi/v1/order': {
    weight: 1,
    rights: FUTURES,
    answer: (call) => {
      const order = findOrder(call)
      if (order === undefined) throw new Refusal(-2013, 'Order does not exist.')
      return view(call.x, order)
    },
  },
  'GET /fapi/v1/openOrder': {
    weight: 1,
    rights: FUTURES,
    answer: (call) => {
      const order = findOrder(call)
      if (order?.state !== 'open') throw new Refusal(-2013, 'Order does not exist.')
      return view(call.x, order)
    },
  },
  'DELETE /fapi/v1/order': {
    weight: 1,
    rights: FUTURES,
    answer: (call) => {
      const order = findOrder(call)
      if (order === undefined || !endFuturesOrder(call.x, call.x.futures, order, 'canceled')) {
        throw new Refusal(-2011, 'Unknown order sent.')
      }
      return resultView(order, contractOf(call.x, call.params))
    },
  },
  'GET /fapi/v1/openOrders': {
    weight: 1,
    rights: FUTURES,
    answer: ({ x, params, key }) => openOrders(x, key.account.name, params).map((order) => view(x, order)),
  },
  'DELETE /fapi/v1/allOpenOrders': {
    weight: 1,
    rights: FUTURES,
    answer: ({ x, params, key }) => {
      contractOf(x, params)
      for (const order of openOrders(x, key.account.name, params)) endFuturesOrder(x, x.futures, order, 'canceled')
      return { code: 200, msg: 'The operation of cancel all open order is done.' }
    },
  },
  'GET /fapi/v1/allOrders': {
    weight: 5,
    rights: FUTURES,
    answer: ({ x, params, key }) => {
      const s = contractOf(x, params)
      const orders = ordersOf(x.futures.orders, key.account.name).bySymbol.get(s.symbol) ?? []
      return selectOrders(orders, params, ONE_WEEK_MS).map((order) => orderView(order, s))
    },
  },
  'GET /fapi/v1/userTrades': {
    weight: 5,
    rights: FUTURES,
    answer: ({ x, params, key }) => {
      const s = contractOf(x, params)
      const trades = ordersOf(x.futures.orders, key.account.name).tradesBySymbol.get(s.symbol) ?? []
      return selectTrades(trades, params, ONE_WEEK_MS).map((trade) => tradeView(trade, s))
    },
  },
}

function newOrder({ x, params, key, request }: SignedCall): unknown {
  const draft = readFuturesOrder(x, key.account, params)
  const respType = responseType(params)
  const target = checkFuturesOrder(x, key.account, draft)
  const id = String(draft.symbol.firstOrderId + BigInt(x.futures.nextOrderId++))
  const order = placeFuturesOrder(x, x.futures, key, draft, target, id, request.receivedAt)
  countOrder(key.account.sent.futures, timeOf(x))
  return respType === 'ACK' ? ackView(order, draft.symbol) : resultView(order, draft.symbol)
}

/** ACK by default. */
function responseType(params: Params): 'ACK' | 'RESULT' {
  const asked = optional(params, 'newOrderRespType') ?? 'ACK'
  if (asked !== 'ACK' && asked !== 'RESULT') throw new Refusal(-1136, 'Invalid newOrderRespType.')
  return asked
}

function view(x: Binance, order: Order): unknown {
  const s = x.futures.symbols.get(order.symbol)
  return s === undefined ? undefined : orderView(order, s)
}

function findOrder({ x, params, key }: SignedCall): Order | undefined {
  const { symbol } = contractOf(x, params)
  const id = optional(params, 'orderId')
  const clientId = futuresClientId(params, 'origClientOrderId')
  if (id !== undefined && !/^\d{1,20}$/.test(id)) throw illegal('orderId', '^[0-9]{1,20}$')
  if (id === undefined && clientId === undefined) {
    throw new Refusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
  }
  const account = key.account.name
  const order =
    id === undefined ? ordersOf(x.futures.orders, account).byClientId.get(clientId!) : x.futures.orders.byId.get(id)
  return order?.account === account && order.symbol === symbol ? order : undefined
}

function openOrders(x: Binance, account: string, params: Params): Order[] {
  const symbol = params.has('symbol') ? contractOf(x, params).symbol : undefined
  return [...ordersOf(x.futures.orders, account).open].filter((each) => symbol === undefined || each.symbol === symbol)
}
