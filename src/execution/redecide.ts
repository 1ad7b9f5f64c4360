import type { PlannedLeg } from '#bots'
import { sleep } from '#clock'
import type { Stale } from '#contract'
import { Problem } from '#model'
import { ASK_LIMIT, askAgainMs } from './asking.ts'
import { barredNow } from './barred.ts'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import type { Task } from './decided.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { readAccount, verdictOn } from './deciding.ts'
import type { Ended } from './submit.ts'

export type Again =
  | { readonly kind: 'again'; readonly leg: PlannedLeg }
  | { readonly kind: 'end'; readonly code: string; readonly why: string }

/**
 * The executor's refusals that time does not heal: they are about the stored key, the order itself, or an explicit stop;
 * or the exchange refused the key, or the account, in a question that stands before the order.
 */
export const FOR_GOOD: ReadonlySet<string> = new Set([
  'envelope_refused', 'unknown_exchange', 'invalid_input', 'invalid_order', 'invalid_symbol', 'wrong_market', 'frozen',
  'cap_exceeded', 'bot_paused', 'connection_unhealthy', 'credentials_rejected', 'signature_rejected', 'passphrase_rejected',
  'key_expired', 'ip_not_allowed', 'permission_missing', 'account_restricted',
])

/**
 * Whether and how an opening goes out under the next number: after a proof that it is not at the exchange, or after a
 * refusal which says that what we believed (rules, position mode, balance) was stale. What was stale is read anew first;
 * it is decided anew, so that guards, age and price hold at the moment of sending.
 */
export async function redecide(context: Context, lane: Lane, linked: Linked, task: Task, ended: Exclude<Ended, { kind: 'done' }>): Promise<Again> {
  const { order, sendUntil } = ended.tracked.stored
  const barred = barredNow(context, lane, linked, ended.tracked)
  if (barred !== null) return { kind: 'end', code: barred.code, why: barred.text }
  if (ended.kind === 'absent' && FOR_GOOD.has(ended.code)) return { kind: 'end', code: ended.code, why: 'it would be refused again' }
  if (sendUntil !== null && context.clock.now() >= sendUntil) return { kind: 'end', code: 'signal_too_old', why: 'the age limit has passed' }
  // After a restart such an exit may be on its way still.
  if (lane.exited !== null || lane.exitAhead) return { kind: 'end', code: 'superseded_by_exit', why: 'a later signal has closed the position' }
  const stale = staleOf(ended)
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (stale === 'rules') await context.feeds.loadRules(lane.bot.exchange, lane.bot.market, envelopeRef(linked))
      if (stale === 'position') return { kind: 'end', code: order.rejectCode ?? 'rejected', why: 'the balance does not suffice' }
      if (stale === 'mode') await readAccount(context, lane, linked)
      return await openAgain(context, lane, task, ended)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      // What has to be read cannot be read now: an executor that is just being started again costs nobody a signal.
      const late = sendUntil !== null && context.clock.now() >= sendUntil
      if (late || attempt >= ASK_LIMIT) return { kind: 'end', code: error.code, why: error.message }
      await sleep(context.clock, askAgainMs(attempt))
    }
  }
}

/** What was believed wrongly. Of the position mode the executor may have heard before it sent anything. */
const staleOf = (ended: Exclude<Ended, { kind: 'done' }>): Stale | null =>
  (ended.kind === 'rejected' ? ended.stale : ended.code === 'position_mode_differs' ? 'mode' : null)

async function openAgain(context: Context, lane: Lane, task: Task, ended: Exclude<Ended, { kind: 'done' }>): Promise<Again> {
  const { order } = ended.tracked.stored
  if (task.signal === null) return { kind: 'end', code: 'rejected', why: 'nothing opens without a signal' }
  const { verdict } = await verdictOn(context, lane, task.signal)
  if (verdict.outcome !== 'order') return { kind: 'end', code: verdict.code, why: verdict.reason }
  const leg = verdict.legs.find((one) => one.kind === 'open' && one.side === order.side)
  return leg === undefined ? { kind: 'end', code: verdict.code, why: verdict.reason } : { kind: 'again', leg }
}
