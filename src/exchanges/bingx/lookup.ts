import type { ExchangeOrder, LookupOutcome } from '#contract'
import { list, member } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Answer } from '../reading.ts'
import { description } from './description.ts'
import { isNotThere } from './errors.ts'
import { dataOf, get, hostOf, ordersOf, SMALL_IDS } from './manner.ts'
import { clientIdOf, orderIn, readFills, readOrder } from './order.ts'

const PATHS = {
  spot: { order: '/openApi/spot/v1/trade/query', open: '/openApi/spot/v1/trade/openOrders', all: '/openApi/spot/v1/trade/historyOrders', idField: 'clientOrderID' },
  futures: { order: '/openApi/swap/v2/trade/order', open: '/openApi/swap/v2/trade/openOrders', all: '/openApi/swap/v2/trade/allOrders', idField: 'clientOrderId' },
} as const
const PAGE = { spot: 100, futures: 1000, fills: 1000 } as const
/** [D spot-trade] "pageIndex * pageSize <= 10,000"; more than that are not read. */
const MOST_PAGES = 10
/** [D swap-trade] A list of contracts' orders goes over 7 days at most. */
const LONGEST_RANGE_MS = 7 * 86_400_000

/** Looks for an order by our id; where BingX does not know it, also among the open orders and among all orders since it was sent. */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { order, idField } = PATHS[call.market]
  const among = (name: string, ask: Look['ask']): Look => ({ name, ask, find: (rows) => ours(rows, ref) })
  return lookUpOrder(desk, call, ref, {
    host: hostOf(desk), memoryMs: description.facts[call.market]?.lookupMemoryMs ?? 0,
    looks: [
      {
        name: 'by client order id', ask: () => get(desk, call, order, { symbol: ref.symbol, [idField]: SMALL_IDS.write(ref.clientOrderId) }), find: orderIn,
        isAbsent: ({ code, text }) => isNotThere(code, text),
      },
      among('open orders', () => openOrders(desk, call, ref.symbol)),
      among('all orders since it was sent', () => orders(desk, call, ref.symbol, ref.sentAt)),
    ],
    read: (row) => readOrder(row, call.market, ref.clientOrderId),
    fillsOf: (found) => fillsOf(desk, call, ref, found),
  })
}

/** The open orders of a symbol; the rows are the body. */
export async function openOrders(desk: Desk, call: Call, symbol: string): Promise<Answer> {
  const answer = await get(desk, call, PATHS[call.market].open, { symbol })
  return answer.kind === 'ok' ? { ...answer, body: ordersOf(answer.body) } : answer
}

/** Orders of a symbol that were made since then (epoch ms, our clock), as the body; null where it has no end or cannot be read; where a page fails, that answer. */
export async function orders(desk: Desk, call: Call, symbol: string, since: number): Promise<Answer> {
  const { all } = PATHS[call.market]
  const { offsetMs } = hostOf(desk)
  const until = Math.floor(Math.max(since, desk.clock.now()) + offsetMs) + BEFORE_MS
  const rows: unknown[] = []
  let startTime = Math.floor(since + offsetMs) - BEFORE_MS
  for (let page = 1; ; page += 1) {
    const endTime = call.market === 'spot' ? until : Math.min(startTime + LONGEST_RANGE_MS, until)
    const size = PAGE[call.market]
    const answer = await get(desk, call, all, { symbol, startTime, endTime, ...call.market === 'spot' ? { pageIndex: page, pageSize: size } : { limit: size } })
    if (answer.kind !== 'ok') return answer
    const more = ordersOf(answer.body)
    const isFull = more !== null && more.length >= size
    if (more === null || page > MOST_PAGES || (isFull && call.market === 'futures')) return { ...answer, body: null }
    rows.push(...more)
    if (call.market === 'spot' ? !isFull : endTime === until) return { ...answer, body: rows }
    if (call.market === 'futures') startTime = endTime
  }
}

/** Our row in a list; null: not there; a text: why that cannot be said. */
function ours(rows: unknown, { clientOrderId }: OrderRef): unknown {
  const found = list(rows)
  if (found === null) return 'the list of orders could not be read, or there are too many to be sure'
  return found.find((row) => clientIdOf(row) === clientOrderId) ?? null
}

async function fillsOf(desk: Desk, call: Call, { symbol, sentAt }: OrderRef, { exchangeOrderId: orderId, filled }: ExchangeOrder): Promise<Pick<ExchangeOrder, 'fills' | 'noTrades'>> {
  const { offsetMs } = hostOf(desk)
  const startTs = Math.floor(sentAt + offsetMs) - BEFORE_MS
  const endTs = Math.min(startTs + LONGEST_RANGE_MS, Math.floor(Math.max(sentAt, desk.clock.now()) + offsetMs) + BEFORE_MS)
  const answer = call.market === 'spot' ? await get(desk, call, '/openApi/spot/v1/trade/myTrades', { symbol, orderId, limit: PAGE.fills })
    : await get(desk, call, '/openApi/swap/v2/trade/fillHistory', { symbol, orderId, startTs, endTs, pageIndex: 1, pageSize: PAGE.fills })
  if (answer.kind !== 'ok') return { fills: null }
  const data = dataOf(answer.body)
  // Of contracts: `fill_orders` as it is documented, `fill_history_orders` as it is seen. [D swap-trade; N BingXFuturesUserTradeDetails]
  const fills = readFills(call.market === 'spot' ? member(data, 'fills') : member(data, 'fill_history_orders') ?? member(data, 'fill_orders'), orderId)
  return fills === null ? { fills, noTrades: true } : { fills: wholeFills(fills, filled) }
}
