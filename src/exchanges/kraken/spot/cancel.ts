import type { CancelOutcome } from '#contract'
import { canceled } from '../../canceling.ts'
import type { Desk } from '../../desk.ts'
import type { Call, OrderRef } from '../../port.ts'
import { reasonOf } from '../../reading.ts'
import { isNotOpen } from '../errors.ts'
import { askSpot } from '../manner.ts'
import { lookup } from './lookup.ts'

/** Cancels one order by its client id, and looks at it again. */
export async function cancelSpot(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const asked = await askSpot(desk, call, 'CancelOrder', { cl_ord_id: ref.clientOrderId })
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  return canceled(await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() }))
}
