import { sizeCounts } from '#bots'
import { decimal, text, ZERO } from '#model'
import type { JournalBatch } from '#store'
import type { Lane } from './book.ts'
import { commitSurely, merge, type Context } from './context.ts'
import { decidedBatch, type Decided, type Task } from './decided.ts'
import { decidedAs, verdictOn } from './deciding.ts'
import type { Linked } from './linked.ts'
import { perform } from './perform.ts'
import { ordersBefore } from './task.ts'

/** Carries out an exit that waited for its market's opening: decided anew by what is held now, its age counted from now. */
export async function performAtOpen(context: Context, lane: Lane, waiting: Decided): Promise<void> {
  const { decision, linked, task: { signal } } = waiting
  if (decision === null || signal === null) throw new Error('only a signal\'s exit waits for an opening')
  const { firstLeg, closed } = linked === null ? NOTHING_SENT : await sentBefore(context, lane, linked, waiting.task)
  const size = signal.size === null ? null : decimal(signal.size).minus(closed)
  const opened = { ...signal, size: size === null ? null : text(size), ageFrom: context.clock.now() }
  const done = size !== null && sizeCounts(signal, lane.bot) && lane.bot.onOpposite === 'close' && !size.greaterThan(ZERO)
  if (lane.position.quantity === '0' || lane.position.dust || done) {
    await commitSurely(context, lane, ended(waiting, 'Nothing was left to close when the market opened.'))
    return
  }
  const { verdict } = await verdictOn(context, lane, opened)
  const exit = verdict.legs.every((leg) => leg.kind === 'close') ? { ...verdict, flip: null } : { ...verdict, outcome: 'skipped' as const, legs: [] }
  const again = decidedAs(context, lane, opened, exit, {}, firstLeg)
  if (again.task.atOpen === true) { lane.atOpen = [...lane.atOpen, waiting]; return } // closed again before it came to it
  const { newOrders = [], feed = [], ...rest } = decidedBatch([{ ...again, decision: null }])
  const orders: JournalBatch = { ...rest, newOrders, feed }
  await commitSurely(context, lane, merge(orders, ended(waiting, `${decision.reason} At the opening: ${exit.reason}`, exit.code)))
  context.exits.stored([again])
  await perform(context, lane, { ...again, decision: { ...decision, done: true, plan: null } })
}

const NOTHING_SENT = { firstLeg: 0, closed: ZERO }

/** What the exit had sent when its market closed: the number of its next order, and how much was closed, base. */
async function sentBefore(context: Context, lane: Lane, linked: Linked, task: Task): Promise<typeof NOTHING_SENT> {
  const before = (await ordersBefore(context, linked, task)).filter(({ cause, order }) => cause === task.cause && order.botId === lane.bot.id)
  return {
    firstLeg: Math.max(-1, ...before.map(({ order }) => order.leg)) + 1,
    closed: before.reduce((sum, { order }) => (order.kind === 'close' ? sum.plus(decimal(order.filled)) : sum), ZERO),
  }
}

function ended({ decision }: Decided, reason: string, code: string | undefined = decision?.code): JournalBatch {
  if (decision === null || code === undefined) throw new Error('only a decided signal waits')
  const { signalId, botId } = decision
  return { decisionUpdates: [{ signalId, botId, code, reason, plan: null, done: true }] }
}
