import type { CancelOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { byClientId } from './lookup.ts'
import { readOrder } from './order.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Cancels one order: looked up by our id, canceled by Alpaca's, and looked at again, as the cancel is only a request. */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const before = await byClientId(desk, call, ref.clientOrderId)
  if (before.kind === 'refused' && before.status === 404) return { kind: 'not_open' }
  if (before.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(before, desk.manner.wording) }
  const order = readOrder(before.body, ref.clientOrderId)
  if (typeof order === 'string') return { kind: 'unknown', reason: order }
  if (order.state !== 'open') return { kind: 'not_open' }
  // Without a number the path would be the one that cancels every order.
  if (!UUID.test(order.exchangeOrderId)) return { kind: 'unknown', reason: 'the order has a number that is none' }

  const asked = await desk.ask(call, desk.host('alpaca'), { method: 'DELETE', path: `/v2/orders/${order.exchangeOrderId}` })
  if (asked.kind === 'refused' && (asked.status === 404 || asked.status === 422)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  const after = await byClientId(desk, call, ref.clientOrderId)
  if (after.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(after, desk.manner.wording) }
  const ended = readOrder(after.body, ref.clientOrderId)
  if (typeof ended === 'string') return { kind: 'unknown', reason: ended }
  return ended.state === 'open' ? { kind: 'unknown', reason: 'the cancel was taken and is not carried out yet' } : { kind: 'canceled', order: ended }
}
