import type { ExchangeOrder, LookupOutcome } from '#contract'
import { list, time, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Answer } from '../reading.ts'
import { description } from './description.ts'
import { isNotThere } from './errors.ts'
import { dataOf, get, hostOf, pages, PRIVATE } from './manner.ts'
import { clientIdOf, readFills, readOrder } from './order.ts'

const PAGE = { orders: 1000, trades: 100 } as const
const MOST_PAGES = 10

/** Looks for an order by our id; where MEXC does not know it, also among the open orders and among all orders since it was sent. */
export async function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { market } = call
  const size = market === 'spot' ? null : await desk.contracts.futures.known(ref.symbol)
  if (market === 'futures' && size === null) return { kind: 'unknown', reason: `MEXC's list of contracts does not have ${ref.symbol}, or cannot be had now`, retryAfterMs: null }
  const among = (name: string, ask: Look['ask']): Look => ({ name, ask, find: (rows) => ours(rows, ref, size) })
  return lookUpOrder(desk, call, ref, {
    host: hostOf(desk), memoryMs: description.facts[market]?.lookupMemoryMs ?? 0,
    looks: [
      {
        name: 'by client order id',
        ask: () => (market === 'spot' ? get(desk, call, '/api/v3/order', { symbol: ref.symbol, origClientOrderId: ref.clientOrderId })
          : get(desk, call, `${PRIVATE}/order/external/${ref.symbol}/${ref.clientOrderId}`)),
        find: (body) => dataOf(market, body) ?? null, isAbsent: ({ code }) => isNotThere(code),
      },
      among('open orders', () => openOrders(desk, call, ref.symbol)),
      among('all orders since it was sent', () => orders(desk, call, ref.symbol, ref.sentAt)),
    ],
    read: (row) => readOrder(row, size, ref.clientOrderId),
    fillsOf: (order) => fillsOf(desk, call, ref, order, size),
  })
}

/** Of futures all that are open come: there is no list by symbol any more. [F update log 2025-12-02] */
export const openOrders = (desk: Desk, call: Call, symbol: string): Promise<Answer> =>
  (call.market === 'spot' ? get(desk, call, '/api/v3/openOrders', { symbol }) : pages(desk, call, `${PRIVATE}/order/list/open_orders`, {}))

/** Orders of a symbol that were made since then (epoch ms, our clock). A spot list that fills its page may go on: null for the rows. */
export async function orders(desk: Desk, call: Call, symbol: string, since: number): Promise<Answer> {
  const { offsetMs } = hostOf(desk)
  const from = Math.floor(since + offsetMs) - BEFORE_MS
  if (call.market === 'futures') return pages(desk, call, `${PRIVATE}/order/list/history_orders`, { symbol, start_time: from, end_time: Math.floor(Math.max(since, desk.clock.now()) + offsetMs) + BEFORE_MS })
  const answer = await get(desk, call, '/api/v3/allOrders', { symbol, startTime: from, limit: PAGE.orders })
  return answer.kind === 'ok' && (list(answer.body)?.length ?? 0) >= PAGE.orders ? { ...answer, body: null } : answer
}

/** Our row in a list; null: not there; a text: why that cannot be said. */
function ours(rows: unknown, { clientOrderId }: OrderRef, size: string | null): unknown {
  const found = list(rows)
  if (found === null) return 'the list of orders could not be read, or there are too many to be sure'
  return found.find((row) => clientIdOf(row, size) === clientOrderId) ?? null
}

async function fillsOf(desk: Desk, call: Call, { symbol }: OrderRef, { exchangeOrderId, filled }: ExchangeOrder, size: string | null): Promise<Pick<ExchangeOrder, 'fills'>> {
  const rows = size === null ? await spotTrades(desk, call, symbol, exchangeOrderId) : await get(desk, call, `${PRIVATE}/order/deal_details/${exchangeOrderId}`)
  const trades = Array.isArray(rows) ? rows as readonly unknown[] : 'kind' in rows && rows.kind === 'ok' ? list(dataOf('futures', rows.body)) : null
  return { fills: trades === null ? null : wholeFills(readFills(trades, exchangeOrderId, size), filled) }
}

/** The trades of one order, 100 at a time, from the newest back. */
async function spotTrades(desk: Desk, call: Call, symbol: string, orderId: string): Promise<readonly unknown[]> {
  const found = new Map<string, unknown>()
  for (let page = 0, endTime: number | undefined; page < MOST_PAGES; page += 1) {
    const answer = await get(desk, call, '/api/v3/myTrades', { symbol, orderId, endTime, limit: PAGE.trades })
    const rows = answer.kind === 'ok' ? list(answer.body) ?? [] : []
    for (const row of rows) found.set(word(row, 'id') ?? '', row)
    if (rows.length < PAGE.trades) break
    endTime = Math.min(...rows.map((row) => time(row, 'time') ?? Infinity))
  }
  return [...found.values()]
}
