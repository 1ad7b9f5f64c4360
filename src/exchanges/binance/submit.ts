import type { OrderInstruction, SubmitOutcome } from '#contract'
import type { Market } from '#model'
import { parseJson } from '../answer.ts'
import { pauseOf } from '../http.ts'
import type { Hold } from '../limits.ts'
import type { Call } from '../port.ts'
import { notSentOutcome, rateLimited, refusalText, type Answered } from '../reading.ts'
import { compareClocks, hostOf, MAX_WINDOW_MS, stampOf, WORDING, type Binance } from './ask.ts'
import { CLOCK_SKEW, refusalOf, TOO_MANY_ORDERS, TOO_MANY_REQUESTS, unknown } from './errors.ts'
import { readOrder } from './order.ts'
import { signed, type Params } from './sign.ts'

const PATH = { spot: '/api/v3/order', futures: '/fapi/v1/order' } as const
/** An answer to a request that arrived in time comes within that; later it is looked up. */
const ANSWER_GRACE_MS = 500

/**
 * Sends one market order. `timestamp + recvWindow` is `notAfter` on the exchange's clock: arriving later it is refused
 * there. A refused clock proves that nothing was executed: the clocks are compared and the same order, with the same id,
 * is sent once more if there is time. If there is none, it was most likely late and not wrong: as good as not sent, so
 * that a request which a slow line held up does not end its signal.
 */
export async function submit(binance: Binance, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  const first = await sendOnce(binance, call, order)
  if (first.kind !== 'rejected' || first.code !== 'clock_skew') return first
  const left = order.notAfter - binance.clock.now()
  if (left <= 0 || !await compareClocks(binance, hostOf(binance, call.market), left)) {
    return { kind: 'not_sent', code: 'too_late', text: first.text, retryAfterMs: null }
  }
  return sendOnce(binance, call, order)
}

async function sendOnce(binance: Binance, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  const host = hostOf(binance, call.market)
  const left = Math.floor(order.notAfter - binance.clock.now())
  if (left < 1) return { kind: 'not_sent', code: 'deadline', text: 'its deadline passed before it was signed', retryAfterMs: null }
  if (call.caller.gone) return { kind: 'not_sent', code: 'dropped', text: 'nobody waits for it any more', retryAfterMs: null }
  const timestamp = stampOf(binance, host)
  // `stampOf` and `left` are both rounded down, so their sum is never beyond notAfter.
  const wire = signed(host, 'POST', PATH[call.market], orderParams(call.market, order), call.key, { timestamp, recvWindow: Math.min(left, MAX_WINDOW_MS) })
  const reply = await binance.http.send(host, wire, { startBy: order.notAfter, deadline: order.notAfter + ANSWER_GRACE_MS, caller: call.caller })
  if (reply.kind === 'not_sent') return notSentOutcome(reply)
  if (reply.kind === 'lost') return unknown(reply.text, reply.sentAt)
  return outcomeOf(reply, call, order, pauseOf(host, call.caller, binance.clock.now()))
}

/**
 * The order's parameters. Hedge mode: the position's side replaces reduceOnly, which cannot be sent there. [new-order of
 * USDⓈ-M Futures] Spot answers with its fills (FULL), futures with the end of a market order (RESULT).
 */
export function orderParams(market: Market, order: OrderInstruction): Params {
  const hedged = market === 'futures' && order.positionSide !== 'both'
  return {
    symbol: order.symbol,
    side: order.side === 'buy' ? 'BUY' : 'SELL',
    positionSide: hedged ? order.positionSide.toUpperCase() : undefined,
    type: 'MARKET',
    quantity: order.quantity ?? undefined,
    quoteOrderQty: order.quoteQuantity ?? undefined,
    reduceOnly: market === 'futures' && order.reduceOnly && !hedged ? 'true' : undefined,
    newClientOrderId: order.clientOrderId,
    newOrderRespType: market === 'spot' ? 'FULL' : 'RESULT',
  }
}

function outcomeOf(reply: Answered, call: Call, order: OrderInstruction, pause: Hold | null): SubmitOutcome {
  const { sentAt, answeredAt } = reply
  const body = parseJson(reply.text)
  if (reply.status === 200) {
    const read = readOrder(body, call.market, order.clientOrderId)
    return typeof read === 'string' ? unknown(read, sentAt) : { kind: 'accepted', order: read, sentAt, answeredAt }
  }
  const { code, text } = refusalText(body, reply, call.key, WORDING)
  // 5xx: "execution status is UNKNOWN and could have been a success" [rest-api.md, "HTTP Return Codes"].
  if (reply.status < 400 || reply.status >= 500) return unknown(`HTTP ${reply.status}: ${text}`, sentAt)
  // 429 and 418 are documented as requests that were not taken.
  if (reply.status === 429 || reply.status === 418 || code === TOO_MANY_REQUESTS || code === TOO_MANY_ORDERS) {
    return rateLimited(text, pause)
  }
  const refusal = refusalOf(code, text)
  if (refusal === null) return unknown(`an answer that proves nothing: HTTP ${reply.status}, ${code ?? 'no code'}: ${text}`, sentAt)
  if (refusal === 'exists') return unknown(`Binance says that an order with this id exists: ${text}`, sentAt)
  return { kind: 'rejected', code: code === CLOCK_SKEW ? 'clock_skew' : refusal.code, text: `${text} (${code})`, stale: refusal.stale, sentAt, answeredAt }
}
