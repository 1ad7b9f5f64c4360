import { sleep } from '#clock'
import { decimal, isFinal, Problem, ZERO, type Decimal } from '#model'
import type { JournalBatch, StoredOrder } from '#store'
import { isAdopted } from './adopt.ts'
import { askAgainMs } from './asking.ts'
import type { Lane } from './book.ts'
import { nextOfClose, sameCloseAgain, type Next, type Tries } from './close-again.ts'
import { closesAll, type Closing } from './closing.ts'
import { end, merge, take, type Context } from './context.ts'
import { Stopped } from './ended.ts'
import type { Task } from './decided.ts'
import { exitTold } from './exit-told.ts'
import { watchExit } from './exit-watch.ts'
import { orderFed } from './feed.ts'
import type { Pass } from './gates.ts'
import { waitForOpening } from './wait-for-opening.ts'
import { change, track, type Change, type Tracked } from './ledger.ts'
import type { Linked } from './linked.ts'
import { makeOrder, SUBMIT_DEADLINE_MS } from './make-order.ts'
import { redecide } from './redecide.ts'
import { resume, sendOrder, type Ended } from './submit.ts'

/** With waits that grow to 5 s this outlasts the age limit of an exit. */
const RESENDS_LIMIT = 200
const WAIT_LIMIT_MS = 5000

type Mode = 'fresh' | 'recovered'
type Absent = Ended & { kind: 'absent' }

/**
 * Carries out the stored orders of a task, first to last; the lane waits for it. A close goes on until nothing is left of
 * it, or a person is told. Answers how each ended, and the number of the next order of this cause.
 */
export async function carryOut(
  context: Context, lane: Lane, linked: Linked, task: Task, orders: readonly Tracked[], mode: Mode, firstLeg = 0,
): Promise<{ readonly ended: readonly Ended[]; readonly nextLeg: number }> {
  const queue = [...orders]
  const ended: Ended[] = []
  const closing: Closing = {
    ...await amountOf(context, lane, linked, task, orders, mode), ahead: 0, since: context.clock.now(),
    nextLeg: Math.max(firstLeg - 1, ...orders.map((tracked) => tracked.stored.order.leg)) + 1,
  }
  lane.closing.set(task.cause, closing)
  const watch = orders.some((tracked) => tracked.stored.order.kind === 'close') ? watchExit(context, lane, task.signal, task.decision?.decidedAt) : null
  const tries: Tries = { refusals: 0, idle: 0, since: closing.since }
  try {
    for (let tracked = queue.shift(); tracked !== undefined; tracked = queue.shift()) {
      if (tracked.stored.settled) { ended.push({ kind: 'done', tracked }); continue }
      const last = ended.at(-1)
      if (last !== undefined && last.kind !== 'done') { await giveUp(context, lane, tracked, 'previous_leg_failed', 'the order before it did not go through'); continue }
      if (tracked.stored.order.kind === 'open') { ended.push(await openThrough(context, lane, linked, task, tracked, mode)); continue }
      closing.ahead = queue.length
      const result = await closeThrough(context, lane, linked, { task, closing, tries }, tracked, mode)
      ended.push(result.ended)
      queue.push(...result.more)
    }
  } finally {
    lane.closing.delete(task.cause)
    await watch?.end()
  }
  return { ended, nextLeg: closing.nextLeg }
}

/** How much a close is to close in all, and what it has closed of it before a restart. */
async function amountOf(context: Context, lane: Lane, linked: Linked, task: Task, orders: readonly Tracked[], mode: Mode): Promise<Pick<Closing, 'asked' | 'filled'>> {
  const filled = new Map<string, Decimal>()
  const closes = orders.filter(({ stored }) => stored.order.kind === 'close')
  const size = task.signal?.size ?? null
  if (size === null || closes.length === 0 || closesAll(lane, task)) return { asked: null, filled }
  if (mode === 'fresh') return { asked: sum(closes.map(({ stored }) => decimal(stored.order.quantity ?? '0'))), filled }
  for (const { cause, order } of await ordersBefore(context, linked, task)) {
    if (cause === task.cause && order.botId === lane.bot.id && order.kind === 'close') filled.set(order.id, decimal(order.filled))
  }
  const held = decimal(lane.position.quantity).abs().plus(sum([...filled.values()]))
  return { asked: decimal(size).lessThan(held) ? decimal(size) : held, filled }
}

/** Orders since the task's signal, of all bots of the connection, however long the database is away. */
export async function ordersBefore(context: Context, { connection }: Linked, { signal }: Task): Promise<readonly StoredOrder[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await context.journal.ordersSince(connection.id, signal?.receivedAt ?? 0)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (context.stopping) throw new Stopped()
      await sleep(context.clock, askAgainMs(attempt))
    }
  }
}

