import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order, type Trade } from '../../orders.ts'
import { readContract, readSpot, readUnified } from './order-params.ts'
import { marketOf, productOf, required, symbolOf, text, tradedOf, whole, type Params } from './params.ts'
import { noSuchOrder, Refusal, refusalOf, type Kind } from './refusal.ts'
import { fillView, orderView } from './views.ts'

/** How long a repeated id is refused is not documented: always, here. */
const RULES: Rules = { repeatedId: 'always', closesBelowMinimum: false }
const FIRST_ID = 1_235_058_132_196_622_336n
const NINETY_DAYS_MS = 90 * 86_400_000
const MOST = 100

export function place(x: Held, key: Key, kind: Kind, params: Params, receivedAt: number): unknown {
  if (kind === 'spot') checkWindow(x, params)
  const id = String(FIRST_ID + BigInt(x.nextOrder++))
  const order = marketOf(kind, params) === 'spot' ? placeOnSpot(x, key, kind, params, id, receivedAt) : placeOnFutures(x, key, kind, params, id, receivedAt)
  return { orderId: order.id, clientOid: order.clientOrderId }
}

/** Source: spot/trade/Place-Order, receiveWindow; error codes 40078, 40079. */
function checkWindow(x: Held, params: Params): void {
  const [at, window] = [text(params, 'requestTime'), text(params, 'receiveWindow')]
  if (at === undefined || window === undefined) return
  if (Number(window) > 60_000) throw new Refusal('40079', 'receiveWindow timestamp must be less than 60s')
  if (!(Math.abs(timeAt(x) - Number(at)) <= Number(window))) throw new Refusal('40078', 'Timestamp for this request is outside of the ME receiveWindow.')
}

function placeOnSpot(x: Held, key: Key, kind: Kind, params: Params, id: string, receivedAt: number): Order {
  const draft = readSpot(x, kind, params)
  const fault = spotFault(x, key.account, draft, RULES)
  if (fault !== null) throw refusalOf(fault, kind)
  return placeSpot(x, key, draft, id, receivedAt)
}

function placeOnFutures(x: Held, key: Key, kind: Kind, params: Params, id: string, receivedAt: number): Order {
  const draft = kind === 'unified' ? readUnified(x, params, key.account.futures.hedge) : readContract(x, params, key.account.futures.hedge)
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') throw refusalOf(checked, kind)
  return placeFutures(x, key, draft, checked, id, receivedAt)
}

export function cancel(x: Held, key: Key, kind: Kind, params: Params): unknown {
  const order = named(x, key, kind, params)
  if (order === undefined) throw noSuchOrder(kind)
  if (!endOrder(x, order, 'canceled')) throw kind === 'contract' ? new Refusal('22001', 'No order to cancel') : noSuchOrder(kind)
  return { orderId: order.id, clientOid: order.clientOrderId }
}

/** "If both orderId and clientOid are entered, orderId prevails." */
function named(x: Held, key: Key, kind: Kind, params: Params): Order | undefined {
  const [id, own] = [text(params, 'orderId'), text(params, 'clientOid')]
  if (id === undefined && own === undefined) throw new Refusal('40924', 'orderId and clientOid must have one')
  const markets = kind === 'unified' ? ['spot', 'futures'] as const : [kind === 'spot' ? 'spot' : 'futures'] as const
  if (kind === 'contract') symbolOf(x, kind, params)
  for (const market of markets) {
    const { orders } = tradedOf(x, market)
    const order = id === undefined ? ordersOf(orders, key.account.name).byClientId.get(own ?? '') : orders.byId.get(id)
    if (order?.account === key.account.name && (kind !== 'contract' || order.symbol === required(params, 'symbol'))) return order
  }
  return undefined
}

export function details(x: Held, key: Key, kind: Kind, params: Params): unknown {
  const order = named(x, key, kind, params)
  if (order === undefined) throw noSuchOrder(kind)
  return kind === 'spot' ? [orderView(x, order, kind)] : orderView(x, order, kind, kind === 'contract' ? 'state' : 'status')
}

export function open(x: Held, key: Key, kind: Kind, params: Params): unknown {
  return page(kind, 'entrustedList', ordersIn(x, key, kind, params).filter((order) => order.state === 'open'), params, (order) => order.id, (order) => orderView(x, order, kind))
}

/** The last 90 days. */
export function closed(x: Held, key: Key, kind: Kind, params: Params): unknown {
  const { from, to } = rangeOf(x, params)
  const ended = ordersIn(x, key, kind, params).filter((order) => order.state !== 'open' && order.createdAt >= from && order.createdAt <= to)
  return page(kind, 'entrustedList', ended, params, (order) => order.id, (order) => orderView(x, order, kind))
}

export function fills(x: Held, key: Key, kind: Kind, params: Params): unknown {
  const { from, to } = rangeOf(x, params)
  const [orderId, symbol] = [text(params, 'orderId'), text(params, 'symbol')]
  const all = [...ordersOf(tradedOf(x, marketOf(kind, params)).orders, key.account.name).tradesBySymbol.values()].flat()
  const shown = all.filter((trade) => trade.at >= from && trade.at <= to && (orderId === undefined || trade.order.id === orderId) && (symbol === undefined || trade.order.symbol === symbol))
  return page<Trade>(kind, 'fillList', shown.sort((a, b) => b.id - a.id), params, (trade) => String(trade.id), (trade) => fillView(trade, kind))
}

function rangeOf(x: Held, params: Params): { from: number; to: number } {
  const now = timeAt(x)
  const [start, end] = [Number(text(params, 'startTime') ?? now - NINETY_DAYS_MS), Number(text(params, 'endTime') ?? now)]
  if (Number.isNaN(start) || Number.isNaN(end)) throw new Refusal('40017', 'Parameter verification failed startTime')
  return { from: start, to: Math.max(start, end) }
}

function ordersIn(x: Held, key: Key, kind: Kind, params: Params): Order[] {
  const market = marketOf(kind, params)
  if (kind === 'contract') productOf(params)
  const symbol = text(params, 'symbol')
  const all = [...ordersOf(tradedOf(x, market).orders, key.account.name).bySymbol.values()].flat()
  return all.filter((order) => symbol === undefined || order.symbol === symbol).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
}

/** Newest first: spot as a list, contracts as an object with an end, unified accounts as one with a cursor. Without rows contracts say null. */
function page<T>(kind: Kind, name: 'entrustedList' | 'fillList', rows: readonly T[], params: Params, idOf: (row: T) => string, view: (row: T) => unknown): unknown {
  const last = text(params, kind === 'unified' ? 'cursor' : 'idLessThan')
  const from = last === undefined ? 0 : rows.findIndex((row) => idOf(row) === last) + 1
  const shown = rows.slice(from, from + whole(params, 'limit', MOST, MOST))
  const end = shown.at(-1)
  const endId = end === undefined ? null : idOf(end)
  if (kind === 'spot') return shown.map(view)
  return kind === 'unified' ? { list: shown.map(view), cursor: endId } : { [name]: shown.length === 0 ? null : shown.map(view), endId }
}
