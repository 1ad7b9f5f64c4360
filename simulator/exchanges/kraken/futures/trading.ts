import { parseAmount } from '../../../amount.ts'
import { newUuid } from '../../../clock.ts'
import { endOrder, futuresFault, placeFutures, type Held, type Rules } from '../../../engine/exchange.ts'
import type { FuturesDraft } from '../../../engine/futures.ts'
import type { Key } from '../../../engine/keys.ts'
import type { Listed } from '../../../engine/listed.ts'
import { timeAt } from '../../../engine/market.ts'
import { ordersOf, type Order } from '../../../orders.ts'
import type { WireRequest } from '../../../venue.ts'
import { FuturesRefusal, SEND_STATUS } from '../refusal.ts'
import { contractOf, numeric } from './market-data.ts'

/** "It must be globally unique." Source: support.kraken.com "Send Order". */
const RULES: Rules = { repeatedId: 'always', closesBelowMinimum: true }
/** `/orders/status`: "open or were filled/cancelled in the last 5 seconds". */
const REMEMBERED_MS = 5000
const LONGEST_CLIENT_ID = 100
const TYPES: Readonly<Record<string, readonly [type: 'MARKET' | 'LIMIT', timeInForce: FuturesDraft['timeInForce']]>> = { mkt: ['MARKET', 'GTC'], lmt: ['LIMIT', 'GTC'], ioc: ['LIMIT', 'IOC'], fok: ['LIMIT', 'FOK'], post: ['LIMIT', 'GTX'] }

export function sendOrder(x: Held, key: Key, params: URLSearchParams, request: WireRequest): unknown {
  const before = params.get('processBefore')
  // How that refusal is worded is not documented.
  if (before !== null && !(Date.parse(before) > timeAt(x))) throw new FuturesRefusal('invalidArgument: processBefore')
  const draft = readDraft(x, params)
  const receivedTime = new Date(timeAt(x)).toISOString()
  if (draft.clientOrderId.length > LONGEST_CLIENT_ID) return { sendStatus: { status: 'clientOrderIdTooLong', receivedTime } }
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') return { sendStatus: { status: SEND_STATUS[checked], receivedTime, ...draft.clientOrderId === '' ? {} : { cliOrdId: draft.clientOrderId } } }
  const order = placeFutures(x, key, draft, checked, newUuid(), request.receivedAt)
  const events = order.trades.map((trade) => ({ type: 'EXECUTION', executionId: newUuid(), price: numeric(trade.price), amount: numeric(trade.quantity), orderPriorEdit: null, orderPriorExecution: orderBody(order), takerReducedQuantity: null }))
  return { sendStatus: { order_id: order.id, status: 'placed', receivedTime, ...order.clientOrderId === '' ? {} : { cliOrdId: order.clientOrderId }, orderEvents: events.length > 0 ? events : [{ type: 'PLACE', order: orderBody(order), reducedQuantity: null }] } }
}

function readDraft(x: Held, params: URLSearchParams): FuturesDraft<Listed> {
  const symbol = contractOf(x, params.get('symbol') ?? '')
  const [side, kind] = [params.get('side'), TYPES[params.get('orderType') ?? '']]
  if (side !== 'buy' && side !== 'sell') throw new FuturesRefusal('invalidArgument: side')
  if (kind === undefined) throw new FuturesRefusal('invalidArgument: orderType')
  const [quantity, price] = [parseAmount(params.get('size') ?? ''), kind[0] === 'MARKET' ? 0n : parseAmount(params.get('limitPrice') ?? '')]
  if (quantity === undefined) throw new FuturesRefusal('invalidArgument: size')
  if (price === undefined) throw new FuturesRefusal('requiredArgumentMissing')
  return {
    symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: kind[0], timeInForce: kind[1], positionSide: 'BOTH', reduceOnly: params.get('reduceOnly') === 'true', quantity, price,
    clientOrderId: params.get('cliOrdId') ?? '',
  }
}

/** An order as events and statuses show it. */
const orderBody = (order: Order): object => ({
  orderId: order.id, cliOrdId: order.clientOrderId === '' ? null : order.clientOrderId, type: order.type === 'MARKET' ? 'ioc' : 'lmt', symbol: order.symbol, side: order.side === 'BUY' ? 'buy' : 'sell',
  quantity: numeric(order.target), filled: numeric(order.filled), limitPrice: numeric(order.price), reduceOnly: order.reduceOnly, timestamp: new Date(order.createdAt).toISOString(),
  lastUpdateTimestamp: new Date(order.updatedAt).toISOString(),
})

export function cancelOrder(x: Held, key: Key, params: URLSearchParams): unknown {
  const client = params.get('cliOrdId')
  const order = client === null ? x.futures.orders.byId.get(params.get('order_id') ?? '') : ordersOf(x.futures.orders, key.account.name).byClientId.get(client)
  const mine = order?.account === key.account.name ? order : undefined
  const receivedTime = new Date(timeAt(x)).toISOString()
  if (mine === undefined || !endOrder(x, mine, 'canceled')) return { cancelStatus: { status: mine?.state === 'filled' ? 'filled' : 'notFound', receivedTime } }
  return { cancelStatus: { status: 'cancelled', order_id: mine.id, cliOrdId: mine.clientOrderId, receivedTime, orderEvents: [{ type: 'CANCEL', uid: mine.id, order: orderBody(mine) }] } }
}

/** Source: docs.kraken.com get-open-orders (futures). */
export const openOrders = (x: Held, key: Key): unknown => ({
  openOrders: [...ordersOf(x.futures.orders, key.account.name).open].map((order) => ({
    order_id: order.id, ...order.clientOrderId === '' ? {} : { cliOrdId: order.clientOrderId }, symbol: order.symbol, side: order.side === 'BUY' ? 'buy' : 'sell', orderType: 'lmt',
    limitPrice: numeric(order.price), unfilledSize: numeric(order.target - order.filled), receivedTime: new Date(order.createdAt).toISOString(), status: order.filled === 0n ? 'untouched' : 'partiallyFilled',
    filledSize: numeric(order.filled), reduceOnly: order.reduceOnly, lastUpdateTime: new Date(order.updatedAt).toISOString(),
  })),
})

const STATUS = { open: 'ENTERED_BOOK', filled: 'FULLY_EXECUTED', canceled: 'CANCELLED', expired: 'CANCELLED' } as const

/** Source: docs.kraken.com get-specific-orders-status. */
export function ordersStatus(x: Held, key: Key, params: URLSearchParams): unknown {
  const mine = ordersOf(x.futures.orders, key.account.name)
  const named = [...params.getAll('cliOrdIds').map((id) => mine.byClientId.get(id)), ...params.getAll('orderIds').map((id) => x.futures.orders.byId.get(id))]
  const known = named.filter((order): order is Order => order !== undefined && order.account === key.account.name && (order.state === 'open' || timeAt(x) - order.updatedAt < REMEMBERED_MS))
  return { orders: known.map((order) => ({ order: { type: 'ORDER', ...orderBody(order) }, status: STATUS[order.state], updateReason: null, error: null })) }
}
