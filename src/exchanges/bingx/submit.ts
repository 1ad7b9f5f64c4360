import type { OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import type { Market } from '#model'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import type { Params } from '../query.ts'
import { reasonOf } from '../reading.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { hostOf, SMALL_IDS } from './manner.ts'
import { orderIn, readOrder } from './order.ts'

const PATH = { spot: '/openApi/spot/v1/trade/order', futures: '/openApi/swap/v2/trade/order' } as const satisfies Record<Market, string>

/** Sends one market order. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  // [R place order] On spot an amount of the quote currency buys, a quantity sells.
  const amount = order.side === 'buy' ? order.quoteQuantity : order.quantity
  if (call.market === 'spot' && amount === null) return notSent('rules_violated', order.side === 'buy' ? 'BingX takes market buys on spot for an amount of the quote currency only' : 'BingX takes market sales on spot of a quantity only')
  return submitOrder(desk, call, order, {
    host: hostOf(desk), request: () => ({ method: 'POST', path: PATH[call.market], params: orderParams(call.market, order) }),
    read: (body) => readOrder(orderIn(body), call.market, order.clientOrderId), meaningOf,
  })
}

/** [D swap-trade] "No actual trade is executed; used to validate signature and parameter correctness". Spot has no such thing. */
export async function testOrder(desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> {
  if (call.market === 'spot') return { done: false, ok: false, text: 'BingX rehearses orders on futures only' }
  const answer = await desk.ask(call, hostOf(desk), { method: 'POST', path: `${PATH.futures}/test`, params: orderParams('futures', order) })
  return answer.kind === 'ok' ? { done: true, ok: true, text: 'BingX would take it' } : { done: true, ok: false, text: reasonOf(answer, desk.manner.wording) }
}

/** [D swap-trade] In hedge mode the position's side replaces reduceOnly, which is not accepted there. */
function orderParams(market: Market, order: OrderInstruction): Params {
  const common = { symbol: order.symbol, side: order.side === 'buy' ? 'BUY' : 'SELL', type: 'MARKET', quantity: order.quantity ?? undefined, quoteOrderQty: order.quoteQuantity ?? undefined }
  const id = SMALL_IDS.write(order.clientOrderId)
  if (market === 'spot') return { ...common, newClientOrderId: id }
  const oneWay = order.positionSide === 'both'
  return { ...common, positionSide: order.positionSide.toUpperCase(), reduceOnly: oneWay && order.reduceOnly ? 'true' : undefined, clientOrderId: id }
}
