import { newId } from '#clock'
import type { ReportedOrder } from '#contract'
import { bookAdjustment, decimal, Problem, text, ZERO, type Decimal, type Order } from '#model'
import type { JournalBatch, KnownOrder, StoredOrder } from '#store'
import type { Lane } from '../book.ts'
import { commitSurely, merge, take, type Context } from '../context.ts'
import { findingFed, orderFed } from '../feed.ts'
import { adopt, finding, track } from '../ledger.ts'
import { envelopeRef, type Linked } from '../linked.ts'
import { lookUp } from '../lookup.ts'
import { follow } from '../submit.ts'
import { CLOSED_ELSEWHERE, closedElsewhere, keyOf, onAccount, takenBack } from './follow-account.ts'
import type { Followed } from './holdings.ts'

/**
 * An order that had ended in our books lived on at the exchange: it is read anew, looked up, and what it filled is booked
 * as ever, with a finding. Runs in its bot's lane. Whatever cannot be had now, the next report brings up again.
 */
export async function takeOverLate(context: Context, lane: Lane, linked: Linked, { accountKey, order: { clientOrderId } }: StoredOrder): Promise<void> {
  try {
    const [known] = await context.journal.ordersByClientId(accountKey, [clientOrderId])
    if (known?.settled !== true) return
    const tracked = track(known, known.fills)
    const found = await lookUp(context, linked, tracked)
    if (found.kind !== 'found') return
    const { order: before } = known
    const theirs = `${found.order.state}, ${found.order.filled} filled`
    const adopted = adopt(context.clock, lane, tracked, found.order, { event: 'reconciled', at: context.clock.now(), detail: `the exchange shows it ${theirs}` })
    const { order } = adopted.tracked.stored
    if (order.state === before.state && decimal(order.filled).equals(decimal(before.filled))) return
    const back = await takeBack(context, lane, linked, known, decimal(order.filled).minus(decimal(before.filled)))
    lane.current.add(order.id)
    const late = order.state === before.state
      ? finding(context.clock, known, 'late_fill', `it was ${before.state}, ${before.filled} filled in our books; the exchange shows it ${theirs}`) : null
    const more: JournalBatch = late === null ? {} : { findings: [late], feed: [findingFed(late)] }
    const position = back === null ? adopted.position : bookAdjustment(adopted.position, back.quantity)
    const made = back === null ? adopted : { ...adopted, position, batch: { ...adopted.batch, positions: [position] } }
    const taken = await take(context, lane, made, back === null ? more : merge(more, back.batch))
    await follow(context, lane, linked, taken)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    context.log.warn({ botId: lane.bot.id, code: error.code }, 'an order that lived on could not be read; the next report brings it up again')
  }
}

interface TakenBack { readonly quantity: string; readonly batch: JournalBatch }

/**
 * A close of our own that filled late may be what was booked as closed elsewhere when nobody knew of it: as far as the
 * account holds more than the books will then say, that is taken back in the commit of its first fills. `filled`: base, by
 * which it filled more than is booked. Null: nothing is to be taken back. Rejects with `Problem`.
 */
async function takeBack(
  context: Context, lane: Lane, linked: Linked, { order }: KnownOrder, filled: Decimal,
): Promise<TakenBack | null> {
  if (order.kind !== 'close' || !filled.greaterThan(ZERO)) return null
  const { clock, journal, executor } = context
  const since = await journal.adjustmentsSince(order.botId, order.createdAt)
  const made = since.filter(({ reason }) => reason.startsWith(CLOSED_ELSEWHERE.reason))
  const away = made.reduce((total, one) => total.plus(decimal(one.quantity)), ZERO)
  if (away.isZero() || away.isNegative() !== (order.side === 'sell')) return null
  const account = await executor.call({
    verb: 'account', connection: envelopeRef(linked), symbol: order.symbol,
    purpose: { botId: order.botId, reason: 'what a late fill has left' },
  })
  // A close never turns a position around: what it filled beyond what is held of that side was booked away before.
  const position = decimal(lane.position.quantity)
  const ours = position.isNegative() === away.isNegative() ? ZERO : position.abs()
  const back = takenBack(away.abs(), filled, onAccount(lane.bot, text(away.negated()), account).total, ours)
  if (back.isZero()) return null
  const quantity = text(away.isNegative() ? back : back.negated())
  const [id, at] = [newId(clock), clock.now()]
  const reason = `${CLOSED_ELSEWHERE.reason}, taken back: order ${order.clientOrderId} of this bot had filled ${text(back)}`
  const untrue = new Set(back.equals(away.abs()) ? made.map((one) => keyOf(one.id)) : [])
  const told = (await journal.standingFindings()).filter(({ key }) => typeof key === 'string' && untrue.has(key))
  return {
    quantity,
    batch: {
      adjustments: [{ id, botId: order.botId, userId: order.userId, quantity, reason, at }],
      findingUpdates: told.map((one) => (
        { id: one.id, detail: one.detail, ours: one.ours ?? null, theirs: one.theirs ?? null, closedAt: at }
      )),
    },
  }
}

/** Books what is gone of a position, unless something has happened to it since that was seen. Runs in the bot's lane. */
export async function bookAway(
  context: Context, lane: Lane, { connection }: Linked, { held, total, booked }: Followed,
): Promise<void> {
  if (lane.position !== held.position || lane.touchedAt !== held.touchedAt || lane.current.size > 0) return
  const made = closedElsewhere(context.clock, {
    bot: lane.bot, position: lane.position, connectionId: connection.id, orderId: null, held: total, gone: booked,
  })
  await commitSurely(context, lane, made.batch)
  lane.position = made.position
  lane.touchedAt = context.clock.now()
}

/**
 * A position that the exchange closed by itself: the order is taken into the books under the exchange's own id and its
 * fills are booked like any, with a finding. Runs in the lane of the one bot that holds that side.
 */
export async function takeOverForced(context: Context, lane: Lane, linked: Linked, reported: ReportedOrder): Promise<void> {
  const now = context.clock.now()
  const accountKey = context.book.accountKey(linked.connection)
  const { bot } = lane
  const { symbol, side, positionSide, quantity, clientOrderId, exchangeOrderId } = reported
  const order: Order = {
    id: newId(context.clock), userId: bot.userId, botId: bot.id, connectionId: linked.connection.id, signalId: null, symbol, exchange: bot.exchange,
    market: bot.market, leg: 0, kind: 'close', resend: 0, clientOrderId, exchangeOrderId, state: 'open', side, positionSide, type: 'market', quantity,
    quoteQuantity: null, filled: '0', averagePrice: null, reduceOnly: true, rejectCode: null, rejectText: null, notAfter: now, needsPerson: false,
    createdAt: now, updatedAt: now, version: 1,
  }
  const stored: StoredOrder = {
    order, timeline: [{ event: 'forced', at: now, detail: `the exchange made this order: ${reported.forced ?? ''}` }], settled: false, sendUntil: now, accountKey, cause: clientOrderId,
  }
  try {
    if ((await context.journal.ordersByClientId(accountKey, [clientOrderId])).length > 0) return
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return
  }
  const told = finding(context.clock, stored, 'forced_close', `The exchange closed by ${reported.forced ?? 'itself'}: ${side} ${reported.filled} ${symbol} (${clientOrderId}); it is booked on this bot`)
  lane.current.add(order.id)
  await commitSurely(context, lane, { newOrders: [stored], findings: [told], feed: [orderFed(stored), findingFed(told)] })
  await follow(context, lane, linked, track(stored))
}
