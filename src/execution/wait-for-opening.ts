import type { JournalBatch } from '#store'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import type { Decided, Task } from './decided.ts'
import { toldOfOpening } from './deciding.ts'
import type { ExitNews } from './exit-told.ts'
import type { Linked } from './linked.ts'

/** What makes an exit wait whose market has closed before it was done: to be committed with its last order. */
export interface WaitForOpening { readonly batch: JournalBatch; readonly told: ExitNews; readonly waiting: Decided }

/** Null: it is no signal's exit, or the bot does not wait. */
export function waitForOpening(context: Context, lane: Lane, linked: Linked, task: Task): WaitForOpening | null {
  const { decision } = task
  if (decision === null || !lane.bot.exitAtOpen || lane.bot.connectionId === null) return null
  const plan = JSON.stringify({ atOpen: true })
  const { signalId, botId, code, reason } = decision
  return {
    batch: { decisionUpdates: [{ signalId, botId, code, reason, plan, done: false }] },
    told: toldOfOpening(context, lane, task.signal),
    waiting: { decision: { ...decision, plan, done: false }, task: { ...task, flip: undefined, atOpen: true }, linked, orders: [] },
  }
}
