import type { ExchangeOrder, LookupOutcome } from '#contract'
import { list, positive, word } from '../answer.ts'
import type { Call, OrderRef } from '../port.ts'
import { exchangeNow, isMissing, reasonOf as whyNot, type Answer, type Answered } from '../reading.ts'
import { ask, hostOf, waitFor, WORDING, type Binance } from './ask.ts'
import { description } from './description.ts'
import { NO_SUCH_ORDER } from './errors.ts'
import { isComplete, readOrder, readTrades } from './order.ts'

const PATHS = {
  spot: { order: '/api/v3/order', open: '/api/v3/openOrders', all: '/api/v3/allOrders', trades: '/api/v3/myTrades' },
  futures: { order: '/fapi/v1/order', open: '/fapi/v1/openOrders', all: '/fapi/v1/allOrders', trades: '/fapi/v1/userTrades' },
} as const
/** Our clock and theirs may differ by that much when "since the send" is asked for. */
const BEFORE_MS = 60_000
const PAGE = 1000
/** More orders than that in trades since the send are not followed up one by one. */
const MOST_FOLLOWED = 10

type Unknown = LookupOutcome & { kind: 'unknown' }

/**
 * Looks for an order by its client id; where Binance does not know it, also among the open orders and among all orders
 * (or, where a gateway does not serve those, all trades) since it was sent. Only all of them together mean absent.
 */
export async function lookup(binance: Binance, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const host = hostOf(binance, call.market)
  const paths = PATHS[call.market]
  const unknown = (reason: string): Unknown => ({ kind: 'unknown', reason, retryAfterMs: waitFor(binance, host, call.caller) })

  const byId = await ask(binance, call, host, paths.order, { symbol: ref.symbol, origClientOrderId: ref.clientOrderId })
  if (byId.kind === 'ok') {
    const order = readOrder(byId.body, call.market, ref.clientOrderId)
    return typeof order === 'string' ? unknown(order) : found(binance, call, ref, order, byId.reply)
  }
  if (byId.kind === 'none' || byId.code !== NO_SUCH_ORDER) return unknown(reasonOf(byId))

  const checked = ['by client order id']
  const open = await ask(binance, call, host, paths.open, { symbol: ref.symbol })
  const inOpen = search(open, call, ref)
  if (typeof inOpen === 'string') return unknown(inOpen)
  if (inOpen !== null && open.kind === 'ok') return found(binance, call, ref, inOpen, open.reply)
  checked.push('open orders')

  const since = { symbol: ref.symbol, startTime: Math.floor(ref.sentAt + host.offsetMs) - BEFORE_MS, limit: PAGE }
  const all = await ask(binance, call, host, paths.all, since)
  let last: Answer = all
  if (isMissing(all)) {
    last = await ask(binance, call, host, paths.trades, since)
    const followed = await followTrades(binance, call, ref, last)
    if (typeof followed === 'string') return unknown(followed)
    if (followed !== null) return found(binance, call, ref, followed.order, followed.reply)
    checked.push('trades since it was sent')
  } else {
    const inAll = search(all, call, ref)
    if (typeof inAll === 'string') return unknown(inAll)
    if (inAll !== null && all.kind === 'ok') return found(binance, call, ref, inAll, all.reply)
    if (all.kind === 'ok' && (list(all.body)?.length ?? PAGE) >= PAGE) return unknown('there are too many orders since it was sent to be sure')
    checked.push('all orders since it was sent')
  }
  if (last.kind !== 'ok') return unknown('no answer')
  const withinMemory = binance.clock.now() - ref.sentAt < description.facts.lookupMemoryMs
  return { kind: 'absent', checked, exchangeNow: exchangeNow(binance.clock, last.reply), withinMemory }
}

/** The order in a list of orders; null: not there; a text: why that cannot be said. */
function search(answer: Answer, call: Call, ref: OrderRef): ExchangeOrder | string | null {
  if (answer.kind !== 'ok') return reasonOf(answer)
  const rows = list(answer.body)
  if (rows === null) return 'the list of orders could not be read'
  const row = rows.find((each) => word(each, 'clientOrderId') === ref.clientOrderId)
  return row === undefined ? null : readOrder(row, call.market, ref.clientOrderId)
}

/** Whose trades are these? Each order behind them is asked for by its number. */
async function followTrades(
  binance: Binance, call: Call, ref: OrderRef, trades: Answer,
): Promise<{ order: ExchangeOrder; reply: Answered } | string | null> {
  if (trades.kind !== 'ok') return reasonOf(trades)
  const rows = list(trades.body)
  if (rows === null) return 'the list of trades could not be read'
  const ids = new Set(rows.map((row) => word(row, 'orderId')))
  if (ids.size > MOST_FOLLOWED || rows.length >= PAGE) return 'there are too many trades since it was sent to be sure'
  for (const orderId of ids) {
    if (orderId === null) return 'a trade names no order'
    const answer = await ask(binance, call, hostOf(binance, call.market), PATHS[call.market].order, { symbol: ref.symbol, orderId })
    if (answer.kind !== 'ok') return reasonOf(answer)
    const order = readOrder(answer.body, call.market, ref.clientOrderId)
    if (typeof order !== 'string') return { order, reply: answer.reply }
  }
  return null
}

async function found(binance: Binance, call: Call, ref: OrderRef, order: ExchangeOrder, reply: Answered): Promise<LookupOutcome> {
  const read = positive(order.filled) ? await fillsOf(binance, call, ref, order) : { fills: [] }
  return { kind: 'found', order: { ...order, ...read }, exchangeNow: exchangeNow(binance.clock, reply) }
}

/** All fills with their fees; null while the list lags behind the order, could not be had, or is not served. */
async function fillsOf(binance: Binance, call: Call, ref: OrderRef, order: ExchangeOrder): Promise<Pick<ExchangeOrder, 'fills' | 'noTrades'>> {
  const answer = await ask(binance, call, hostOf(binance, call.market), PATHS[call.market].trades, { symbol: ref.symbol, orderId: order.exchangeOrderId, limit: PAGE })
  if (isMissing(answer)) return { fills: null, noTrades: true }
  const fills = answer.kind === 'ok' ? readTrades(answer.body, order.exchangeOrderId) : null
  return { fills: fills !== null && isComplete(fills, order.filled) ? fills : null }
}

const reasonOf = (answer: Exclude<Answer, { kind: 'ok' }>): string => whyNot(answer, WORDING)
