import type { CancelOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { CANCEL_REJECTED, NO_SUCH_ORDER } from './errors.ts'
import { hostOf } from './manner.ts'
import { readOrder } from './order.ts'

const PATH = { spot: '/api/v3/order', futures: '/fapi/v1/order' } as const
/** On spot `clientOrderId` of the answer names the cancel itself. [rest-api.md, "Cancel order"] */
const ID_FIELD = { spot: 'origClientOrderId', futures: 'clientOrderId' } as const

/** Cancels one order by its client id. Canceling twice does no harm, so no care is taken beyond reading the answer. */
export async function cancel(desk: Desk, call: Call, order: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const answer = await desk.ask(call, hostOf(desk, call.market), {
    method: 'DELETE', path: PATH[call.market], params: { symbol: order.symbol, origClientOrderId: order.clientOrderId },
  })
  if (answer.kind === 'none') return { kind: 'unknown', reason: answer.text }
  if (answer.kind === 'refused') {
    if (answer.code === CANCEL_REJECTED || answer.code === NO_SUCH_ORDER) return { kind: 'not_open' }
    return { kind: 'unknown', reason: reasonOf(answer, desk.manner.wording) }
  }
  const read = readOrder(answer.body, call.market, order.clientOrderId, ID_FIELD[call.market])
  if (typeof read === 'string') return { kind: 'unknown', reason: read }
  return { kind: 'canceled', order: read }
}
