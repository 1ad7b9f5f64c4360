import type { CancelOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { lookup } from './lookup.ts'
import { hostOf } from './manner.ts'

/** Cancels one order by its client id, and looks at it again: "it only means that your cancellation request has been accepted". */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const { symbol, clientOrderId } = ref
  const asked = await desk.ask(call, hostOf(desk, call.key), { method: 'POST', path: '/api/v5/trade/cancel-order', body: { instId: symbol, clOrdId: clientOrderId } })
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  const after = await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() })
  if (after.kind !== 'found') return { kind: 'unknown', reason: after.kind === 'unknown' ? after.reason : 'the order cannot be seen after its cancel was taken' }
  return after.order.state === 'open' ? { kind: 'unknown', reason: 'the cancel was taken and is not carried out yet' } : { kind: 'canceled', order: after.order }
}
