import type { JournalBatch } from '#store'
import type { Lane } from './book.ts'
import { commitSurely, merge, type Context } from './context.ts'
import { decidedBatch, type Decided } from './decided.ts'
import { decidedAs, verdictOn } from './deciding.ts'
import { perform } from './perform.ts'

/** Carries out an exit that waited for its market's opening: decided anew by what is held now, its age counted from now. */
export async function performAtOpen(context: Context, lane: Lane, waiting: Decided): Promise<void> {
  const { decision, task: { signal } } = waiting
  if (decision === null || signal === null) throw new Error('only a signal\'s exit waits for an opening')
  const now = context.clock.now()
  const opened = { ...signal, ageFrom: now }
  if (lane.position.quantity === '0' || lane.position.dust) {
    await commitSurely(context, lane, ended(waiting, 'Nothing was left to close when the market opened.'))
    return
  }
  const { verdict } = await verdictOn(context, lane, opened)
  const exit = verdict.legs.every((leg) => leg.kind === 'close') ? { ...verdict, flip: null } : { ...verdict, outcome: 'skipped' as const, legs: [] }
  const again = decidedAs(context, lane, opened, exit)
  if (again.task.atOpen === true) { lane.atOpen = waiting; return } // closed again before it came to it
  const { newOrders = [], feed = [], ...rest } = decidedBatch([{ ...again, decision: null }])
  const orders: JournalBatch = { ...rest, newOrders, feed }
  await commitSurely(context, lane, merge(orders, ended(waiting, `${decision.reason} At the opening: ${exit.reason}`, exit.code)))
  context.exits.stored([again])
  await perform(context, lane, { ...again, decision: { ...decision, done: true, plan: null } })
}

function ended({ decision }: Decided, reason: string, code: string | undefined = decision?.code): JournalBatch {
  if (decision === null || code === undefined) throw new Error('only a decided signal waits')
  const { signalId, botId } = decision
  return { decisionUpdates: [{ signalId, botId, code, reason, plan: null, done: true }] }
}
