import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order, type Trade } from '../../orders.ts'
import { contractOf, pairOf } from './market-data.ts'
import { readFutures, readSpot } from './order-params.ts'
import { Refusal, refusalOf } from './refusal.ts'
import { futuresOrderView, futuresTradeView, spotOrderView, spotTradeView } from './views.ts'

type Market = 'spot' | 'futures'

/** What becomes of a repeated `text` is not documented; here it is free again when its order has ended. */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: true }
const FIRST_SPOT_ID = 1_852_454_420n
/** Beyond what a double holds, as today's are. */
const FIRST_FUTURES_ID = 36_028_797_018_963_968n
const BY_TEXT_MS = 60_000
const UNFILLED_MS = 600_000

export function create(x: Held, key: Key, market: Market, fields: Fields, receivedAt: number): unknown {
  if (market === 'spot') {
    const draft = readSpot(x, fields)
    const fault = spotFault(x, key.account, draft, RULES)
    if (fault !== null) throw refusalOf(fault, 'spot')
    return spotOrderView(placeSpot(x, key, draft, String(FIRST_SPOT_ID + BigInt(x.nextOrder++)), receivedAt))
  }
  const draft = readFutures(x, key, fields)
  const checked = futuresFault(x, key.account, draft, RULES)
  if (typeof checked === 'string') throw refusalOf(checked, 'futures')
  return futuresOrderView(placeFutures(x, key, draft, checked, String(FIRST_FUTURES_ID + BigInt(x.nextOrder++)), receivedAt), draft.symbol)
}

/**
 * One order by its number or by its text. Spot: by text while it is open. Futures: by text, but 60 s after it ended without a
 * fill no longer, and not at all after 10 minutes. Source: API v4, "Get a single order".
 */
function named(x: Held, key: Key, market: Market, id: string, fields: Fields): Order {
  const mine = ordersOf(x[market].orders, key.account.name)
  const byText = id.startsWith('t-')
  const order = byText ? mine.byClientId.get(id) : x[market].orders.byId.get(id)
  if (order === undefined || order.account !== key.account.name) throw notFound()
  const age = timeAt(x) - order.updatedAt
  const isOpen = order.state === 'open'
  if (market === 'spot' && (byText && !isOpen || order.symbol !== (fields.text('currency_pair') ?? order.symbol))) throw notFound()
  if (market === 'futures' && !isOpen && order.filled === 0n && age > (byText ? BY_TEXT_MS : UNFILLED_MS)) throw notFound()
  return order
}

const notFound = (): Refusal => new Refusal('ORDER_NOT_FOUND', 'Order not found', 404)

export const view = (x: Held, order: Order): unknown => (order.market === 'spot' ? spotOrderView(order) : futuresOrderView(order, contractOf(x, order.symbol)))

export const single = (x: Held, key: Key, market: Market, id: string, fields: Fields): unknown => view(x, named(x, key, market, id, fields))

export function cancel(x: Held, key: Key, market: Market, id: string, fields: Fields): unknown {
  if (market === 'spot') pairOf(x, fields.required('currency_pair'))
  const order = named(x, key, market, id, fields)
  if (!endOrder(x, order, 'canceled')) throw market === 'spot' ? new Refusal('ORDER_CLOSED', 'Order already closed') : new Refusal('ORDER_FINISHED', 'Order already finished')
  return view(x, order)
}

/** Every open order of the symbol, which is what a path without an id does. */
export function cancelAll(x: Held, key: Key, market: Market, fields: Fields): unknown {
  const symbol = fields.text(market === 'spot' ? 'currency_pair' : 'contract')
  const open = [...ordersOf(x[market].orders, key.account.name).open].filter((order) => symbol === undefined || order.symbol === symbol)
  for (const order of open) endOrder(x, order, 'canceled')
  return open.map((order) => view(x, order))
}

/** Open ones of a symbol, or finished ones by when they ended. Newest first. */
export function list(x: Held, key: Key, market: Market, fields: Fields): unknown {
  const status = fields.one('status', ['open', 'finished'])
  const symbol = market === 'spot' ? (status === 'open' ? fields.required('currency_pair') : fields.text('currency_pair')) : fields.text('contract')
  return listed(x, key, market, fields, symbol, status === 'open')
}

export const listByTime = (x: Held, key: Key, fields: Fields): unknown => listed(x, key, 'futures', fields, fields.text('contract'), false)

function listed(x: Held, key: Key, market: Market, fields: Fields, symbol: string | undefined, open: boolean): unknown {
  const all = [...ordersOf(x[market].orders, key.account.name).bySymbol.values()].flat()
  const [from, to] = rangeOf(fields)
  const forgotten = (order: Order): boolean => market === 'futures' && order.filled === 0n && timeAt(x) - order.updatedAt > UNFILLED_MS
  return pageOf(all.filter((order) => (symbol === undefined || order.symbol === symbol) && (order.state === 'open') === open
    && (open || (order.updatedAt >= from && order.updatedAt <= to && !forgotten(order))))
    .sort((a, b) => b.createdAt - a.createdAt), market, fields, 100).map((order) => view(x, order))
}

export function trades(x: Held, key: Key, market: Market, fields: Fields): unknown {
  const symbol = fields.text(market === 'spot' ? 'currency_pair' : 'contract')
  const id = fields.text(market === 'spot' ? 'order_id' : 'order')
  const [from, to] = rangeOf(fields)
  const all = [...ordersOf(x[market].orders, key.account.name).tradesBySymbol.values()].flat().filter((trade) =>
    (symbol === undefined || trade.order.symbol === symbol) && (id === undefined || trade.order.id === id) && trade.at >= from && trade.at <= to)
  return pageOf(all.sort((a, b) => b.id - a.id), market, fields, 1000).map((trade: Trade) => (market === 'spot' ? spotTradeView(trade) : futuresTradeView(trade, contractOf(x, trade.order.symbol))))
}

/** Seconds. */
const rangeOf = (fields: Fields): [number, number] => [fields.whole('from', 0, 0, 1e15) * 1000, fields.whole('to', 1e12, 0, 1e12) * 1000 + 999]

/** Spot has pages, futures offsets. */
function pageOf<T>(rows: readonly T[], market: Market, fields: Fields, most: number): readonly T[] {
  const limit = fields.whole('limit', 100, 1, most)
  const from = market === 'spot' ? (fields.whole('page', 1, 1, 100_000) - 1) * limit : fields.whole('offset', 0, 0, 1_000_000)
  return rows.slice(from, from + limit)
}
