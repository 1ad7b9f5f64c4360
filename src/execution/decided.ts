import type { FlipOpening } from '#bots'
import type { Signal } from '#model'
import type { Decision, FeedEvent, Finding, JournalBatch, StoredOrder } from '#store'
import type { ExitNews } from './exit-told.ts'
import { orderFed, decisionFed } from './feed.ts'
import type { Linked } from './linked.ts'

/** One decision being carried out in its bot's lane: orders to send, one after another, and what follows from them. */
export interface Task {
  /** The signal's id, or of a close without one the id of that request. */
  readonly cause: string
  readonly signal: Signal | null
  readonly decision: Decision | null
  /** Epoch ms until which openings and closes may be sent; null: no limit. */
  readonly openUntil: number | null
  readonly closeUntil: number | null
  /** What is opened after the close; undefined: this is no flip. */
  readonly flip?: FlipOpening | undefined
  /** A close that waits for its market's opening, and has no orders before. */
  readonly atOpen?: true
  /** This close went out while an opening was uncertain: what that opening filled later is closed too. */
  readonly closeRest?: true
}

/** A decision and the orders that it stores; to be committed together, then performed. */
export interface Decided {
  readonly decision: Decision | null
  readonly task: Task
  /** Null where nothing is sent. */
  readonly linked: Linked | null
  readonly orders: readonly StoredOrder[]
  /** An exit that sends nothing although something is held: what its owner is told. */
  readonly told?: ExitNews
}

/** What becomes durable when bots have decided: decisions, orders, and the news of both. */
export function decidedBatch(decided: readonly Decided[]): JournalBatch {
  const decisions: Decision[] = []
  const newOrders: StoredOrder[] = []
  const feed: FeedEvent[] = []
  const findings: Finding[] = []
  const findingUpdates: NonNullable<JournalBatch['findingUpdates']>[number][] = []
  for (const { decision, orders, told } of decided) {
    if (told !== undefined) {
      feed.push(...told.batch.feed ?? [])
      findings.push(told.finding)
      findingUpdates.push(...told.batch.findingUpdates ?? [])
    }
    if (decision !== null) {
      decisions.push(decision)
      feed.push(decisionFed(decision))
    }
    for (const order of orders) {
      newOrders.push(order)
      feed.push(orderFed(order))
    }
  }
  return findings.length === 0 ? { decisions, newOrders, feed } : { decisions, newOrders, feed, findings, findingUpdates }
}
