import type { OrderInstruction, SubmitOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { hostOf, IDS, OPERATOR } from './manner.ts'
import { readOrder } from './order.ts'

/** Sends one market order; it is answered with its fills. [C] "For market orders, you need to set either amount or amountQuote." */
export const submit = (desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> => {
  const { symbol, side, quantity, quoteQuantity, clientOrderId } = order
  const size = quantity === null ? { amountQuote: quoteQuantity } : { amount: quantity }
  const body = { market: symbol, side, orderType: 'market', ...size, clientOrderId: IDS.write(clientOrderId), operatorId: OPERATOR }
  return submitOrder(desk, call, order, { host: hostOf(desk), request: () => ({ method: 'POST', path: '/v2/order', body }), read: (answer) => readOrder(answer, clientOrderId), meaningOf })
}
