import type { CancelOutcome } from '#contract'
import { member } from '../answer.ts'
import type { Desk, Request } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { lookup } from './lookup.ts'
import { hostOf, idsOf } from './manner.ts'

/** [S cancel by client order id] -1 closed long ago, 0 not found, 5 partly canceled, 6 filled, 7 canceled, 10 being canceled. */
const ENDED: ReadonlySet<unknown> = new Set([-1, 0, 5, 6, 7, '-1', '0', '5', '6', '7'])

/** Cancels one order by our id, and looks at it again: "this only submits the cancel request". */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const { market } = call
  const id = idsOf(market).write(ref.clientOrderId)
  const request: Request = market === 'spot' ? { method: 'POST', path: '/v1/order/orders/submitCancelClientOrder', body: { 'client-order-id': id } }
    : { method: 'POST', path: '/v5/trade/cancel_order', body: { contract_code: ref.symbol, client_order_id: id } }
  const asked = await desk.ask(call, hostOf(desk, market), request)
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  if (market === 'spot' && ENDED.has(member(asked.body, 'data'))) return { kind: 'not_open' }
  const after = await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() })
  if (after.kind !== 'found') return { kind: 'unknown', reason: after.kind === 'unknown' ? after.reason : 'the order cannot be seen after its cancel was taken' }
  return after.order.state === 'open' ? { kind: 'unknown', reason: 'the cancel was taken and is not carried out yet' } : { kind: 'canceled', order: after.order }
}
