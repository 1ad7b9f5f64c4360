import type { OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import { contractsOf } from '../contracts.ts'
import type { Desk, Request } from '../desk.ts'
import type { Call } from '../port.ts'
import { closes } from '../position-mode.ts'
import { reasonOf } from '../reading.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { hostOf, PRIVATE } from './manner.ts'
import { readAcknowledgement } from './order.ts'

/** Sends one market order. Its answer is a number: how it ended, a look-up tells. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  const request = call.market === 'spot' ? spotRequest(order, '/api/v3/order') : await futuresRequest(desk, order)
  if ('kind' in request) return request
  return submitOrder(desk, call, order, {
    host: hostOf(desk), request: () => request, read: (body) => readAcknowledgement(body, order.clientOrderId, order.symbol), meaningOf,
  })
}

/** [S test new order] "validates a new order but does not send it into the matching engine". Futures have no such thing. */
export async function testOrder(desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> {
  if (call.market === 'futures') return { done: false, ok: false, text: 'MEXC rehearses orders on spot only' }
  const request = spotRequest(order, '/api/v3/order/test')
  if ('kind' in request) return { done: false, ok: false, text: request.kind === 'not_sent' ? request.text : request.kind }
  const answer = await desk.ask(call, hostOf(desk), request)
  return answer.kind === 'ok' ? { done: true, ok: true, text: 'MEXC would take it' } : { done: true, ok: false, text: reasonOf(answer, desk.manner.wording) }
}

/** [S new order] Market orders: a quote amount buys, a quantity sells. */
function spotRequest({ symbol, side, quantity, quoteQuantity, clientOrderId }: OrderInstruction, path: string): Request | SubmitOutcome {
  if (side === 'buy' && quoteQuantity === null) return notSent('rules_violated', 'MEXC takes market buys for an amount of the quote currency only')
  if (side === 'sell' && quantity === null) return notSent('rules_violated', 'MEXC takes market sales of a quantity only')
  const size = side === 'buy' ? { quoteOrderQty: quoteQuantity ?? undefined } : { quantity: quantity ?? undefined }
  return { method: 'POST', path, params: { symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: 'MARKET', ...size, newClientOrderId: clientOrderId } }
}

/** [F place order: side] */
const SIDES = { open: { buy: 1, sell: 3 }, close: { buy: 2, sell: 4 } } as const
const [MARKET_ORDER, CROSSED] = [5, 2] as const
/** [F place order: positionMode] */
const [HEDGE, ONE_WAY] = [1, 2] as const
/** Whether a fraction of a contract may be ordered is each contract's affair (`volUnit`): here the quantity only has to be an exact number of them. */
const FINEST = '0.00000001'

async function futuresRequest(desk: Desk, order: OrderInstruction): Promise<Request | SubmitOutcome> {
  const size = await desk.contracts.futures.known(order.symbol)
  if (size === null) return notSent('unknown_symbol', `MEXC has no contract ${order.symbol}, or its list cannot be had now`)
  const contracts = order.quantity === null ? null : contractsOf(order.quantity, size, FINEST)
  if (contracts === null) return notSent('rules_violated', `The quantity is not a number of contracts of ${size}`)
  const oneWay = order.positionSide === 'both'
  const closing = closes(order)
  return {
    method: 'POST', path: `${PRIVATE}/order/create`,
    body: {
      symbol: order.symbol, vol: Number(contracts), side: SIDES[closing ? 'close' : 'open'][order.side], type: MARKET_ORDER, openType: CROSSED,
      // "two-way positions will not accept this parameter": there the side says that it closes.
      positionMode: oneWay ? ONE_WAY : HEDGE, ...oneWay ? { reduceOnly: closing } : {}, externalOid: order.clientOrderId,
    },
  }
}
