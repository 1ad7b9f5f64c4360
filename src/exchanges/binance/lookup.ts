import type { ExchangeOrder, LookupOutcome } from '#contract'
import { list, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Params } from '../query.ts'
import { isMissing, reasonOf, type Answer } from '../reading.ts'
import { description } from './description.ts'
import { NO_SUCH_ORDER } from './errors.ts'
import { hostOf } from './manner.ts'
import { readOrder, readTrades } from './order.ts'

const PATHS = {
  spot: { order: '/api/v3/order', open: '/api/v3/openOrders', all: '/api/v3/allOrders', trades: '/api/v3/myTrades' },
  futures: { order: '/fapi/v1/order', open: '/fapi/v1/openOrders', all: '/fapi/v1/allOrders', trades: '/fapi/v1/userTrades' },
} as const
const PAGE = 1000
/** More orders than that in trades since the send are not followed up one by one. */
const MOST_FOLLOWED = 10

/**
 * Looks for an order by its client id; where Binance does not know it, also among the open orders and among all orders
 * (or, where a gateway does not serve those, all trades) since it was sent. Only all of them together mean absent.
 */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const host = hostOf(desk, call.market)
  const paths = PATHS[call.market]
  const { symbol } = ref
  const ask = (path: string, params: Params): Promise<Answer> => desk.ask(call, host, { method: 'GET', path, params })
  const since = { symbol, startTime: Math.floor(ref.sentAt + host.offsetMs) - BEFORE_MS, limit: PAGE }
  const byId: Look = {
    name: 'by client order id',
    ask: () => ask(paths.order, { symbol, origClientOrderId: ref.clientOrderId }),
    find: (body) => body,
    isAbsent: ({ code }) => code === NO_SUCH_ORDER,
  }
  const open: Look = { name: 'open orders', ask: () => ask(paths.open, { symbol }), find: (body) => inList(body, ref, Infinity) }
  const trades: Look = { name: 'trades since it was sent', ask: () => ask(paths.trades, since), find: (body) => followTrades(desk, call, ref, body) }
  const all: Look = { name: 'all orders since it was sent', ask: () => ask(paths.all, since), find: (body) => inList(body, ref, PAGE), instead: trades }
  return lookUpOrder(desk, call, ref, {
    host, looks: [byId, open, all], memoryMs: description.facts[call.market]?.lookupMemoryMs ?? 0,
    read: (row) => readOrder(row, call.market, ref.clientOrderId),
    fillsOf: (order) => fillsOf(desk, call, ref, order),
  })
}

/** The order's row in a list of orders; null: not there; a text: why that cannot be said. */
function inList(body: unknown, ref: OrderRef, page: number): unknown {
  const rows = list(body)
  if (rows === null) return 'the list of orders could not be read'
  const row = rows.find((each) => word(each, 'clientOrderId') === ref.clientOrderId)
  if (row !== undefined) return row
  return rows.length >= page ? 'there are too many orders since it was sent to be sure' : null
}

/** Whose trades are these? Each order behind them is asked for by its number. */
async function followTrades(desk: Desk, call: Call, ref: OrderRef, body: unknown): Promise<unknown> {
  const rows = list(body)
  if (rows === null) return 'the list of trades could not be read'
  const ids = new Set(rows.map((row) => word(row, 'orderId')))
  if (ids.size > MOST_FOLLOWED || rows.length >= PAGE) return 'there are too many trades since it was sent to be sure'
  for (const orderId of ids) {
    if (orderId === null) return 'a trade names no order'
    const answer = await desk.ask(call, hostOf(desk, call.market), { method: 'GET', path: PATHS[call.market].order, params: { symbol: ref.symbol, orderId } })
    if (answer.kind !== 'ok') return reasonOf(answer, desk.manner.wording)
    if (typeof readOrder(answer.body, call.market, ref.clientOrderId) !== 'string') return answer.body
  }
  return null
}

/** All fills with their fees; null while the list lags behind the order, could not be had, or is not served. */
async function fillsOf(desk: Desk, call: Call, ref: OrderRef, order: ExchangeOrder): Promise<Pick<ExchangeOrder, 'fills' | 'noTrades'>> {
  const answer = await desk.ask(call, hostOf(desk, call.market), {
    method: 'GET', path: PATHS[call.market].trades, params: { symbol: ref.symbol, orderId: order.exchangeOrderId, limit: PAGE },
  })
  if (isMissing(answer)) return { fills: null, noTrades: true }
  return { fills: wholeFills(answer.kind === 'ok' ? readTrades(answer.body, order.exchangeOrderId) : null, order.filled) }
}