const sum = (amounts: readonly Decimal[]): Decimal => amounts.reduce((total, amount) => total.plus(amount), ZERO)

/** An opening to its end: sends it, and after a proof of absence or a stale refusal sends it anew under the next number. */
async function openThrough(context: Context, lane: Lane, linked: Linked, task: Task, start: Tracked, mode: Mode): Promise<Ended> {
  let ended = await begin(context, lane, linked, start, mode)
  let staleTries = 0
  for (let resend = 0; ; resend += 1) {
    if (ended.kind === 'done') return ended
    if (ended.kind === 'rejected' && ended.stale === null) return ended
    if (ended.kind === 'rejected' && staleTries > 0) return await finish(context, lane, ended, null)
    if (ended.kind === 'rejected') staleTries += 1
    const pass = ended.kind === 'absent' ? await waitBefore(context, ended, resend) : null
    try {
      const again = resend < RESENDS_LIMIT ? await redecide(context, lane, linked, task, ended) : { kind: 'end' as const, code: 'too_many_resends', why: 'it was sent too often' }
      if (again.kind === 'end') return await finish(context, lane, ended, again)
      const { order: before, sendUntil } = ended.tracked.stored
      const next = makeOrder(context, lane, linked, task, again.leg, { leg: before.leg, resend: before.resend + 1, state: 'submitting', sendUntil })
      ended = await sendOrder(context, lane, linked, await replace(context, lane, ended, [next]), pass)
    } finally {
      pass?.()
    }
  }
}

/** What the orders of one close share. */
interface Run { readonly task: Task; readonly closing: Closing; readonly tries: Tries }

/**
 * One order of a close, and those that go on from it, until nothing of it is left or a person is told. `more`: parts of
 * the plan made anew whose turn is still to come.
 */
async function closeThrough(context: Context, lane: Lane, linked: Linked, { task, closing, tries }: Run, start: Tracked, mode: Mode): Promise<{ ended: Ended; more: readonly Tracked[] }> {
  const more: Tracked[] = []
  let ended = await begin(context, lane, linked, start, mode)
  for (let resend = 0; ; resend += 1) {
    const pass = ended.kind === 'absent' ? await waitBefore(context, ended, resend) : null
    try {
      const next: Next = resend >= RESENDS_LIMIT ? TOO_OFTEN
        : ended.kind === 'absent' && ended.code !== MODE_DIFFERS ? sameCloseAgain(context, lane, linked, ended, tries) : await nextOfClose(context, lane, linked, ended, tries)
      closing.filled.set(ended.tracked.stored.order.id, decimal(ended.tracked.stored.order.filled))
      if (next.kind === 'over') {
        const over = await closeOver(context, lane, ended, next.batch)
        return { ended: next.goesOn === true ? { kind: 'done', tracked: over.tracked } : over, more }
      }
      if (next.kind === 'stop') return { ended: await closeStopped(context, lane, linked, task, ended, next), more }
      const { order: before, sendUntil } = ended.tracked.stored
      const [first, ...others] = next.legs.map((leg, index) => makeOrder(context, lane, linked, task, leg, index === 0
        ? { leg: before.leg, resend: before.resend + 1, state: 'submitting', sendUntil }
        : { leg: closing.nextLeg + index - 1, resend: 0, state: 'pending', sendUntil }))
      if (first === undefined) throw new Error('a close goes on with at least one order')
      closing.nextLeg += others.length
      const sent = await replace(context, lane, ended, [first, ...others], next.batch)
      closing.ahead += others.length
      more.push(...others.map((stored) => track(stored)))
      ended = await sendOrder(context, lane, linked, sent, pass)
    } finally {
      pass?.()
    }
  }
}

/** Not sent, because the account's position mode is another one than ours: the close is planned anew. */
const MODE_DIFFERS = 'position_mode_differs'
const TOO_OFTEN: Next = {
  kind: 'stop', told: 'exit_incomplete', code: 'too_many_resends', why: 'The close was sent too often.', remedy: 'Look at the exchange and close it there or here.',
}

/** Sends an order for the first time, or takes it up where a restart left it. */
async function begin(context: Context, lane: Lane, linked: Linked, start: Tracked, mode: Mode): Promise<Ended> {
  if (start.stored.order.state !== 'pending') {
    return mode === 'recovered' ? resume(context, lane, linked, start) : sendOrder(context, lane, linked, start)
  }
  const now = context.clock.now()
  const until = start.stored.sendUntil
  if (until !== null && now >= until) return { kind: 'absent', tracked: start, why: 'its age limit passed before its turn came', code: 'signal_too_old', retryAfterMs: 0 }
  const submitting = change(context.clock, lane, start, {
    state: 'submitting', notAfter: Math.min(now + SUBMIT_DEADLINE_MS, until ?? Infinity), events: [{ event: 'submitting', at: now }],
  })
  return sendOrder(context, lane, linked, await take(context, lane, submitting))
}

