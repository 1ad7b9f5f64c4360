import type { OrderInstruction, SubmitOutcome } from '#contract'
import { contractsOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { hostOf, rowOf, sizeOf } from './manner.ts'
import { readAcknowledgement } from './order.ts'

/** As fine as OKX counts contracts anywhere; whether it fits the symbol's lot, OKX says. */
const FINEST = '0.00000001'

/** Sends one market order. It is acknowledged only: how it ended, a look-up tells. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  const body = call.market === 'spot' ? spotBody(order) : await futuresBody(desk, order)
  if ('kind' in body) return body
  return submitOrder(desk, call, order, {
    host: hostOf(desk, call.key),
    // "Request effective deadline", of this request alone. [D transaction timeouts]
    request: ({ at, windowMs }) => ({ method: 'POST', path: '/api/v5/trade/order', body: { ...body }, headers: ['exptime', String(at + windowMs)] }),
    read: (answer) => readAcknowledgement(rowOf(answer), order.clientOrderId),
    meaningOf,
  })
}

interface Body {
  readonly instId: string; readonly tdMode: 'cash' | 'cross'; readonly clOrdId: string; readonly side: string; readonly ordType: 'market'; readonly sz: string
  readonly tgtCcy?: string; readonly banAmend?: true; readonly posSide?: string; readonly reduceOnly?: boolean
}

/** Without `banAmend` OKX makes an order smaller that the account cannot pay, and says nothing. [D place order] */
function spotBody(order: OrderInstruction): Body {
  const byQuote = order.quantity === null
  return {
    instId: order.symbol, tdMode: 'cash', clOrdId: order.clientOrderId, side: order.side, ordType: 'market', sz: order.quantity ?? order.quoteQuantity ?? '',
    tgtCcy: byQuote ? 'quote_ccy' : 'base_ccy', banAmend: true,
  }
}

/** Contracts, on cross margin. In hedge mode the side of the position says what closes: `reduceOnly` is of one-way mode. [D place order] */
async function futuresBody(desk: Desk, order: OrderInstruction): Promise<Body | SubmitOutcome> {
  const size = await sizeOf(desk, 'futures', order.symbol)
  if (size === null) return notSent('unknown_symbol', `OKX has no contract ${order.symbol}, or its list cannot be read now`)
  const contracts = order.quantity === null ? null : contractsOf(order.quantity, size, FINEST)
  if (contracts === null) return notSent('rules_violated', `${order.quantity ?? 'a quote amount'} of ${order.symbol} cannot be counted in contracts of ${size}`)
  return {
    instId: order.symbol, tdMode: 'cross', clOrdId: order.clientOrderId, side: order.side, ordType: 'market', sz: contracts,
    ...order.positionSide === 'both' ? { reduceOnly: order.reduceOnly } : { posSide: order.positionSide },
  }
}
