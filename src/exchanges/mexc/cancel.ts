import type { CancelOutcome } from '#contract'
import { list, member } from '../answer.ts'
import type { Desk, Request } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { lookup } from './lookup.ts'
import { hostOf, PRIVATE } from './manner.ts'

/** Cancels one order by our id, and looks at it again, as the answer does not always say how it ended. */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const { symbol, clientOrderId } = ref
  const request: Request = call.market === 'spot' ? { method: 'DELETE', path: '/api/v3/order', params: { symbol, origClientOrderId: clientOrderId } }
    : { method: 'POST', path: `${PRIVATE}/order/cancel_with_external`, body: { symbol, externalOid: clientOrderId } }
  const asked = await desk.ask(call, hostOf(desk), request)
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  // A good answer of futures may hold a refusal. [F cancel: "errorCode: not 0 means the revoke failed"]
  const data = member(asked.body, 'data')
  const failed = member(list(data)?.[0] ?? data, 'errorCode')
  if (typeof failed === 'number' && failed !== 0) return isNotOpen(failed) ? { kind: 'not_open' } : { kind: 'unknown', reason: `MEXC did not cancel it (${failed})` }
  const after = await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() })
  if (after.kind !== 'found') return { kind: 'unknown', reason: after.kind === 'unknown' ? after.reason : 'the order cannot be seen after its cancel was taken' }
  return after.order.state === 'open' ? { kind: 'unknown', reason: 'the cancel was taken and is not carried out yet' } : { kind: 'canceled', order: after.order }
}
