import type { OrderInstruction, SubmitOutcome, TestOutcome } from '#contract'
import { member } from '../answer.ts'
import { contractsOf } from '../contracts.ts'
import type { Desk, Stamp } from '../desk.ts'
import type { Call } from '../port.ts'
import { closes } from '../position-mode.ts'
import { reasonOf } from '../reading.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { hostOf, sizeOf } from './manner.ts'
import { readAcknowledgement } from './order.ts'
import { GOOD_FOR_MS, signedAt } from './sign.ts'

const PATH = { spot: '/api/v1/hf/orders', futures: '/api/v1/orders' } as const

/** Sends one market order. It is acknowledged only: how it ended, a look-up tells. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  const body = await bodyOf(desk, call, order)
  if (typeof body !== 'function') return body
  return submitOrder(desk, call, order, {
    host: hostOf(desk, call.market),
    request: (stamp) => ({ method: 'POST', path: PATH[call.market], body: body(stamp) }),
    read: (answer) => readAcknowledgement(member(answer, 'data'), order.clientOrderId),
    meaningOf,
  })
}

/** "After placing an order, the order will not enter the matching system, and the order cannot be queried." [D order test] */
export async function testOrder(desk: Desk, call: Call, order: OrderInstruction): Promise<TestOutcome> {
  const body = await bodyOf(desk, call, order)
  if (typeof body !== 'function') return { done: true, ok: false, text: 'text' in body ? body.text : body.kind }
  const host = hostOf(desk, call.market)
  const answer = await desk.ask(call, host, { method: 'POST', path: `${PATH[call.market]}/test`, body: body(desk.stamp(host)) })
  return answer.kind === 'ok' ? { done: true, ok: true, text: 'KuCoin would take it' } : { done: true, ok: false, text: reasonOf(answer, desk.manner.wording) }
}

/** The order's body for a stamp; or why it is not sent at all. */
async function bodyOf(desk: Desk, call: Call, order: OrderInstruction): Promise<((stamp: Stamp) => Record<string, unknown>) | SubmitOutcome> {
  const { clientOrderId: clientOid, side, symbol, quantity, quoteQuantity, positionSide } = order
  const common = { clientOid, side, symbol, type: 'market' }
  // "Equal to KC-API-TIMESTAMP"; "if clientTimestamp + allowMaxTimeWindow < Gateway received the message time, this order will fail".
  if (call.market === 'spot') {
    return (stamp) => ({ ...common, ...quantity === null ? { funds: quoteQuantity ?? '' } : { size: quantity }, clientTimestamp: signedAt(stamp), allowMaxTimeWindow: GOOD_FOR_MS })
  }
  const size = await sizeOf(desk, 'futures', symbol)
  if (size === null) return notSent('unknown_symbol', `KuCoin has no contract ${symbol}, or its list cannot be read now`)
  const contracts = quantity === null ? null : contractsOf(quantity, size)
  if (contracts === null) return notSent('rules_violated', `${quantity ?? 'a quote amount'} of ${symbol} is not a whole number of contracts of ${size}`)
  // Without a margin mode KuCoin takes isolated margin. In hedge mode the side of the position says what closes; as ccxt does, a close says so besides.
  const held = { ...positionSide === 'both' ? {} : { positionSide: positionSide.toUpperCase() }, ...closes(order) ? { reduceOnly: true } : {} }
  return () => ({ ...common, size: Number(contracts), marginMode: 'CROSS', ...held })
}
