import type { CancelOutcome } from '#contract'
import { canceled } from '../canceling.ts'
import type { Desk, Request } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { lookup } from './lookup.ts'
import { hostOf, SMALL_IDS } from './manner.ts'

/** Cancels one order by our id, and looks at it again: the answer of contracts shows it as it was before. [N CancelOrder] */
export async function cancel(desk: Desk, call: Call, ref: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const { symbol } = ref
  const id = SMALL_IDS.write(ref.clientOrderId)
  const request: Request = call.market === 'spot' ? { method: 'POST', path: '/openApi/spot/v1/trade/cancel', params: { symbol, clientOrderID: id } }
    : { method: 'DELETE', path: '/openApi/swap/v2/trade/order', params: { symbol, clientOrderId: id } }
  const asked = await desk.ask(call, hostOf(desk), request)
  if (asked.kind === 'refused' && isNotOpen(asked.code, asked.text)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  return canceled(await lookup(desk, call, { ...ref, exchangeOrderId: null, sentAt: desk.clock.now() }))
}
