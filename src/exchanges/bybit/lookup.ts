import type { LookupOutcome } from '#contract'
import { word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Params } from '../query.ts'
import { description } from './description.ts'
import { CATEGORY, get, hostOf, pages, rowsOf } from './manner.ts'
import { readFills, readOrder } from './order.ts'

const OPEN = '/v5/order/realtime'
const HISTORY = '/v5/order/history'
const FILLS = '/v5/execution/list'
const PAGE = { orders: 50, fills: 100 } as const

/**
 * Looks for an order by its client id, among the 500 last ones and in the history ("the data returned may delay"); where
 * both do not know it, also among the open orders of its symbol and among the fills since it was sent.
 */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { symbol, clientOrderId } = ref
  const category = CATEGORY[call.market]
  const host = hostOf(desk, call.key)
  const byId = (name: string, path: string): Look => ({
    name, ask: () => get(desk, call, path, { category, symbol, orderLinkId: clientOrderId }), find: (body) => asked(rowsOf(body), ref),
  })
  const among = (name: string, path: string, params: Params, shown: (row: unknown) => unknown): Look => ({
    name,
    ask: async () => {
      const answer = await pages(desk, call, path, { category, symbol, ...params })
      return answer.kind === 'ok' ? { kind: 'ok', body: answer.rows, reply: answer.reply } : answer
    },
    find: (rows) => {
      if (rows === null) return `there are too many ${name} to be sure`
      const row = ours(rows as readonly unknown[], ref)
      return row === null || typeof row === 'string' ? row : shown(row)
    },
  })
  return lookUpOrder(desk, call, ref, {
    host, memoryMs: description.facts[call.market]?.lookupMemoryMs ?? 0,
    looks: [
      byId('by client order id', OPEN), byId('in the history by client order id', HISTORY),
      among('open orders', OPEN, { openOnly: 0, limit: PAGE.orders }, (row) => row),
      among('fills since it was sent', FILLS, { startTime: Math.floor(ref.sentAt + host.offsetMs) - BEFORE_MS, limit: PAGE.fills },
        () => 'it was traded, but Bybit does not show the order yet'),
    ],
    read: (row) => readOrder(row, clientOrderId),
    fillsOf: async (order) => {
      const answer = await pages(desk, call, FILLS, { category, symbol, orderId: order.exchangeOrderId, limit: PAGE.fills })
      const rows = answer.kind === 'ok' ? answer.rows : null
      return { fills: rows === null ? null : wholeFills(readFills(rows, order.exchangeOrderId), order.filled) }
    },
  })
}

/** The answer to a question by our id: one row, ours, or none. */
function asked(rows: readonly unknown[] | null, ref: OrderRef): unknown {
  const found = ours(rows, ref)
  return found === null && rows !== null && rows.length > 0 ? 'the answer is about another order' : found
}

/** Our row in a list; null: not there; a text: why that cannot be said. */
function ours(rows: readonly unknown[] | null, { clientOrderId }: OrderRef): unknown {
  if (rows === null) return 'the list could not be read'
  return rows.find((each) => word(each, 'orderLinkId') === clientOrderId) ?? null
}
