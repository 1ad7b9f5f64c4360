import type { OrderInstruction, SubmitOutcome } from '#contract'
import { parseJson } from '../answer.ts'
import { pauseOf } from '../http.ts'
import type { Hold } from '../limits.ts'
import type { Call } from '../port.ts'
import { notSentOutcome, rateLimited, refusalText, type Answered } from '../reading.ts'
import { WORDING, type Alpaca } from './ask.ts'
import { refusalOf } from './errors.ts'
import { isCrypto, readOrder } from './order.ts'
import { signed } from './sign.ts'

const ANSWER_GRACE_MS = 500

/** Sends one market order. Alpaca knows no deadline of a request; ours holds on this side of the wire only. */
export async function submit(alpaca: Alpaca, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  if (alpaca.clock.now() >= order.notAfter) return { kind: 'not_sent', code: 'deadline', text: 'its deadline passed before it was signed', retryAfterMs: null }
  if (call.caller.gone) return { kind: 'not_sent', code: 'dropped', text: 'nobody waits for it any more', retryAfterMs: null }
  const wire = signed(alpaca.live, 'POST', '/v2/orders', {}, call.key, orderBody(order))
  const reply = await alpaca.http.send(alpaca.live, wire, { startBy: order.notAfter, deadline: order.notAfter + ANSWER_GRACE_MS, caller: call.caller })
  if (reply.kind === 'not_sent') return notSentOutcome(reply)
  if (reply.kind === 'lost') return { kind: 'unknown', reason: reply.text, sentAt: reply.sentAt }
  return outcomeOf(reply, call, order, pauseOf(alpaca.live, call.caller, alpaca.clock.now()))
}

/**
 * Crypto takes gtc or ioc; fractions and amounts of stocks only day. [D crypto/orders.md, fractional trading] What a
 * market order leaves open is canceled by whoever sent it.
 */
export function orderBody(order: OrderInstruction): string {
  return JSON.stringify({
    symbol: order.symbol,
    qty: order.quantity ?? undefined,
    notional: order.quoteQuantity ?? undefined,
    side: order.side,
    type: 'market',
    time_in_force: isCrypto(order.symbol) ? 'gtc' : 'day',
    client_order_id: order.clientOrderId,
  })
}

function outcomeOf(reply: Answered, call: Call, order: OrderInstruction, pause: Hold | null): SubmitOutcome {
  const { sentAt, answeredAt } = reply
  const unknown = (reason: string): SubmitOutcome => ({ kind: 'unknown', reason, sentAt })
  const body = parseJson(reply.text)
  if (reply.status === 200) {
    const read = readOrder(body, order.clientOrderId)
    return typeof read === 'string' ? unknown(read) : { kind: 'accepted', order: read, sentAt, answeredAt }
  }
  const { code, text } = refusalText(body, reply, call.key, WORDING)
  if (reply.status < 400 || reply.status >= 500) return unknown(`HTTP ${reply.status}: ${text}`)
  if (reply.status === 429 || (code !== null && WORDING.isPause(code))) {
    return rateLimited(text, pause)
  }
  const refusal = refusalOf(reply.status, code, text)
  if (refusal === null) return unknown(`an answer that proves nothing: HTTP ${reply.status}, ${code ?? 'no code'}: ${text}`)
  if (refusal === 'exists') return unknown(`Alpaca says that an order with this id exists: ${text}`)
  return { kind: 'rejected', code: refusal.code, text: `${text} (${code ?? reply.status})`, stale: refusal.stale, sentAt, answeredAt }
}
