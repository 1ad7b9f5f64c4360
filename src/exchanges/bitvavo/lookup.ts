import type { LookupOutcome } from '#contract'
import { list, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Answer } from '../reading.ts'
import { description } from './description.ts'
import { isNotThere } from './errors.ts'
import { get, hostOf, IDS } from './manner.ts'
import { readOrder } from './order.ts'

const PAGE = 1000
/** [G get orders] "Cannot be more than 24 hours after the start timestamp." */
const WINDOW_MS = 24 * 3_600_000
const MOST_WINDOWS = 7

/** Looks for an order by our id; where Bitvavo does not know it, also among the open orders and among all orders since it was sent. */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const id = IDS.write(ref.clientOrderId)
  const among = (name: string, ask: Look['ask']): Look => ({
    name, ask, find: (rows) => list(rows)?.find((row) => word(row, 'clientOrderId') === id) ?? (list(rows) === null ? 'the list of orders could not be read, or there are too many to be sure' : null),
  })
  return lookUpOrder(desk, call, ref, {
    host: hostOf(desk), memoryMs: description.facts.spot?.lookupMemoryMs ?? 0,
    looks: [
      { name: 'by client order id', ask: () => get(desk, call, '/v2/order', { market: ref.symbol, clientOrderId: id }), find: (body) => body, isAbsent: ({ code }) => isNotThere(code) },
      among('open orders', () => openOrders(desk, call, ref.symbol)),
      among('all orders since it was sent', () => orders(desk, call, ref.symbol, ref.sentAt)),
    ],
    read: (row) => readOrder(row, ref.clientOrderId),
    fillsOf: ({ fills }) => Promise.resolve({ fills }),
  })
}

export const openOrders = (desk: Desk, call: Call, symbol: string): Promise<Answer> => get(desk, call, '/v2/ordersOpen', { market: symbol })

/** Orders of a market that were made since then (epoch ms, our clock); the body is null where there are too many, or it is too long ago. */
export async function orders(desk: Desk, call: Call, symbol: string, since: number): Promise<Answer> {
  const { offsetMs } = hostOf(desk)
  const from = Math.floor(since + offsetMs) - BEFORE_MS
  const found: unknown[] = []
  for (let asked = 1, end = Math.floor(Math.max(since, desk.clock.now()) + offsetMs) + BEFORE_MS; ; asked += 1) {
    const start = Math.max(from, end - WINDOW_MS)
    const answer = await get(desk, call, '/v2/orders', { market: symbol, start, end, limit: PAGE })
    if (answer.kind !== 'ok') return answer
    const rows = list(answer.body)
    if (rows === null || rows.length >= PAGE || (start > from && asked === MOST_WINDOWS)) return { ...answer, body: null }
    found.push(...rows)
    if (start <= from) return { ...answer, body: found }
    end = start
  }
}
