import type { OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import { list, member } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { API } from './manner.ts'
import { readAcknowledgement } from './order.ts'

/** A token ends at a whole second, no later than the deadline: with less than that it could have ended before it arrives. */
const LEAST_DEADLINE_MS = 1500

/** Sends one market order. It is acknowledged only: how it ended, a look-up tells. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  if (order.notAfter - desk.clock.now() < LEAST_DEADLINE_MS) return notSent('deadline', 'a request to Coinbase counts to the second, and its deadline is too close for that')
  const outcome = await submitOrder(desk, call, order, {
    host: desk.host('coinbase'),
    request: () => ({ method: 'POST', path: `${API}/orders`, body: { client_order_id: order.clientOrderId, ...orderBody(order) } }),
    read: (body) => readAcknowledgement(member(body, 'success_response'), order.clientOrderId),
    meaningOf,
  })
  // The clocks were compared, and it was no matter of them.
  return outcome.kind === 'rejected' && outcome.code === 'clock_skew' ? { ...outcome, code: 'credentials_rejected' } : outcome
}

/** "Preview an order": what it would cost, or why it could not be made. [D preview-orders] */
export async function testOrder(desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> {
  const answer = await desk.ask(call, desk.host('coinbase'), { method: 'POST', path: `${API}/orders/preview`, body: orderBody(order) })
  if (answer.kind !== 'ok') return { done: true, ok: false, text: reasonOf(answer, desk.manner.wording) }
  const errors = list(member(answer.body, 'errs'))
  if (errors === null) return { done: true, ok: false, text: 'Coinbase answered nothing that could be read' }
  return errors.length === 0 ? { done: true, ok: true, text: 'Coinbase would take it' } : { done: true, ok: false, text: `Coinbase would not take it: ${errors.map(String).join(', ').slice(0, 200)}` }
}

/** [D create-order] */
function orderBody(order: OrderInstruction): Record<string, unknown> {
  const size = order.quantity === null ? { quote_size: order.quoteQuantity } : { base_size: order.quantity }
  return { product_id: order.symbol, side: order.side.toUpperCase(), order_configuration: { market_market_ioc: size } }
}
