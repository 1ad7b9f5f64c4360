import type { OrderInstruction, SubmitOutcome } from '#contract'
import { contractsOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { closes, unlessModeFits } from '../position-mode.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { modeOf } from './account.ts'
import { meaningOf } from './errors.ts'
import { hostOf, IDS, ROOT } from './manner.ts'
import { readOrder } from './order.ts'

/** Sends one market order. Gate answers when it was matched (`action_mode` FULL, the usual one); its fills are asked for later. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  if (call.market === 'spot') {
    const amount = order.side === 'buy' ? order.quoteQuantity : order.quantity
    // [D create order: amount] market orders: quote for buys, base for sales.
    if (amount === null) return notSent('rules_violated', order.side === 'buy' ? 'Gate takes market buys for an amount of the quote currency only' : 'Gate takes market sales of a quantity only')
    return send(desk, call, order, null, { currency_pair: order.symbol, type: 'market', account: 'spot', side: order.side, amount, time_in_force: 'ioc', text: IDS.write(order.clientOrderId) })
  }
  const size = await desk.contracts.futures.known(order.symbol)
  if (size === null) return notSent('unknown_symbol', `Gate has no contract ${order.symbol}, or its list cannot be had now`)
  const contracts = order.quantity === null ? null : contractsOf(order.quantity, size)
  if (contracts === null) return notSent('rules_violated', `The quantity is not a whole number of contracts of ${size}`)
  // In hedge mode `reduce_only` tells a close of one side from an opening of the other, so a close is written alike in both modes and never
  // opens. An opening is written alike as well, and in one-way mode it would close what another bot holds. [D create futures order]
  const closing = closes(order)
  const unfit = closing || order.positionSide === 'both' ? null
    : await unlessModeFits(desk, call, order, { host: hostOf(desk), request: { method: 'GET', path: `${ROOT.futures}/accounts` }, read: modeOf })
  if (unfit !== null) return unfit
  return send(desk, call, order, size, {
    contract: order.symbol, size: order.side === 'buy' ? Number(contracts) : -Number(contracts), price: '0', tif: 'ioc', reduce_only: closing, text: IDS.write(order.clientOrderId),
  })
}

const send = (desk: Desk, call: Call, order: OrderInstruction, size: string | null, body: Readonly<Record<string, unknown>>): Promise<SubmitOutcome> =>
  submitOrder(desk, call, order, {
    host: hostOf(desk),
    request: ({ at, windowMs }) => ({ method: 'POST', path: `${ROOT[call.market]}/orders`, body, headers: ['x-gate-exptime', String(at + windowMs)] }),
    read: (answer) => readOrder(answer, size, order.clientOrderId),
    meaningOf,
  })
