import type { CancelOutcome } from '#contract'
import { list, member } from '../answer.ts'
import { canceled } from '../canceling.ts'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { lookup } from './lookup.ts'
import { API } from './manner.ts'

/** How long ago an order may have been sent that is to be canceled. */
const DAY_MS = 86_400_000

/** Cancels one order: looked up by our id, canceled by Coinbase's, and looked at again, as the cancel is only a request. */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const asked: OrderRef = { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() - DAY_MS }
  const before = await lookup(desk, call, asked)
  if (before.kind === 'unknown') return { kind: 'unknown', reason: before.reason }
  if (before.kind === 'absent' || before.order.state !== 'open') return { kind: 'not_open' }
  const answer = await desk.ask(call, desk.host('coinbase'), { method: 'POST', path: `${API}/orders/batch_cancel`, body: { order_ids: [before.order.exchangeOrderId] } })
  if (answer.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(answer, desk.manner.wording) }
  const after = await lookup(desk, call, asked)
  // Refused, and ended by itself meanwhile: it is not open any more, and its end was no cancel of ours.
  const taken = member(list(member(answer.body, 'results'))?.[0], 'success') === true
  return !taken && after.kind === 'found' && after.order.state !== 'open' ? { kind: 'not_open' } : canceled(after)
}
