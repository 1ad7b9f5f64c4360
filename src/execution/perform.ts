import { decimal } from '#model'
import type { Lane } from './book.ts'
import { commitSurely, type Context } from './context.ts'
import type { Decided } from './decided.ts'
import { tellExit } from './exit-told.ts'
import { orderFed } from './feed.ts'
import { track, type Tracked } from './ledger.ts'
import type { Linked } from './linked.ts'
import { makeOrder } from './make-order.ts'
import { decideFlipOpening, decideRest } from './deciding.ts'
import { carryOut } from './task.ts'

/** Carries out a committed decision to its end. The lane is busy meanwhile. Answers the number of its next order. */
export async function perform(context: Context, lane: Lane, decided: Decided, recovered?: readonly Tracked[]): Promise<number> {
  const { task, linked } = decided
  if (linked === null) return 0
  const orders = recovered ?? decided.orders.map((stored) => track(stored))
  const { nextLeg } = await carryOut(context, lane, linked, task, orders, recovered === undefined ? 'fresh' : 'recovered')
  if (orders.some((tracked) => tracked.stored.order.kind === 'open')) await closeOvertaken(context, lane, linked, decided)
  if (task.closeRest === true) await closeRest(context, lane, linked, decided, nextLeg)
  if (task.flip === undefined || decided.decision === null) return nextLeg
  const opened = orders.some((tracked) => tracked.stored.order.kind === 'open')
  if (opened) { await endPlan(context, lane, decided, null); return nextLeg }
  await flip(context, lane, linked, decided, nextLeg)
  return nextLeg
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
async function closeRest(context: Context, lane: Lane, linked: Linked, decided: Decided, nextLeg: number): Promise<void> {
  const rest = await decideRest(context, lane, decided.task)
  if (rest.length > 0) {
    const orders = rest.map((leg, index) => makeOrder(context, lane, linked, decided.task, leg, { leg: nextLeg + index, resend: 0, state: index === 0 ? 'submitting' : 'pending' }))
    await commitSurely(context, lane, { newOrders: orders, feed: orders.map(orderFed) })
    await carryOut(context, lane, linked, decided.task, orders.map((stored) => track(stored)), 'fresh')
  } else if (lane.position.quantity !== '0' && !lane.position.dust) {
    await tellExit(context, lane, {
      code: 'exit_incomplete', signalId: decided.task.signal?.id, why: 'A close went ahead of an opening; what that opening filled could not be closed.',
      remedy: 'Close it here or at the exchange.',
    })
  }
  await endPlan(context, lane, decided, null)
}

/** The second half of a flip: once the position is flat, the other side is opened. */
async function flip(context: Context, lane: Lane, linked: Linked, decided: Decided, leg: number): Promise<void> {
  const { task } = decided
  const opening = await decideFlipOpening(context, lane, task)
  if (opening.kind === 'end') {
    const state = decimal(lane.position.quantity).isZero() || lane.position.dust ? 'closed' : 'not fully closed'
    await endPlan(context, lane, decided, `the position was ${state}, the other side was not opened: ${opening.reason}`)
    return
  }
  const order = makeOrder(context, lane, linked, task, opening.leg, { leg, resend: 0, state: 'submitting' })
  await commitSurely(context, lane, { newOrders: [order], feed: [orderFed(order)], ...planEnded(decided, null) })
  await carryOut(context, lane, linked, task, [track(order)], 'fresh')
  await closeOvertaken(context, lane, linked, decided)
}

/** Marks a plan as ended; with a reason, as incomplete, which a person is told. */
async function endPlan(context: Context, lane: Lane, decided: Decided, incomplete: string | null): Promise<void> {
  if (decided.decision === null) return // its owner's close has no plan
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
