import { newId } from '#clock'
import type { Decision, UnfinishedWork } from '#store'
import type { Signal } from '#model'
import { performAtOpen } from './at-open.ts'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import type { Decided, Task } from './decided.ts'
import { track, type Tracked } from './ledger.ts'
import { taskOf } from './deciding.ts'
import type { Lanes } from './lanes.ts'
import { perform } from './perform.ts'
import { undecidedLanes } from './ranges.ts'

interface Interrupted {
  readonly cause: string
  readonly signal: Signal | null
  decision: Decision | null
  readonly orders: Map<string, Tracked>
}

/**
 * Takes up what was unfinished when the process ended, or another server's leases, in the lanes of `taken`. Orders that may be on their way are settled by looking, before
 * anything else moves in their lane; then plans go on, then waiting signals are decided, in the order in which they
 * were stored.
 */
export function recover(context: Context, lanes: Lanes, work: UnfinishedWork, taken: ReadonlySet<Lane>): { orders: number; signals: number } {
  const byLane = new Map<Lane, Map<string, Interrupted>>()
  const interrupted = (botId: string, cause: string, signal: Signal | null): Interrupted | undefined => {
    const lane = context.book.lane(botId)
    if (lane === undefined || !taken.has(lane)) return undefined
    const causes = byLane.get(lane) ?? new Map<string, Interrupted>()
    byLane.set(lane, causes)
    const one = causes.get(cause) ?? { cause, signal, decision: null, orders: new Map<string, Tracked>() }
    causes.set(cause, one)
    return one
  }
  for (const plan of work.plans) {
    const one = interrupted(plan.decision.botId, plan.signal.id, plan.signal)
    if (one === undefined) continue
    one.decision = plan.decision
    for (const stored of plan.orders) one.orders.set(stored.order.id, track(stored))
  }
  for (const stored of work.orders) {
    interrupted(stored.order.botId, stored.cause, stored.signal)?.orders.set(stored.order.id, track(stored, stored.fills))
  }
  for (const [lane, causes] of byLane) {
    const inTurn = [...causes.values()].sort((a, b) => oldest(a) - oldest(b))
    lane.opening = inTurn.map((one) => openingIn(lane, one)).find((direction) => direction !== null) ?? null
    // An exit that did not wait for an uncertain opening goes on ahead of it; its owner's close has no plan that would say so.
    const opens = inTurn[0] !== undefined && openOrder(inTurn[0]) !== undefined
    const ahead = inTurn.find((one, index) => index > 0 && (taskIn(lane, one).closeRest === true || (opens && one.signal === null)))
    lane.exitAhead = ahead !== undefined
    if (ahead === undefined) completeLater(context, lane, inTurn[0])
    if (ahead !== undefined) lanes.enqueue(lane, { kind: 'run', run: () => takeUp(context, lane, ahead, 'ahead') })
    for (const one of inTurn) if (one !== ahead) lanes.enqueue(lane, { kind: 'run', run: () => takeUp(context, lane, one) })
  }
  let signals = 0
  for (const one of work.signals) {
    const waiting = undecidedLanes(context.book, one)
    const mine = waiting.filter((lane) => taken.has(lane))
    if (mine.length > 0) {
      signals += 1
      lanes.spread(one.signal, mine, 256, mine.length === waiting.length)
    } else if (waiting.length === 0) void context.partDecided(one.signal.id)
  }
  return { orders: work.orders.filter((stored) => byLane.has(context.book.lane(stored.order.botId) as Lane)).length, signals }
}

const taskIn = (lane: Lane, { cause, signal, decision }: Interrupted): Task => taskOf(lane, cause, signal, decision)

/** Its owner's close went ahead of an opening, and had ended before the restart: the opening is not sent again, and what it filled is closed. */
function completeLater(context: Context, lane: Lane, first: Interrupted | undefined): void {
  const opening = first === undefined ? undefined : openOrder(first)
  if (opening === undefined || !context.exits.wentAhead(lane.bot.id, opening.stored.order.id)) return
  const task: Task = { cause: newId(context.clock), signal: null, decision: null, openUntil: null, closeUntil: null, closeRest: true }
  lane.exitAhead = true
  lane.exited = { decided: { decision: null, task, linked: context.book.connection(opening.stored.order.connectionId) ?? null, orders: [] }, nextLeg: 0 }
}

const openOrder = (one: Interrupted): Tracked | undefined => [...one.orders.values()].find(({ stored }) => stored.order.kind === 'open' && !stored.settled)

/** The direction of an opening that may be on its way or is still to come: other bots of the account may not oppose it. */
function openingIn(lane: Lane, one: Interrupted): Lane['opening'] {
  const opening = openOrder(one)
  if (opening !== undefined) return opening.stored.order.side === 'buy' ? 'long' : 'short'
  return taskIn(lane, one).flip?.direction ?? null
}

async function takeUp(context: Context, lane: Lane, one: Interrupted, turn: 'own' | 'ahead' = 'own'): Promise<void> {
  const orders = [...one.orders.values()].sort((a, b) => a.stored.order.leg - b.stored.order.leg || a.stored.order.resend - b.stored.order.resend)
  const latest = orders.filter((tracked, index) => orders[index + 1]?.stored.order.leg !== tracked.stored.order.leg)
  const linked = context.book.connection(latest[0]?.stored.order.connectionId ?? lane.bot.connectionId)
  const task = taskIn(lane, one)
  if (task.atOpen === true && latest.every((tracked) => tracked.stored.settled)) {
    const waiting: Decided = { decision: one.decision, task, linked: linked ?? null, orders: [] }
    if (context.feeds.hours(lane.bot.exchange)?.open === true) await performAtOpen(context, lane, waiting)
    else lane.atOpen = [...lane.atOpen, waiting]
    return
  }
  if (linked === undefined) throw new Error(`bot ${lane.bot.id} has unsettled orders and no connection`)
  const decided: Decided = { decision: one.decision, task, linked, orders: latest.map((tracked) => tracked.stored) }
  if (turn === 'own') {
    await perform(context, lane, decided, latest)
    lane.opening = null
    return
  }
  // What the opening turns out to have filled is closed once that is known.
  const nextLeg = await perform(context, lane, { ...decided, task: { ...task, closeRest: undefined } }, latest)
  lane.exited = { decided, nextLeg }
}

const oldest = (one: Interrupted): number => Math.min(...[...one.orders.values()].map((tracked) => tracked.stored.order.createdAt), Infinity)
