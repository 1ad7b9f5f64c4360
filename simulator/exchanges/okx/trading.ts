import { magnitude } from '../../amount.ts'
import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import { closable } from '../../engine/futures.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order, type Trade } from '../../orders.ts'
import type { WireRequest } from '../../venue.ts'
import { readSpot, readSwap } from './order-params.ts'
import { instant, instrumentOf, marketOf, required, text, tradedOf, whole, type Params } from './params.ts'
import { Refusal, refusalOf } from './refusal.ts'
import { fillView, orderView } from './views.ts'

/** "must be unique among all currently pending … orders". Source: docs-v5 "POST / Place order", clOrdId. */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: true }
const FIRST_ID = 680_800_019_749_904_384n
const TWO_HOURS_MS = 7_200_000
const ONE_DAY_MS = 86_400_000
const MOST = 100

export function place(x: Held, key: Key, params: Params, request: WireRequest): unknown {
  // Source: docs-v5 "Transaction timeouts", error code 50036.
  const deadline = request.headers['exptime']
  if (deadline !== undefined && !(Number(deadline) >= timeAt(x))) {
    throw new Refusal('50036', "The expTime can't be earlier than the current system time. Please adjust the expTime and try again.")
  }
  const symbol = instrumentOf(x, required(params, 'instId'), true)
  const id = String(FIRST_ID + BigInt(x.nextOrder++))
  const order = symbol.market === 'spot' ? placeCash(x, key, symbol, params, id, request.receivedAt) : placeSwap(x, key, symbol, params, id, request.receivedAt)
  return [{ clOrdId: order.clientOrderId, ordId: order.id, tag: '', ts: String(order.createdAt), sCode: '0', sMsg: '', subCode: '' }]
}

function placeCash(x: Held, key: Key, symbol: Listed, params: Params, id: string, receivedAt: number): Order {
  const draft = readSpot(symbol, key.account, params)
  const fault = spotFault(x, key.account, draft, RULES)
  if (fault !== null) throw refusalOf(fault)
  return placeSpot(x, key, draft, id, receivedAt)
}

function placeSwap(x: Held, key: Key, symbol: Listed, params: Params, id: string, receivedAt: number): Order {
  const draft = readSwap(symbol, params)
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') throw refusalOf(checked)
  // "If sz exceeds the current position size, the entire order is rejected — the system does not auto-trim".
  if (draft.reduceOnly && magnitude(closable(key.account, draft)) < draft.quantity) throw new Refusal('51112', 'Close order size exceeds available size for this position.', { ofOrder: true })
  return placeFutures(x, key, draft, checked, id, receivedAt)
}

/** "If both are passed, ordId will be used"; sCode 0 is an acknowledgement. */
export function cancel(x: Held, key: Key, params: Params): unknown {
  const symbol = instrumentOf(x, required(params, 'instId'))
  const order = named(x, key, symbol, params)
  const failed = order === undefined ? '51400' : order.state === 'filled' ? '51402' : '51401'
  if (order === undefined || !endOrder(x, order, 'canceled')) throw new Refusal(failed, 'Cancellation failed as the order has been filled, canceled or does not exist.', { ofOrder: true })
  return [{ clOrdId: order.clientOrderId, ordId: order.id, ts: String(order.updatedAt), sCode: '0', sMsg: '' }]
}

function named(x: Held, key: Key, symbol: Listed, params: Params): Order | undefined {
  const [id, own] = [text(params, 'ordId'), text(params, 'clOrdId')]
  if (id === undefined && own === undefined) throw new Refusal('51003', 'Either client order ID or order ID is required.')
  const { orders } = tradedOf(x, symbol.market)
  const order = id === undefined ? ordersOf(orders, key.account.name).byClientId.get(own ?? '') : orders.byId.get(id)
  return order?.account === key.account.name && order.symbol === symbol.symbol ? order : undefined
}

/** "The incomplete orders that have been canceled are only reserved for 2 hours." */
const isRemembered = (order: Order, now: number): boolean => order.state === 'open' || order.filled > 0n || now - order.updatedAt < TWO_HOURS_MS

/** "If the clOrdId is associated with multiple orders, only the latest one will be returned." */
export function details(x: Held, key: Key, params: Params): unknown {
  const symbol = instrumentOf(x, required(params, 'instId'))
  const order = named(x, key, symbol, params)
  if (order === undefined || !isRemembered(order, timeAt(x))) throw new Refusal('51603', 'Order does not exist.')
  return [orderView(order, symbol)]
}

export function pending(x: Held, key: Key, params: Params): unknown {
  return page(ordersIn(x, key, params).filter((order) => order.state === 'open'), params, (order) => order.id, (order) => orderView(order, instrumentOf(x, order.symbol)))
}

/** Ended orders of the last seven days. */
export function history(x: Held, key: Key, params: Params): unknown {
  required(params, 'instType')
  const now = timeAt(x)
  const [begin, end] = [instant(params, 'begin') ?? now - 7 * ONE_DAY_MS, instant(params, 'end') ?? now]
  const ended = ordersIn(x, key, params).filter((order) => order.state !== 'open' && isRemembered(order, now) && order.createdAt >= begin && order.createdAt <= end)
  return page(ended, params, (order) => order.id, (order) => orderView(order, instrumentOf(x, order.symbol)))
}

/** Transactions of the last three days. */
export function fills(x: Held, key: Key, params: Params): unknown {
  const now = timeAt(x)
  const [begin, end, ordId, instId] = [instant(params, 'begin') ?? now - 3 * ONE_DAY_MS, instant(params, 'end') ?? now, text(params, 'ordId'), text(params, 'instId')]
  const all = marketsOf(params).flatMap((market) => [...ordersOf(tradedOf(x, market).orders, key.account.name).tradesBySymbol.values()].flat())
  const shown = all.filter((trade) => trade.at >= begin && trade.at <= end && (ordId === undefined || trade.order.id === ordId) && (instId === undefined || trade.order.symbol === instId))
  return page<Trade>(shown.sort((a, b) => b.id - a.id), params, (trade) => String(trade.id), (trade) => fillView(trade, instrumentOf(x, trade.order.symbol)))
}

function ordersIn(x: Held, key: Key, params: Params): Order[] {
  const instId = text(params, 'instId')
  const all = marketsOf(params).flatMap((market) => [...ordersOf(tradedOf(x, market).orders, key.account.name).bySymbol.values()].flat())
  return all.filter((order) => instId === undefined || order.symbol === instId).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
}

function marketsOf(params: Params): readonly ('spot' | 'futures')[] {
  const instType = text(params, 'instType')
  return instType === undefined ? ['spot', 'futures'] : [marketOf(instType)]
}

/** Newest first; `after`: "records earlier than the requested" id. */
function page<T>(rows: readonly T[], params: Params, idOf: (row: T) => string, view: (row: T) => unknown): unknown {
  const after = text(params, 'after')
  const from = after === undefined ? 0 : rows.findIndex((row) => idOf(row) === after) + 1
  return rows.slice(from, from + whole(params, 'limit', MOST, MOST)).map(view)
}
