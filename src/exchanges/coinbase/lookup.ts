import { iso } from '#clock'
import type { LookupOutcome } from '#contract'
import { word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import { description } from './description.ts'
import { pages } from './manner.ts'
import { readFills, readOrder } from './order.ts'

export const ORDERS = '/orders/historical/batch'
const FILLS = '/orders/historical/fills'
/** [D list-orders, list-fills] */
export const PAGE = 250

/**
 * Looks for an order among the open ones and then among all since it was sent: Coinbase has no look-up by a client's id.
 * Not by product either: one that stands for another (BTC-USDC for BTC-USD) may be shown under that name.
 */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const host = desk.host('coinbase')
  const among = (name: string, params: Record<string, string>): Look => ({
    name, ask: () => pages(desk, call, ORDERS, 'orders', { ...params, limit: PAGE }),
    find: (rows) => (rows === null ? `there are too many ${name} to be sure, or they could not be read` : (rows as readonly unknown[]).find((row) => word(row, 'client_order_id') === ref.clientOrderId) ?? null),
  })
  return lookUpOrder(desk, call, ref, {
    host, memoryMs: description.facts.spot?.lookupMemoryMs ?? 0,
    looks: [among('open orders', { order_status: 'OPEN' }), among('all orders since it was sent', { start_date: iso(ref.sentAt + host.offsetMs - BEFORE_MS) })],
    read: (row) => readOrder(row, ref.clientOrderId),
    fillsOf: async ({ exchangeOrderId, filled }) => {
      const answer = await pages(desk, call, FILLS, 'fills', { order_ids: exchangeOrderId, limit: PAGE })
      return { fills: answer.kind === 'ok' && answer.body !== null ? readFills(answer.body, exchangeOrderId, filled) : null }
    },
  })
}
