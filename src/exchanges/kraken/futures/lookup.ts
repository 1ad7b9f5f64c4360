import type { LookupOutcome } from '#contract'
import { list, member, positive, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import { lookUpOrder, wholeFills } from '../../looking.ts'
import type { Call, OrderRef } from '../../port.ts'
import { description } from '../description.ts'
import { askFutures } from '../manner.ts'
import { FUTURES_HOST } from '../sign.ts'
import { executionsIn, historySince, ordersIn, type Row } from './history.ts'
import { fillsIn, ofOpen, ofStatus, readOrder, withExecutions } from './order.ts'

const API = '/derivatives/api/v3'

/**
 * Looks for an order by its client id, which Kraken tells of for five seconds after it ended; then among the open ones,
 * and in the histories of order events and of executions since it was sent.
 */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { clientOrderId } = ref
  const isOurs = (row: Row): boolean => row.clientOrderId === clientOrderId
  return lookUpOrder(desk, call, ref, {
    host: desk.host(FUTURES_HOST), memoryMs: description.facts.futures?.lookupMemoryMs ?? 0,
    looks: [
      {
        name: 'by client order id', ask: () => askFutures(desk, call, `${API}/orders/status`, { cliOrdIds: clientOrderId }, 'POST'),
        find: (body) => {
          if (member(body, 'result') !== 'success') return 'the answer could not be read'
          // Where there is none, the list itself may be missing.
          const rows = (list(member(body, 'orders')) ?? []).map(ofStatus)
          const row = rows.find(isOurs)
          if (row === undefined) return rows.length === 0 ? null : 'the answer is about another order'
          return executed(desk, call, ref, row)
        },
      },
      {
        name: 'open orders', ask: () => askFutures(desk, call, `${API}/openorders`),
        find: (body) => {
          const row = list(member(body, 'openOrders'))?.map(ofOpen).find(isOurs)
          if (list(member(body, 'openOrders')) === null) return 'the list of orders could not be read'
          return row === undefined ? null : executed(desk, call, ref, row)
        },
      },
      {
        name: 'order events since it was sent', ask: () => historySince(desk, call, 'orders', ref.sentAt),
        find: (events) => {
          if (events === null) return 'there are too many order events to be sure'
          const row = [...ordersIn(events as readonly unknown[]).values()].findLast(isOurs)
          return row === undefined ? null : executed(desk, call, ref, { ...row, filled: row.state === 'canceled' ? row.filled : '0' })
        },
      },
      {
        name: 'executions since it was sent', ask: () => historySince(desk, call, 'executions', ref.sentAt),
        find: (events) => {
          if (events === null) return 'there are too many executions to be sure'
          const traded = executionsIn(events as readonly unknown[], null).some(({ order }) => word(order, 'clientId') === clientOrderId)
          return traded ? 'it was traded, but Kraken does not show the order yet' : null
        },
      },
    ],
    read: (row) => readOrder(row as Row, clientOrderId),
    fillsOf: (order, row) => {
      const { executions } = row as Row
      return Promise.resolve({ fills: executions === null ? null : wholeFills(fillsIn(executions), order.filled) })
    },
  })
}

/** The row with its executions where it filled, or may have. A history that lags behind, or fails, leaves it as it is. */
async function executed(desk: Desk, call: Call, ref: OrderRef, row: Row): Promise<Row> {
  if (row.state !== null && !positive(row.filled)) return row
  const answer = await historySince(desk, call, 'executions', Math.min(ref.sentAt, Number.isNaN(row.at) ? ref.sentAt : row.at))
  if (answer.kind !== 'ok' || answer.body === null) return row
  return withExecutions(row, executionsIn(answer.body, null).flatMap(({ execution }) => (execution.orderId === row.id ? [execution] : [])))
}
