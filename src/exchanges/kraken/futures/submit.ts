import { iso } from '#clock'
import type { ExchangeOrder, OrderInstruction, SubmitOutcome } from '#contract'
import { list, member, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import type { Call } from '../../port.ts'
import { notSent, submitOrder } from '../../submitting.ts'
import { meaningOf } from '../errors.ts'
import { FUTURES_HOST } from '../sign.ts'

/** Sends one market order ("immediate-or-cancel with 1% price protection"). How it ended, a look-up tells. */
export async function submitFutures(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  if (order.positionSide !== 'both') return notSent('position_mode_differs', 'Kraken nets the positions of a contract: there are no two sides')
  if (order.quantity === null) return notSent('invalid_order', 'Kraken counts futures in base only')
  return submitOrder(desk, call, order, {
    host: desk.host(FUTURES_HOST),
    request: ({ at, windowMs }) => ({
      method: 'POST', path: '/derivatives/api/v3/sendorder',
      params: {
        orderType: 'mkt', symbol: order.symbol, side: order.side, size: order.quantity ?? undefined, cliOrdId: order.clientOrderId,
        reduceOnly: order.reduceOnly ? 'true' : undefined, processBefore: iso(at + windowMs),
      },
    }),
    read: (body) => readAcknowledgement(member(body, 'sendStatus'), order.clientOrderId),
    meaningOf,
  })
}

/** Our id is compared where it is echoed: beside the status, or in the order of its events. */
function readAcknowledgement(sent: unknown, clientOrderId: string): ExchangeOrder | string {
  const exchangeOrderId = word(sent, 'order_id')
  const echoed = [word(sent, 'cliOrdId'), ...(list(member(sent, 'orderEvents')) ?? []).map((event) => word(member(event, 'order') ?? member(event, 'orderPriorExecution'), 'cliOrdId'))]
  if (echoed.some((each) => each !== null && each !== clientOrderId)) return 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  return { exchangeOrderId, clientOrderId, state: 'open', filled: '0', averagePrice: null, fills: null }
}
