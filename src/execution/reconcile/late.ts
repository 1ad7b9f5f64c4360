import { newId } from '#clock'
import type { ReportedOrder } from '#contract'
import { decimal, Problem, type Order } from '#model'
import type { StoredOrder } from '#store'
import type { Lane } from '../book.ts'
import { commitSurely, take, type Context } from '../context.ts'
import { findingFed, orderFed } from '../feed.ts'
import { adopt, finding, track } from '../ledger.ts'
import type { Linked } from '../linked.ts'
import { lookUp } from '../lookup.ts'
import { follow } from '../submit.ts'

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
    lane.current.add(order.id)
    const late = order.state === before.state
      ? finding(context.clock, known, 'late_fill', `it was ${before.state}, ${before.filled} filled in our books; the exchange shows it ${theirs}`) : null
    const taken = await take(context, lane, adopted, late === null ? {} : { findings: [late], feed: [findingFed(late)] })
    await follow(context, lane, linked, taken)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    context.log.warn({ botId: lane.bot.id, code: error.code }, 'an order that lived on could not be read; the next report brings it up again')
  }
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
