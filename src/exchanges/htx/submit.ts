import type { OrderInstruction, SubmitOutcome } from '#contract'
import { contractsOf } from '../contracts.ts'
import type { Desk, Request } from '../desk.ts'
import type { Call } from '../port.ts'
import { unlessModeFits } from '../position-mode.ts'
import { reasonOf } from '../reading.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { MODE, modeOf, spotAccountOf } from './account.ts'
import { meaningOf } from './errors.ts'
import { hostOf, idsOf } from './manner.ts'
import { readAcknowledgement } from './order.ts'

/** Sends one market order. Its answer is a number: how it ended, a look-up tells. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  const request = call.market === 'spot' ? await spotRequest(desk, call, order) : await futuresRequest(desk, call, order)
  if ('kind' in request) return request
  return submitOrder(desk, call, order, {
    host: hostOf(desk, call.market), request: () => request, read: (body) => readAcknowledgement(body, order.clientOrderId, call.market === 'spot'), meaningOf,
  })
}

/** [S place a new order] `amount` of a market buy is what is paid, of a market sale what is sold. */
async function spotRequest(desk: Desk, call: Call, { symbol, side, quantity, quoteQuantity, clientOrderId }: OrderInstruction): Promise<Request | SubmitOutcome> {
  const amount = side === 'buy' ? quoteQuantity : quantity
  if (amount === null) return notSent('rules_violated', side === 'buy' ? 'HTX takes market buys for an amount of the quote currency only' : 'HTX takes market sales of a quantity only')
  const number = await spotAccountOf(desk, call)
  if (number === null) return notSent('account_restricted', 'The key\'s account at HTX has no spot account')
  if (typeof number !== 'string') {
    const code = number.kind === 'none' ? number.problem : desk.manner.wording.problemOf(number.code, number.status)
    return { kind: 'not_sent', code, text: `The number of the spot account cannot be had now. ${reasonOf(number, desk.manner.wording)}`, retryAfterMs: number.kind === 'none' ? number.retryAfterMs : null }
  }
  return {
    method: 'POST', path: '/v1/order/orders/place',
    body: { 'account-id': number, symbol, type: `${side}-market`, amount, 'client-order-id': idsOf('spot').write(clientOrderId) },
  }
}

async function futuresRequest(desk: Desk, call: Call, order: OrderInstruction): Promise<Request | SubmitOutcome> {
  const size = await desk.contracts.futures.known(order.symbol)
  if (size === null) return notSent('unknown_symbol', `HTX has no contract ${order.symbol}, or its list cannot be had now`)
  const contracts = order.quantity === null ? null : contractsOf(order.quantity, size)
  if (contracts === null) return notSent('rules_violated', `The quantity is not a whole number of contracts of ${size}`)
  // What an account in the other mode makes of `position_side`, and of `reduce_only`, is not documented: every close is asked for, and
  // every order of hedge mode. An opening of one-way mode is the same in both readings.
  const unfit = order.positionSide === 'both' && !order.reduceOnly ? null
    : await unlessModeFits(desk, call, order, { host: hostOf(desk, 'futures'), request: { method: 'GET', path: MODE }, read: modeOf })
  if (unfit !== null) return unfit
  return {
    method: 'POST', path: '/v5/trade/order',
    body: {
      contract_code: order.symbol, margin_mode: 'cross', position_side: order.positionSide, side: order.side, type: 'market', volume: contracts,
      // "in hedge mode it is invalid": there the side of the position says what closes.
      ...order.positionSide === 'both' ? { reduce_only: order.reduceOnly ? 1 : 0 } : {}, client_order_id: idsOf('futures').write(order.clientOrderId),
    },
  }
}
