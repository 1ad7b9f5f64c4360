import type { LookupOutcome } from '#contract'
import { list, member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import { description } from './description.ts'
import { CLOIDS } from './ids.ts'
import { ask } from './manner.ts'
import { readOrder, withFills, type Row } from './order.ts'
import { accountOf } from './sign.ts'

/** [D info-endpoint] */
export const MOST_RECENT = 2000

/** Looks for an order by its client id; where Hyperliquid does not know it, also among the open orders and the recent ones. */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const user = accountOf(call.key)
  const cloid = CLOIDS.write(ref.clientOrderId)
  const isOurs = ({ order }: Row): boolean => word(order, 'cloid')?.toLowerCase() === cloid
  const found = (row: Row | undefined): Promise<Row> | null => (row === undefined ? null : withFills(desk, call, row))
  return lookUpOrder(desk, call, ref, {
    host: desk.host('hyperliquid'), memoryMs: description.facts[call.market]?.lookupMemoryMs ?? 0,
    looks: [
      {
        name: 'by client order id', ask: () => ask(desk, call, { type: 'orderStatus', user, oid: cloid }),
        find: (body) => {
          const status = word(body, 'status')
          if (status === 'unknownOid') return null
          return status === 'order' ? found(ofHistory(member(body, 'order'))) : 'the answer could not be read'
        },
      },
      {
        name: 'open orders', ask: () => ask(desk, call, { type: 'frontendOpenOrders', user }),
        find: (body) => {
          const rows = list(body)
          return rows === null ? 'the list of orders could not be read' : found(rows.map(ofOpen).find(isOurs))
        },
      },
      {
        name: 'recent orders', ask: () => ask(desk, call, { type: 'historicalOrders', user }),
        find: (body) => {
          const rows = list(body)?.map(ofHistory)
          if (rows === undefined) return 'the list of orders could not be read'
          return found(rows.find(isOurs)) ?? (reaches(rows, ref.sentAt) ? null : 'there are too many orders since to be sure')
        },
      },
    ],
    read: (row) => readOrder(row as Row, ref.clientOrderId),
    fillsOf: (order) => Promise.resolve({ fills: order.fills }),
  })
}

/** `{"order": {…}, "status": "filled", "statusTimestamp": …}` */
export const ofHistory = (row: unknown): Row => ({ order: member(row, 'order'), status: word(row, 'status'), fills: null })
export const ofOpen = (order: unknown): Row => ({ order, status: 'open', fills: null })

/** Whether a list of the most recent orders goes back as far as that. */
export function reaches(rows: readonly Row[], since: number): boolean {
  if (rows.length < MOST_RECENT) return true
  return rows.some(({ order }) => {
    const at = member(order, 'timestamp')
    return typeof at === 'number' && at < since - BEFORE_MS
  })
}
