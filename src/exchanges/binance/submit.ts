import type { OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import type { Market } from '#model'
import type { Desk, Request } from '../desk.ts'
import type { Call } from '../port.ts'
import type { Params } from '../query.ts'
import { reasonOf } from '../reading.ts'
import { submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { hostOf } from './manner.ts'
import { readOrder } from './order.ts'

const PATH = { spot: '/api/v3/order', futures: '/fapi/v1/order' } as const

/** Sends one market order: `timestamp + recvWindow` is `notAfter` on the exchange's clock, and later it is refused there. */
export function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  return submitOrder(desk, call, order, {
    host: hostOf(desk, call.market),
    request: () => requestOf(call.market, order),
    read: (body) => readOrder(body, call.market, order.clientOrderId),
    meaningOf,
  })
}

/** The exchange's own rehearsal: "Test new order creation … but does not send it into the matching engine". [rest-api.md] */
export async function testOrder(desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> {
  const { path, ...rest } = requestOf(call.market, order)
  const answer = await desk.ask(call, hostOf(desk, call.market), { ...rest, path: `${path}/test` })
  return answer.kind === 'ok' ? { done: true, ok: true, text: 'Binance would take it' } : { done: true, ok: false, text: reasonOf(answer, desk.manner.wording) }
}

const requestOf = (market: Market, order: OrderInstruction): Request => ({ method: 'POST', path: PATH[market], params: orderParams(market, order) })

/**
 * The order's parameters. Hedge mode: the position's side replaces reduceOnly, which cannot be sent there. [new-order of
 * USDⓈ-M Futures] Spot answers with its fills (FULL), futures with the end of a market order (RESULT).
 */
function orderParams(market: Market, order: OrderInstruction): Params {
  const hedged = market === 'futures' && order.positionSide !== 'both'
  return {
    symbol: order.symbol,
    side: order.side === 'buy' ? 'BUY' : 'SELL',
    positionSide: hedged ? order.positionSide.toUpperCase() : undefined,
    type: 'MARKET',
    quantity: order.quantity ?? undefined,
    quoteOrderQty: order.quoteQuantity ?? undefined,
    reduceOnly: market === 'futures' && order.reduceOnly && !hedged ? 'true' : undefined,
    newClientOrderId: order.clientOrderId,
    newOrderRespType: market === 'spot' ? 'FULL' : 'RESULT',
  }
}
