import type { OrderInstruction, SubmitOutcome } from '#contract'
import type { PositionMode } from '#model'
import type { Desk, Request } from './desk.ts'
import type { Host } from './host.ts'
import { pauseOf } from './http.ts'
import type { Call } from './port.ts'
import { rateLimited, reasonOf } from './reading.ts'
import { notSent } from './submitting.ts'

/**
 * Whether a futures order closes, by what it says itself: reduce-only in one-way mode, against its position's side in
 * hedge mode. The caller's word for it (`kind`) counts for nothing here.
 */
export function closes(
  { side, positionSide, reduceOnly }: Pick<OrderInstruction, 'side' | 'positionSide' | 'reduceOnly'>,
): boolean {
  return positionSide === 'both' ? reduceOnly : (positionSide === 'long') === (side === 'sell')
}

/** How an exchange is asked for the position mode, and how its answer is read; null: it did not say. */
export interface ModeQuestion {
  readonly host: Host
  readonly request: Request
  read(body: unknown): PositionMode | null
}

/** The right mode is read before the order goes out again; should it change once more, it does not go round in no time. */
const READ_ANEW_MS = 20

const NAMES = { 'one-way': 'one-way mode', hedge: 'hedge mode' } as const satisfies Record<PositionMode, string>

/**
 * For orders that an account in the other position mode would not refuse but read as something else: a close as an
 * opening, an opening as the close of what another bot holds. The mode that the server believes in is a cached one, and
 * its word counts for nothing where freezes and caps hang on it, so the exchange is asked, in one request, right before
 * the order. It lets a mode be changed only while the account is flat, with no order open: what is changed after the
 * answer and before the order arrives (tens of ms) finds no position either way.
 * Null: the account is in the mode that the order is written for. Else the outcome of the order, which was not sent.
 */
export async function unlessModeFits(
  desk: Desk, call: Call, order: OrderInstruction, { host, request, read }: ModeQuestion,
): Promise<SubmitOutcome | null> {
  const wanted: PositionMode = order.positionSide === 'both' ? 'one-way' : 'hedge'
  const { wording } = desk.manner
  const answer = await desk.ask(call, host, request, order.notAfter)
  if (answer.kind === 'none') {
    return answer.problem === 'rate_limited' ? rateLimited(answer.text, pauseOf(host, call.caller, desk.clock.now()))
      : notSent('unreachable', `${wording.name} did not tell the account's position mode: ${answer.text}`)
  }
  if (answer.kind === 'refused') {
    const code = wording.problemOf(answer.code, answer.status)
    return notSent(code, `The account's position mode cannot be read. ${reasonOf(answer, wording)}`)
  }
  const told = read(answer.body)
  if (told === wanted) return null
  if (told === null) return notSent('unreachable', `${wording.name} did not tell the account's position mode`)
  const text = `The account is in ${NAMES[told]} and the order is one of ${NAMES[wanted]}`
  return { ...notSent('position_mode_differs', text), retryAfterMs: READ_ANEW_MS }
}
