import type { CancelOutcome } from '#contract'
import { canceled } from '../canceling.ts'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { lookup } from './lookup.ts'
import { hostOf, IDS, OPERATOR } from './manner.ts'

/** Cancels one order by our id, and looks at it again: the answer names it and nothing else. */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const params = { market: ref.symbol, clientOrderId: IDS.write(ref.clientOrderId), operatorId: OPERATOR }
  const asked = await desk.ask(call, hostOf(desk), { method: 'DELETE', path: '/v2/order', params })
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  return canceled(await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() }))
}
