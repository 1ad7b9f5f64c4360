import { decimal } from '#model'
import type { Lane } from './book.ts'
import { commitSurely, type Context } from './context.ts'
import type { Decided } from './decided.ts'
import { orderFed } from './feed.ts'
import { track, type Tracked } from './ledger.ts'
import type { Linked } from './linked.ts'
import { makeOrder } from './make-order.ts'
import { decideFlipOpening, decideRest } from './deciding.ts'
import { carryOut } from './task.ts'

const CLOSE_REPEATS = 5

/** Carries out a committed decision to its end. The lane is busy meanwhile. */
export async function perform(context: Context, lane: Lane, decided: Decided, recovered?: readonly Tracked[]): Promise<void> {
  const { task, linked } = decided
  if (linked === null) return
  const orders = recovered ?? decided.orders.map((stored) => track(stored))
  const ended = await carryOut(context, lane, linked, task, orders, recovered === undefined ? 'fresh' : 'recovered')
  const nextLeg = Math.max(-1, ...orders.map((tracked) => tracked.stored.order.leg)) + 1
  if (orders.some((tracked) => tracked.stored.order.kind === 'open')) await closeOvertaken(context, lane, linked, decided)
  if (task.closeRest === true) await closeRest(context, lane, linked, decided, nextLeg)
  if (task.flip === undefined || decided.decision === null) return
  const opened = orders.some((tracked) => tracked.stored.order.kind === 'open')
  if (opened) { await endPlan(context, lane, decided, null); return }
  const closed = ended.every((one) => one.kind === 'done')
  await flip(context, lane, linked, decided, closed, nextLeg)
}

/** An exit went ahead of this decision's opening while that was uncertain: now that it has ended, its exit is completed. */
async function closeOvertaken(context: Context, lane: Lane, linked: Linked, decided: Decided): Promise<void> {
  const { exited } = lane
  if (exited === null || exited.decided === decided) return
  lane.exited = null
  await closeRest(context, lane, linked, exited.decided, exited.nextLeg)
  lane.exitAhead = false
}

/** After a close that went ahead of an uncertain opening: what the opening filled all the same is closed too. */
async function closeRest(context: Context, lane: Lane, linked: Linked, decided: Decided, leg: number): Promise<void> {
  const rest = await decideRest(context, lane, decided.task)
  if (rest !== null) {
    const order = makeOrder(context, lane, linked, decided.task, rest, { leg, resend: 0, state: 'submitting' })
    await commitSurely(context, lane, { newOrders: [order], feed: [orderFed(order)] })
    await carryOut(context, lane, linked, decided.task, [track(order)], 'fresh')
  }
  await endPlan(context, lane, decided, null)
}

/** The second half of a flip: the close is repeated until the position is flat, then the other side is opened. */
async function flip(context: Context, lane: Lane, linked: Linked, decided: Decided, closed: boolean, firstLeg: number): Promise<void> {
  const { task } = decided
  let leg = firstLeg
  let done = closed
  for (let repeat = 0; done && repeat < CLOSE_REPEATS; repeat += 1) {
    const rest = await decideRest(context, lane, task)
    if (rest === null) break
    const order = makeOrder(context, lane, linked, task, rest, { leg, resend: 0, state: 'submitting' })
    leg += 1
    await commitSurely(context, lane, { newOrders: [order], feed: [orderFed(order)] })
    const [ended] = await carryOut(context, lane, linked, task, [track(order)], 'fresh')
    done = ended?.kind === 'done'
  }
  const opening = done ? await decideFlipOpening(context, lane, task) : { kind: 'end' as const, reason: 'the close did not go through' }
  if (opening.kind === 'end') {
    await endPlan(context, lane, decided, `the position was ${decimal(lane.position.quantity).isZero() ? 'closed' : 'not fully closed'}, the other side was not opened: ${opening.reason}`)
    return
  }
  const order = makeOrder(context, lane, linked, task, opening.leg, { leg, resend: 0, state: 'submitting' })
  await commitSurely(context, lane, { newOrders: [order], feed: [orderFed(order)], ...planEnded(decided, null) })
  await carryOut(context, lane, linked, task, [track(order)], 'fresh')
  await closeOvertaken(context, lane, linked, decided)
}

/** Marks a plan as ended; with a reason, as incomplete, which a person is told. */
async function endPlan(context: Context, lane: Lane, decided: Decided, incomplete: string | null): Promise<void> {
  if (incomplete === null) { await commitSurely(context, lane, planEnded(decided, null)); return }
  const { userId, signalId, botId } = mustHave(decided)
  context.log.warn({ signalId, botId }, 'a flip is incomplete')
  await commitSurely(context, lane, {
    ...planEnded(decided, incomplete),
    feed: [{ type: 'notice', userId, data: { code: 'flip_incomplete', signalId, botId, detail: incomplete } }],
  })
}

function planEnded(decided: Decided, incomplete: string | null): { decisionUpdates: [{ signalId: string; botId: string; code: string; reason: string; plan: string | null; done: true }] } {
  const { signalId, botId, code, reason, plan } = mustHave(decided)
  return { decisionUpdates: [{ signalId, botId, plan, done: true, ...incomplete === null ? { code, reason } : { code: 'flip_incomplete', reason: incomplete } }] }
}

function mustHave(decided: Decided): NonNullable<Decided['decision']> {
  if (decided.decision === null) throw new Error('only a decided signal has a plan')
  return decided.decision
}
