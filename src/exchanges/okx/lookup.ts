import type { LookupOutcome } from '#contract'
import { word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Params } from '../query.ts'
import { description } from './description.ts'
import { NO_SUCH_ORDER } from './errors.ts'
import { get, hostOf, INSTRUMENTS, pages, rowsOf, sizeOf } from './manner.ts'
import { readFills, readOrder } from './order.ts'

const OPEN = '/api/v5/trade/orders-pending'
const FILLS = '/api/v5/trade/fills'

/** Looks for an order by its client id; where it is not known, also among the open orders of its symbol and the fills since it was sent. */
export async function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { symbol: instId, clientOrderId } = ref
  const size = await sizeOf(desk, call.market, instId)
  if (size === null) return { kind: 'unknown', reason: `the size of the contract ${instId} is not known`, retryAfterMs: null }
  const host = hostOf(desk, call.key)
  const instType = INSTRUMENTS[call.market]
  const among = (name: string, path: string, id: 'ordId' | 'billId', params: Params, shown: (row: unknown) => unknown): Look => ({
    name,
    ask: async () => {
      const answer = await pages(desk, call, path, { instType, instId, ...params }, id)
      return answer.kind === 'ok' ? { kind: 'ok', body: answer.rows, reply: answer.reply } : answer
    },
    find: (rows) => {
      if (rows === null) return `there are too many ${name} to be sure`
      const row = (rows as readonly unknown[]).find((each) => word(each, 'clOrdId') === clientOrderId)
      return row === undefined ? null : shown(row)
    },
  })
  return lookUpOrder(desk, call, ref, {
    host, memoryMs: description.facts[call.market]?.lookupMemoryMs ?? 0,
    looks: [
      {
        name: 'by client order id', ask: () => get(desk, call, '/api/v5/trade/order', { instId, clOrdId: clientOrderId }),
        find: (body) => asked(rowsOf(body)), isAbsent: ({ code }) => code === NO_SUCH_ORDER,
      },
      among('open orders', OPEN, 'ordId', {}, (row) => row),
      among('fills since it was sent', FILLS, 'billId', { begin: Math.floor(ref.sentAt + host.offsetMs) - BEFORE_MS },
        () => 'it was traded, but OKX does not show the order yet'),
    ],
    read: (row) => readOrder(row, clientOrderId, size),
    fillsOf: async (order) => {
      const answer = await pages(desk, call, FILLS, { instType, instId, ordId: order.exchangeOrderId }, 'billId')
      const rows = answer.kind === 'ok' ? answer.rows : null
      return { fills: rows === null ? null : wholeFills(readFills(rows, order.exchangeOrderId, size), order.filled) }
    },
  })
}

/** The answer to a question by our id: one row. Whether it is ours, `readOrder` compares. A refusal says that there is none. */
const asked = (rows: readonly unknown[] | null): unknown =>
  (rows === null || rows.length !== 1 ? 'the answer does not show one order' : rows[0])
