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
  return {
    symbol: order.symbol,
    qty: order.quantity ?? undefined,
    notional: order.quoteQuantity ?? undefined,
    side: order.side,
    type: 'market',
    time_in_force: isCrypto(order.symbol) ? 'gtc' : 'day',
    client_order_id: order.clientOrderId,
  }
}
