import type { OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import type { Market } from '#model'
import { member } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { closes } from '../position-mode.ts'
import { reasonOf } from '../reading.ts'
import { submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { CATEGORY, hostOf } from './manner.ts'
import { readAcknowledgement } from './order.ts'

/** Sends one market order. It is acknowledged only: how it ended, a look-up tells. */
export function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  return submitOrder(desk, call, order, {
    host: hostOf(desk, call.key),
    request: () => ({ method: 'POST', path: '/v5/order/create', body: orderBody(call.market, order) }),
    read: (body) => readAcknowledgement(member(body, 'result'), order.clientOrderId),
    meaningOf,
  })
}

/** What the margin would be after it, which needs it to be a good one. [D order/pre-check-order] Spot has no such thing. */
export async function testOrder(desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> {
  if (call.market === 'spot') return { done: false, ok: false, text: 'Bybit rehearses orders on futures only' }
  const answer = await desk.ask(call, hostOf(desk, call.key), { method: 'POST', path: '/v5/order/pre-check', body: orderBody(call.market, order) })
  return answer.kind === 'ok' ? { done: true, ok: true, text: 'Bybit would take it' } : { done: true, ok: false, text: reasonOf(answer, desk.manner.wording) }
}

const INDEX = { both: 0, long: 1, short: 2 } as const

/** [D order/create-order] */
function orderBody(market: Market, order: OrderInstruction): Record<string, unknown> {
  const common = {
    category: CATEGORY[market], symbol: order.symbol, side: order.side === 'buy' ? 'Buy' : 'Sell', orderType: 'Market',
    qty: order.quantity ?? order.quoteQuantity, orderLinkId: order.clientOrderId,
  }
  if (market === 'spot') return { ...common, marketUnit: order.quantity === null ? 'quoteCoin' : 'baseCoin', isLeverage: 0 }
  // "You must specify it as true when you are about to close/reduce the position", in hedge mode too, where we are told
  // by the side of the position.
  return { ...common, positionIdx: INDEX[order.positionSide], reduceOnly: closes(order) }
}
