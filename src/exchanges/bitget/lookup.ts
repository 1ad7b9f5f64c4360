import type { LookupOutcome } from '#contract'
import { member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Params } from '../query.ts'
import { apiOf, pages } from './api.ts'
import { description } from './description.ts'
import { isAbsent } from './errors.ts'
import { get, hostOf } from './manner.ts'
import { readFills, readOrder } from './order.ts'

/** Looks for an order by its client id; where it is not known, also among the open orders of its symbol and those that closed since it was sent. */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { symbol, clientOrderId } = ref
  const host = hostOf(desk)
  const api = apiOf(call.key, call.market)
  const named = api.of(symbol, call.market)
  const among = (name: string, path: string, params: Params): Look => ({
    name,
    ask: async () => {
      const answer = await pages(desk, call, path, { ...named, ...params }, 'orderId')
      return answer.kind === 'ok' ? { kind: 'ok', body: answer.rows, reply: answer.reply } : answer
    },
    find: (rows) => (rows === null ? `there are too many ${name} to be sure` : (rows as readonly unknown[]).find((each) => word(each, 'clientOid') === clientOrderId) ?? null),
  })
  // Spot and unified accounts know an id without a symbol; contracts want both.
  const question = api.kind === 'contract' ? { ...named, clientOid: clientOrderId } : { clientOid: clientOrderId }
  return lookUpOrder(desk, call, ref, {
    host, memoryMs: description.facts[call.market]?.lookupMemoryMs ?? 0,
    looks: [
      { name: 'by client order id', ask: () => get(desk, call, api.byId, question), find: asked, isAbsent: ({ code }) => isAbsent(code) },
      among('open orders', api.open, {}),
      among('closed orders since it was sent', api.closed, { startTime: Math.floor(ref.sentAt + host.offsetMs) - BEFORE_MS }),
    ],
    read: (row) => readOrder(row, clientOrderId),
    fillsOf: async (order) => {
      const answer = await pages(desk, call, api.fills, { ...named, orderId: order.exchangeOrderId }, 'tradeId')
      const rows = answer.kind === 'ok' ? answer.rows : null
      return { fills: rows === null ? null : wholeFills(readFills(rows, order.exchangeOrderId, api.kind), order.filled) }
    },
  })
}

/** The answer to a question by our id: one order, in a list (spot) or by itself. Whether it is ours, `readOrder` compares. */
function asked(body: unknown): unknown {
  const data = member(body, 'data')
  if (!Array.isArray(data)) return typeof data === 'object' && data !== null ? data : 'the answer does not show an order'
  return data.length === 0 ? null : data.length === 1 ? data[0] as unknown : 'the answer shows several orders'
}
