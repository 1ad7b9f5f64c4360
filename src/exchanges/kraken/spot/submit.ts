import { iso } from '#clock'
import type { ExchangeOrder, OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import { list, member, word } from '../../answer.ts'
import type { Desk, Stamp } from '../../desk.ts'
import type { Call } from '../../port.ts'
import type { Params } from '../../query.ts'
import { reasonOf } from '../../reading.ts'
import { notSent, submitOrder } from '../../submitting.ts'
import { meaningOf } from '../errors.ts'
import { askSpot } from '../manner.ts'

/** [D add-order] deadline: "min now() + 2 seconds". */
const LEAST_DEADLINE_MS = 2000

/** Sends one market order. It is acknowledged only: how it ended, a look-up tells. */
export async function submitSpot(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  if (order.notAfter - desk.clock.now() < LEAST_DEADLINE_MS) return notSent('deadline', 'Kraken takes no deadline that is closer than two seconds')
  return submitOrder(desk, call, order, {
    host: desk.host('kraken'),
    request: (stamp) => ({ method: 'POST', path: '/0/private/AddOrder', params: orderParams(order, stamp) }),
    read: (body) => readAcknowledgement(member(body, 'result'), order.clientOrderId),
    meaningOf,
  })
}

/** "If set to true the order will be validated only, it will not trade in the matching engine." [D add-order] */
export async function testSpot(desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> {
  const answer = await askSpot(desk, call, 'AddOrder', { ...orderParams(order, desk.stamp(desk.host('kraken'))), validate: 'true' })
  return answer.kind === 'ok' ? { done: true, ok: true, text: 'Kraken would take it' } : { done: true, ok: false, text: reasonOf(answer, desk.manner.wording) }
}

/** Fees in quote (`fciq`), so that what was bought is what there is; `viqc`: the volume is an amount, for market buys. [D add-order] */
function orderParams(order: OrderInstruction, { at, windowMs }: Stamp): Params {
  return {
    ordertype: 'market', type: order.side, volume: order.quantity ?? order.quoteQuantity ?? undefined, pair: order.symbol,
    oflags: order.quantity === null ? 'fciq,viqc' : 'fciq', cl_ord_id: order.clientOrderId, deadline: iso(at + windowMs),
  }
}

/** `{"txid": ["OUF4EM-FRGI2-MQMWZD"]}`; our id is compared where it is echoed. */
function readAcknowledgement(result: unknown, clientOrderId: string): ExchangeOrder | string {
  const [exchangeOrderId, echoed] = [list(member(result, 'txid'))?.[0], word(result, 'cl_ord_id')]
  if (typeof exchangeOrderId !== 'string' || exchangeOrderId === '') return 'the answer names no order id'
  if (echoed !== null && echoed !== clientOrderId) return 'the answer is about another order'
  return { exchangeOrderId, clientOrderId, state: 'open', filled: '0', averagePrice: null, fills: null }
}
