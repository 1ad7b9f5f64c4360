import type { OrderInstruction, SubmitOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { isCrypto, readOrder } from './order.ts'

/** Sends one market order. */
export function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  return submitOrder(desk, call, order, {
    host: desk.host('alpaca'),
    request: () => ({ method: 'POST', path: '/v2/orders', body: orderBody(order) }),
    read: (body) => readOrder(body, order.clientOrderId),
    meaningOf,
  })
}

/**
 * Crypto takes gtc or ioc; fractions and amounts of stocks only day. [D crypto/orders.md, fractional trading] What a
 * market order leaves open is canceled by whoever sent it.
 */
function orderBody(order: OrderInstruction): Record<string, unknown> {
  const crypto = isCrypto(order.symbol)
  return {
    symbol: order.symbol,
    qty: order.quantity ?? undefined,
    notional: order.quoteQuantity ?? undefined,
    side: order.side,
    type: 'market',
    time_in_force: crypto ? 'gtc' : 'day',
    // "You can open a short position by submitting a sell order for a security that you have no open long position with": what sells
    // here only ever closes, and says so; then Alpaca refuses it ("position intent mismatch"). Crypto cannot be sold short, and takes
    // no such field. [D orders: position_intent; docs.rs/rustrade-execution AlpacaClient; gist ttt733, "Shorting with the Alpaca API"]
    position_intent: !crypto && order.side === 'sell' ? 'sell_to_close' : undefined,
    client_order_id: order.clientOrderId,
  }
}
