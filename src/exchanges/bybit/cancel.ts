import type { CancelOutcome } from '#contract'
import { canceled } from '../canceling.ts'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { lookup } from './lookup.ts'
import { CATEGORY, hostOf } from './manner.ts'

/** Cancels one order by its client id, and looks at it again, as the cancel is only a request. */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const { symbol, clientOrderId } = ref
  const asked = await desk.ask(call, hostOf(desk, call.key), {
    method: 'POST', path: '/v5/order/cancel', body: { category: CATEGORY[call.market], symbol, orderLinkId: clientOrderId },
  })
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  return canceled(await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() }))
}
