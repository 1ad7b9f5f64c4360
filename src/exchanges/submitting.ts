import type { ExchangeOrder, OrderInstruction, SubmitOutcome } from '#contract'
import { parseJson } from './answer.ts'
import type { Desk, Request, Stamp } from './desk.ts'
import type { Host } from './host.ts'
import { pauseOf } from './http.ts'
import type { Call } from './port.ts'
import { notSentOutcome, rateLimited, refusalText, type Answered } from './reading.ts'
import { refusalOfStatus, type Code, type Meaning } from './refusal.ts'

/** How an exchange takes an order. */
export interface Submission {
  readonly host: Host
  /** The order's request. `stamp.at + stamp.windowMs` is no later than `notAfter` on the exchange's clock. */
  request(stamp: Stamp): Request
  /** The accepted order in a good answer, or what is wrong with it (then the outcome is unknown). */
  read(body: unknown): ExchangeOrder | string
  meaningOf(code: Code | null, text: string, status: number): Meaning
}

/** An answer to a request that arrived in time comes within that; later it is looked up. */
const ANSWER_GRACE_MS = 500

/**
 * Sends one order once. A refused clock proves that nothing was carried out: then the clocks are compared, and the same
 * order, with the same id, is sent once more if there is time. If there is none, it was most likely late and not wrong: as
 * good as not sent, so that a request which a slow line held up does not end its signal. Everything that is not a clear
 * answer is unknown.
 */
export async function submitOrder(desk: Desk, call: Call, order: OrderInstruction, how: Submission): Promise<SubmitOutcome> {
  // Asked for only where an answer's date says that a clock was set: its deadline would mean another instant there.
  if (how.host.isClockInDoubt) await desk.compareClocks(how.host, Math.max(order.notAfter - desk.clock.now(), 0))
  const first = await sendOnce(desk, call, order, how)
  if (first.kind !== 'rejected' || first.code !== 'clock_skew') return first
  const left = order.notAfter - desk.clock.now()
  if (left <= 0 || !await desk.compareClocks(how.host, left)) return notSent('too_late', first.text)
  return sendOnce(desk, call, order, how)
}

/** An order that is refused here, before anything is signed. */
export const notSent = (code: string, text: string): SubmitOutcome & { readonly kind: 'not_sent' } => ({ kind: 'not_sent', code, text, retryAfterMs: null })

async function sendOnce(desk: Desk, call: Call, order: OrderInstruction, how: Submission): Promise<SubmitOutcome> {
  const { host } = how
  const left = Math.floor(order.notAfter - desk.clock.now())
  if (left < 1) return notSent('deadline', 'its deadline passed before it was signed')
  if (call.caller.gone) return notSent('dropped', 'nobody waits for it any more')
  // The stamp and `left` are both rounded down, so their sum is never beyond notAfter.
  const stamp = desk.stamp(host, Math.min(left, desk.manner.windowMs))
  const wire = desk.sign(host, how.request(stamp), call.key, stamp)
  const reply = await desk.http.send(host, wire, { startBy: order.notAfter, deadline: order.notAfter + ANSWER_GRACE_MS, caller: call.caller })
  if (reply.kind === 'not_sent') return notSentOutcome(reply)
  if (reply.kind === 'lost') return { kind: 'unknown', reason: reply.text, sentAt: reply.sentAt }
  return outcomeOf(desk, call, how, reply)
}

function outcomeOf(desk: Desk, call: Call, how: Submission, reply: Answered): SubmitOutcome {
  const { sentAt, answeredAt } = reply
  const { wording } = desk.manner
  const unknown = (reason: string): SubmitOutcome => ({ kind: 'unknown', reason, sentAt })
  const body = parseJson(reply.text)
  const good = reply.status === 200 || reply.status === 201
  const refuses = good && body !== undefined && wording.isRefusal?.(body) === true
  if (good && !refuses) {
    const read = how.read(body)
    return typeof read === 'string' ? unknown(read) : { kind: 'accepted', order: read, sentAt, answeredAt }
  }
  const { code, text } = refusalText(body, reply, call.key, wording)
  if (!refuses && (reply.status < 400 || reply.status >= 500)) return unknown(`HTTP ${reply.status}: ${text}`)
  const pause = pauseOf(how.host, call.caller, desk.clock.now())
  const own = reply.status === 429 || reply.status === 418 || (code !== null && wording.isPause(code)) ? 'paused' : how.meaningOf(code, text, reply.status)
  // Some ban an address with a status that elsewhere is a refusal; the host knows it from the same answer.
  const meaning = own ?? (pause === null ? refusalOfStatus(reply.status) : 'paused')
  if (meaning === 'paused') return rateLimited(text, pause)
  if (meaning === null) return unknown(`an answer that proves nothing (it is not known here): HTTP ${reply.status}, ${code ?? 'no code'}: ${text}`)
  if (meaning === 'exists') return unknown(`${wording.name} says that an order with this id exists: ${text}`)
  const skewed = own !== null && code !== null && desk.manner.isClockSkew(code)
  const passes = meaning.passing === true ? { passing: true } as const : {}
  return { kind: 'rejected', code: skewed ? 'clock_skew' : meaning.code, text: `${text} (${code ?? reply.status})`, stale: meaning.stale, ...passes, sentAt, answeredAt }
}
