import type { LookupOutcome } from '#contract'
import { member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import { description } from './description.ts'
import { isAbsent } from './errors.ts'
import { closedOrders, fillsOf, get, hostOf, openOrders, sizeOf, type pages } from './manner.ts'
import { readFills, readOrder } from './order.ts'

/** Looks for an order by its client id; where it is not known, also among the open orders of its symbol and those that closed since it was sent. */
export async function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { symbol, clientOrderId } = ref
  const { market } = call
  const size = await sizeOf(desk, market, symbol)
  if (size === null) return { kind: 'unknown', reason: `the size of the contract ${symbol} is not known`, retryAfterMs: null }
  const host = hostOf(desk, market)
  const among = (name: string, listed: () => ReturnType<typeof pages>): Look => ({
    name,
    ask: async () => {
      const answer = await listed()
      return answer.kind === 'ok' ? { kind: 'ok', body: answer.rows, reply: answer.reply } : answer
    },
    find: (rows) => (rows === null ? `there are too many ${name} to be sure` : (rows as readonly unknown[]).find((each) => word(each, 'clientOid') === clientOrderId) ?? null),
  })
  const byId = (): ReturnType<typeof get> => (market === 'spot'
    ? get(desk, call, market, `/api/v1/hf/orders/client-order/${clientOrderId}`, { symbol }) : get(desk, call, market, '/api/v1/orders/byClientOid', { clientOid: clientOrderId }))
  return lookUpOrder(desk, call, ref, {
    host, memoryMs: description.facts[market]?.lookupMemoryMs ?? 0,
    looks: [
      { name: 'by client order id', ask: byId, find: asked, isAbsent: ({ code, text }) => isAbsent(code, text) },
      among('open orders', () => openOrders(desk, call, market, symbol)),
      among('closed orders since it was sent', () => closedOrders(desk, call, market, symbol, Math.floor(ref.sentAt + host.offsetMs) - BEFORE_MS)),
    ],
    read: (row) => readOrder(row, clientOrderId, size),
    fillsOf: async (order) => {
      const answer = await fillsOf(desk, call, market, symbol, order.exchangeOrderId)
      const rows = answer.kind === 'ok' ? answer.rows : null
      return { fills: rows === null ? null : wholeFills(readFills(rows, order.exchangeOrderId, market, size), order.filled) }
    },
  })
}

/** The answer to a question by our id: one order, or nothing. Whether it is ours, `readOrder` compares. */
function asked(body: unknown): unknown {
  const data = member(body, 'data')
  return data === undefined || Array.isArray(data) ? 'the answer does not show an order' : data
}
