import type { CancelOutcome } from '#contract'
import type { Desk } from '../desk.ts'
import type { Call, OrderRef } from '../port.ts'
import { reasonOf } from '../reading.ts'
import { isNotOpen } from './errors.ts'
import { hostOf, IDS, named, ROOT } from './manner.ts'
import { readOrder } from './order.ts'

/** Cancels one order by our id. The answer is the order as it ended. */
export async function cancel(desk: Desk, call: Call, { symbol, clientOrderId }: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome> {
  const { market } = call
  const size = market === 'spot' ? null : await desk.contracts.futures.known(symbol)
  if (market === 'futures' && size === null) return { kind: 'unknown', reason: `Gate's list of contracts does not have ${symbol}, or cannot be had now` }
  const asked = await desk.ask(call, hostOf(desk), {
    method: 'DELETE', path: `${ROOT[market]}/orders/${IDS.write(clientOrderId)}`, params: market === 'spot' ? named(market, symbol) : {},
  })
  if (asked.kind === 'refused' && isNotOpen(asked.code)) return { kind: 'not_open' }
  if (asked.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asked, desk.manner.wording) }
  const order = readOrder(asked.body, size, clientOrderId)
  if (typeof order === 'string') return { kind: 'unknown', reason: order }
  return order.state === 'open' ? { kind: 'unknown', reason: 'the cancel was taken and is not carried out yet' } : { kind: 'canceled', order }
}