/** Waits before the next send. After a rate limit it waits at the gate, where exits go ahead of entries. */
async function waitBefore(context: Context, ended: Absent, resend: number): Promise<Pass | null> {
  const { order, sendUntil } = ended.tracked.stored
  let pass: Pass | null = null
  if (ended.code === 'rate_limited') pass = await context.gates.pass(order, sendUntil)
  else await sleep(context.clock, Math.min(ended.retryAfterMs * 2 ** Math.min(resend, 10), WAIT_LIMIT_MS))
  if (context.stopping) throw new Stopped()
  return pass
}

/** Ends an order that others follow, and stores these, in one commit. Answers the first of them. */
async function replace(context: Context, lane: Lane, ended: Ended, next: readonly StoredOrder[], more: JournalBatch = {}): Promise<Tracked> {
  const [first] = next
  if (first === undefined) throw new Error('an order is replaced by another')
  const why = ended.kind === 'absent' ? ended.why : `the exchange refused it (${ended.tracked.stored.order.rejectText ?? ''})`
  const last = ended.kind === 'absent' ? failedChange(context, lane, ended.tracked, ended.code, why) : settledChange(context, lane, ended.tracked)
  await end(context, lane, last, { ...more, newOrders: next, feed: [...more.feed ?? [], ...next.map(orderFed)] })
  return track(first)
}

/** An opening that is not sent again. */
async function finish(context: Context, lane: Lane, ended: Exclude<Ended, { kind: 'done' }>, why: { code: string; why: string } | null): Promise<Ended> {
  if (ended.kind === 'rejected') return { ...ended, tracked: await end(context, lane, settledChange(context, lane, ended.tracked)), stale: null }
  if (why === null) throw new Error('an order that is not at the exchange ends for a reason')
  const failed = failedChange(context, lane, ended.tracked, why.code, `${ended.why}; ${why.why}`)
  return { kind: 'rejected', tracked: await end(context, lane, failed), stale: null }
}

async function closeOver(context: Context, lane: Lane, ended: Ended, batch: JournalBatch = {}): Promise<Ended> {
  if (ended.tracked.stored.settled) return ended
  const last = ended.kind === 'absent' ? failedChange(context, lane, ended.tracked, ended.code, ended.why) : settledChange(context, lane, ended.tracked)
  const tracked = await end(context, lane, last, batch)
  return ended.kind === 'rejected' ? { ...ended, tracked, stale: null } : { kind: 'done', tracked }
}

/** The last order of a close that leaves something: it is settled in one commit with what a person is told. */
async function closeStopped(context: Context, lane: Lane, linked: Linked, task: Task, ended: Ended, stopped: Next & { kind: 'stop' }): Promise<Ended> {
  const { code, why, batch = {} } = stopped
  const { stored } = ended.tracked
  const last = ended.kind === 'absent' ? failedChange(context, lane, ended.tracked, code, `${ended.why}; ${why}`) : settledChange(context, lane, ended.tracked)
  const unheld = decimal(lane.position.quantity).isZero() || (isAdopted(stored) && code === 'signal_too_old')
  if (unheld) return { kind: 'rejected', tracked: await end(context, lane, last, batch), stale: null }
  const position = batch.positions?.at(-1) ?? lane.position
  const waits = code === 'market_closed' ? waitForOpening(context, lane, linked, task) : null
  const news = waits?.told ?? exitTold(context, { ...lane, position }, { code: stopped.told, why, remedy: stopped.remedy, orderId: stored.order.id, signalId: stored.order.signalId })
  context.log.warn({ orderId: stored.order.id, botId: lane.bot.id, code }, 'an exit has not ended the position')
  const tracked = await end(context, lane, last, merge(merge(batch, news.batch), waits?.batch ?? {}))
  context.exits.told(news)
  if (waits !== null) lane.atOpen = [...lane.atOpen, waits.waiting]
  return { kind: 'rejected', tracked, stale: null }
}

const settledChange = (context: Context, lane: Lane, tracked: Tracked): Change => change(context.clock, lane, tracked, { settled: true })

function failedChange(context: Context, lane: Lane, tracked: Tracked, code: string, why: string): Change {
  return change(context.clock, lane, tracked, {
    state: 'failed', rejectCode: code, rejectText: why, settled: true, events: [{ event: 'failed', at: context.clock.now(), detail: why }],
  })
}

async function giveUp(context: Context, lane: Lane, tracked: Tracked, code: string, why: string): Promise<void> {
  if (!isFinal(tracked.stored.order.state)) await end(context, lane, failedChange(context, lane, tracked, code, why))
}
