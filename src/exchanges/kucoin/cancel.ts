import type { CancelOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { lookup } from './lookup.ts'
import { hostOf } from './manner.ts'

const PATH = { spot: '/api/v1/hf/orders/client-order', futures: '/api/v1/orders/client-order' } as const

/** Cancels one order by its client id, and looks at it again: "This endpoint only sends cancellation requests". */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const { symbol, clientOrderId } = ref
  const asked = await desk.ask(call, hostOf(desk, call.market), { method: 'DELETE', path: `${PATH[call.market]}/${clientOrderId}`, params: { symbol } })
  if (asked.kind === 'refused' && isNotOpen(asked.code, asked.text)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  const after = await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() })
  if (after.kind !== 'found') return { kind: 'unknown', reason: after.kind === 'unknown' ? after.reason : 'the order cannot be seen after its cancel was taken' }
  return after.order.state === 'open' ? { kind: 'unknown', reason: 'the cancel was taken and is not carried out yet' } : { kind: 'canceled', order: after.order }
}
