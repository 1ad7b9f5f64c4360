import { replanClose, type PlannedLeg } from '#bots'
import { newId, sleep } from '#clock'
import type { Stale } from '#contract'
import { bookAdjustment, decimal, Problem, text } from '#model'
import type { JournalBatch } from '#store'
import { ASK_LIMIT, askAgainMs } from './asking.ts'
import { barredNow } from './barred.ts'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import type { Task } from './decided.ts'
import { findingFed } from './feed.ts'
import { finding } from './ledger.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { facts, readAccount, verdictOn } from './deciding.ts'
import type { Ended } from './submit.ts'

export type Again =
  | { readonly kind: 'again'; readonly leg: PlannedLeg }
  | { readonly kind: 'end'; readonly code: string; readonly why: string; readonly batch?: JournalBatch }

/**
 * The executor's refusals that time does not heal: they are about the stored key, the order itself, or an explicit stop;
 * or the exchange refused the key, or the account, in a question that stands before the order.
 */
const FOR_GOOD: ReadonlySet<string> = new Set([
  'envelope_refused', 'unknown_exchange', 'invalid_input', 'invalid_order', 'invalid_symbol', 'wrong_market', 'frozen',
  'cap_exceeded', 'bot_paused', 'connection_unhealthy', 'credentials_rejected', 'signature_rejected', 'passphrase_rejected',
  'key_expired', 'ip_not_allowed', 'permission_missing', 'account_restricted',
])

/**
 * Whether and how an order goes out under the next number: after a proof that it is not at the exchange, or after a
 * refusal which says that what we believed (rules, position mode, position, balance) was stale. What was stale is read
 * anew first; openings are decided anew, so that guards, age and price hold at the moment of sending; closes are cut
 * to what is there.
 */
export async function redecide(context: Context, lane: Lane, linked: Linked, task: Task, ended: Exclude<Ended, { kind: 'done' }>): Promise<Again> {
  const { order, sendUntil } = ended.tracked.stored
  const barred = barredNow(context, lane, linked, ended.tracked)
  if (barred !== null) return { kind: 'end', code: barred.code, why: barred.text }
  if (ended.kind === 'absent' && FOR_GOOD.has(ended.code)) return { kind: 'end', code: ended.code, why: 'it would be refused again' }
  const tooOld = (): Again | null => (sendUntil !== null && context.clock.now() >= sendUntil ? { kind: 'end', code: 'signal_too_old', why: 'the age limit has passed' } : null)
  const old = tooOld()
  if (old !== null) return old
  if (order.kind === 'open' && lane.exited !== null) return { kind: 'end', code: 'superseded_by_exit', why: 'a later signal has closed the position' }
  const stale = staleOf(ended)
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (stale === 'rules') await context.feeds.loadRules(lane.bot.exchange, lane.bot.market, envelopeRef(linked))
      if (order.kind === 'close') {
        const again = await closeAgain(context, lane, linked, ended)
        return again.kind === 'again' ? tooOld() ?? again : again // reading takes its time
      }
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

async function closeAgain(context: Context, lane: Lane, linked: Linked, ended: Exclude<Ended, { kind: 'done' }>): Promise<Again> {
  const { order } = ended.tracked.stored
  const same: PlannedLeg = {
    kind: 'close', side: order.side, positionSide: order.positionSide, quantity: order.quantity, quoteQuantity: null, reduceOnly: order.reduceOnly,
  }
  if (ended.kind === 'absent' && staleOf(ended) === null) return { kind: 'again', leg: same }
  const account = await readAccount(context, lane, linked)
  const held = heldAtExchange(lane, account)
  const { rules, price } = await facts(context, lane)
  if (rules === null) return { kind: 'end', code: 'rules_unavailable', why: 'the market rules could not be had' }
  const mode = context.book.connection(linked.connection.id)?.connection.positionMode ?? null
  const [leg] = replanClose({ rules, position: lane.position.quantity, available: held, positionMode: mode, price, wanted: order.quantity ?? undefined }).legs
  if (leg !== undefined) return { kind: 'again', leg }
  if (!decimal(held).isZero() && decimal(lane.position.quantity).abs().lessThanOrEqualTo(held)) {
    return { kind: 'end', code: 'amount_below_minimum', why: `what is left (${held}) is below the exchange's minimum` }
  }
  if (decimal(lane.position.quantity).isZero()) return { kind: 'end', code: 'nothing_to_close', why: 'nothing is held any more' }
  return { kind: 'end', code: 'closed_elsewhere', why: `the account holds ${held} ${lane.bot.base}; the position was closed elsewhere`, batch: closedElsewhere(context, lane, ended, held) }
}

/** What the exchange says can be closed, base, not negative. */
function heldAtExchange(lane: Lane, account: Awaited<ReturnType<typeof readAccount>>): string {
  if (lane.bot.market === 'spot') return account.balances[lane.bot.base]?.free ?? '0'
  const short = lane.position.quantity.startsWith('-')
  const position = account.positions.find(({ symbol, side, quantity }) => (
    symbol === lane.bot.symbol && (side === (short ? 'short' : 'long') || (side === 'both' && quantity.startsWith('-') === short && !decimal(quantity).isZero()))
  ))
  return position === undefined ? '0' : text(decimal(position.quantity).abs())
}

/** Books away what is no longer there, and says so. */
function closedElsewhere(context: Context, lane: Lane, ended: Exclude<Ended, { kind: 'done' }>, held: string): JournalBatch {
  const { clock } = context
  const position = decimal(lane.position.quantity)
  const gone = position.isNegative() ? position.plus(held).negated() : position.minus(held).negated()
  const adjusted = bookAdjustment(lane.position, text(gone))
  lane.position = adjusted
  const { stored } = ended.tracked
  const told = finding(clock, stored, 'closed_elsewhere', `the account holds ${held} where the bot held ${text(position)}; the difference is booked away`)
  return {
    positions: [adjusted],
    adjustments: [{ id: newId(clock), botId: lane.bot.id, userId: lane.bot.userId, quantity: text(gone), reason: 'closed elsewhere', at: clock.now() }],
    findings: [told],
    feed: [findingFed(told)],
  }
}
