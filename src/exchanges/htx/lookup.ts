import type { ExchangeOrder, LookupOutcome } from '#contract'
import { list, member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { spotAccountOf } from './account.ts'
import { description } from './description.ts'
import { isNotThere } from './errors.ts'
import { get, hostOf, idsOf } from './manner.ts'
import { clientIdOf, readFills, readOrder } from './order.ts'

/** Looks for an order by our id; where HTX does not know it, also among the open orders and among all orders since it was sent. */
export async function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { market } = call
  const size = market === 'spot' ? null : await desk.contracts.futures.known(ref.symbol)
  if (market === 'futures' && size === null) return { kind: 'unknown', reason: `HTX's list of contracts does not have ${ref.symbol}, or cannot be had now`, retryAfterMs: null }
  const id = idsOf(market).write(ref.clientOrderId)
  const among = (name: string, ask: Look['ask']): Look => ({
    name, ask, find: (rows) => list(rows)?.find((row) => clientIdOf(row, size) === id) ?? (list(rows) === null ? 'the list of orders could not be read, or there are too many to be sure' : null),
  })
  return lookUpOrder(desk, call, ref, {
    host: hostOf(desk, market), memoryMs: description.facts[market]?.lookupMemoryMs ?? 0,
    looks: [
      {
        name: 'by client order id',
        ask: () => (market === 'spot' ? get(desk, call, market, '/v1/order/orders/getClientOrder', { clientOrderId: id })
          : get(desk, call, market, '/v5/trade/order', { contract_code: ref.symbol, margin_mode: 'cross', client_order_id: id })),
        find: (body) => member(body, 'data') ?? null, isAbsent: ({ code }) => isNotThere(code),
      },
      among('open orders', () => openOrders(desk, call, ref.symbol)),
      among('all orders since it was sent', () => orders(desk, call, ref.symbol, ref.sentAt)),
    ],
    read: (row) => (market === 'spot' && word(row, 'symbol') !== ref.symbol ? 'the answer is about another symbol' : readOrder(row, size, ref.clientOrderId)),
    fillsOf: (order) => fillsOf(desk, call, ref.symbol, order, size),
  })
}

const PAGE = { open: 500, past: 100, futures: 100 } as const
const MOST_PAGES = 10
/** No list tells of more at a time. [S search past orders] */
const WINDOW_MS = 48 * 3_600_000
const MOST_WINDOWS = 5
/** [S search past orders: states] all there are. */
const STATES = 'created,submitted,partial-filled,filled,partial-canceled,canceled'

/** The rows of a list as the body, null where it filled its page and may go on. */
const rowsOf = (answer: Answer, page: number): Answer => {
  if (answer.kind !== 'ok') return answer
  const rows = list(member(answer.body, 'data'))
  return { ...answer, body: rows === null || rows.length >= page ? null : rows }
}

export async function openOrders(desk: Desk, call: Call, symbol: string): Promise<Answer> {
  if (call.market === 'futures') return rowsOf(await get(desk, call, 'futures', '/v5/trade/order/opens', { contract_code: symbol, margin_mode: 'cross', limit: PAGE.futures }), PAGE.futures)
  const number = await spotAccountOf(desk, call)
  if (number !== null && typeof number !== 'string') return number
  return rowsOf(await get(desk, call, 'spot', '/v1/order/openOrders', { 'account-id': number ?? undefined, symbol, size: PAGE.open }), PAGE.open)
}

/** Orders of a symbol that were made since then (epoch ms, our clock); the body is null where there are too many, or it is too long ago. */
export async function orders(desk: Desk, call: Call, symbol: string, since: number): Promise<Answer> {
  const { offsetMs } = hostOf(desk, call.market)
  const from = Math.floor(since + offsetMs) - BEFORE_MS
  const found: unknown[] = []
  for (let asked = 1, until = Math.floor(Math.max(since, desk.clock.now()) + offsetMs) + BEFORE_MS; ; asked += 1) {
    const start = Math.max(from, until - WINDOW_MS)
    const answer = await (call.market === 'spot' ? spotOrders : futuresOrders)(desk, call, symbol, start, until)
    const rows = answer.kind === 'ok' ? list(answer.body) : null
    if (rows === null) return answer
    found.push(...rows)
    if (start <= from) return { ...answer, body: found } as Answer
    if (asked === MOST_WINDOWS) return { ...answer, body: null } as Answer
    until = start
  }
}

const futuresOrders = async (desk: Desk, call: Call, symbol: string, from: number, to: number): Promise<Answer> =>
  rowsOf(await get(desk, call, 'futures', '/v5/trade/order/history', { contract_code: symbol, margin_mode: 'cross', start_time: from, end_time: to, limit: PAGE.futures }), PAGE.futures)

/** [S search past orders] The newest first, a page of 100 at a time: "from" is the number to begin with. */
async function spotOrders(desk: Desk, call: Call, symbol: string, from: number, to: number): Promise<Answer> {
  const found = new Map<string, unknown>()
  for (let page = 1, last: Params = {}; ; page += 1) {
    const answer = await get(desk, call, 'spot', '/v1/order/orders', { symbol, states: STATES, 'start-time': from, 'end-time': to, size: PAGE.past, ...last })
    const rows = answer.kind === 'ok' ? list(member(answer.body, 'data')) : null
    if (answer.kind !== 'ok') return answer
    if (rows === null || page > MOST_PAGES) return { ...answer, body: null }
    for (const row of rows) found.set(word(row, 'id') ?? '', row)
    if (rows.length < PAGE.past) return { ...answer, body: [...found.values()] }
    last = { from: word(rows.at(-1), 'id') ?? undefined, direct: 'next' }
  }
}

async function fillsOf(desk: Desk, call: Call, symbol: string, { exchangeOrderId, filled }: ExchangeOrder, size: string | null): Promise<Pick<ExchangeOrder, 'fills'>> {
  const answer = size === null ? await get(desk, call, 'spot', `/v1/order/orders/${exchangeOrderId}/matchresults`)
    : await get(desk, call, 'futures', '/v5/trade/order/details', { contract_code: symbol, order_id: exchangeOrderId, limit: PAGE.futures })
  const rows = answer.kind === 'ok' ? member(answer.body, 'data') : null
  return { fills: list(rows) === null ? null : wholeFills(readFills(rows, exchangeOrderId, size), filled) }
}
