import { sleep } from '#clock'
import { isFinal } from '#model'
import type { JournalBatch, StoredOrder } from '#store'
import { isAdopted } from './adopt.ts'
import type { Lane } from './book.ts'
import { merge, take, type Context } from './context.ts'
import { Stopped } from './ended.ts'
import type { Task } from './decided.ts'
import { exitTooOldFed, orderFed } from './feed.ts'
import type { Pass } from './gates.ts'
import { change, track, type Tracked } from './ledger.ts'
import type { Linked } from './linked.ts'
import { makeOrder, SUBMIT_DEADLINE_MS } from './make-order.ts'
import { redecide } from './redecide.ts'
import { resume, sendOrder, type Ended } from './submit.ts'

/** With waits that grow to 5 s this outlasts the age limit of an exit. */
const RESENDS_LIMIT = 200
const WAIT_LIMIT_MS = 5000

/** Carries out the stored orders of a task, first to last; the lane waits for it. Answers how each ended. */
export async function carryOut(context: Context, lane: Lane, linked: Linked, task: Task, orders: readonly Tracked[], mode: 'fresh' | 'recovered'): Promise<readonly Ended[]> {
  const ended: Ended[] = []
  for (const tracked of orders) {
    if (tracked.stored.settled) { ended.push({ kind: 'done', tracked }); continue }
    const last = ended.at(-1)
    if (last !== undefined && last.kind !== 'done') { await giveUp(context, lane, tracked, 'previous_leg_failed', 'the order before it did not go through'); continue }
    const result = await carryThrough(context, lane, linked, task, tracked, mode)
    ended.push(result)
  }
  return ended
}

/** One leg to its end: sends it, and after a proof of absence or a stale refusal sends it anew under the next number. */
async function carryThrough(context: Context, lane: Lane, linked: Linked, task: Task, start: Tracked, mode: 'fresh' | 'recovered'): Promise<Ended> {
  let tracked = start
  let ended: Ended
  if (tracked.stored.order.state === 'pending') {
    const late = await startPending(context, lane, tracked)
    if (late.kind === 'late') return { kind: 'rejected', tracked: late.tracked, stale: null }
    tracked = late.tracked
    ended = await sendOrder(context, lane, linked, tracked)
  } else ended = mode === 'recovered' ? await resume(context, lane, linked, tracked) : await sendOrder(context, lane, linked, tracked)

  let staleTries = 0
  for (let resend = 0; ; resend += 1) {
    if (ended.kind === 'done') return ended
    if (ended.kind === 'rejected' && ended.stale === null) return ended
    if (ended.kind === 'rejected' && staleTries > 0) return await finish(context, lane, ended, null)
    if (ended.kind === 'rejected') staleTries += 1
    const why = ended.kind === 'absent' ? ended.why : `the exchange refused it (${ended.tracked.stored.order.rejectText ?? ''})`
    const pass = ended.kind === 'absent' ? await waitBefore(context, ended, resend) : null
    try {
      const again = resend < RESENDS_LIMIT ? await redecide(context, lane, linked, task, ended) : { kind: 'end' as const, code: 'too_many_resends', why: 'it was sent too often' }
      if (again.kind === 'end') return await finish(context, lane, ended, again)
      const { order: before, sendUntil } = ended.tracked.stored
      const next = makeOrder(context, lane, linked, task, again.leg, { leg: before.leg, resend: before.resend + 1, state: 'submitting', sendUntil })
      ended = await sendOrder(context, lane, linked, await replace(context, lane, ended, next, why), pass)
    } finally {
      pass?.()
    }
  }
}

/** Waits before the next send. After a rate limit it waits at the gate, where exits go ahead of entries. */
async function waitBefore(context: Context, ended: Ended & { kind: 'absent' }, resend: number): Promise<Pass | null> {
  const { order, sendUntil } = ended.tracked.stored
  let pass: Pass | null = null
  if (ended.code === 'rate_limited') pass = await context.gates.pass(order, sendUntil)
  else await sleep(context.clock, Math.min(ended.retryAfterMs * 2 ** Math.min(resend, 10), WAIT_LIMIT_MS))
  if (context.stopping) throw new Stopped()
  return pass
}

/** Ends the order that is proven absent, or was refused, and stores its successor, in one commit. */
async function replace(context: Context, lane: Lane, ended: Exclude<Ended, { kind: 'done' }>, next: StoredOrder, why: string): Promise<Tracked> {
  const batch: JournalBatch = { newOrders: [next], feed: [orderFed(next)] }
  if (ended.kind === 'rejected') await take(context, lane, settledChange(context, lane, ended.tracked), batch)
  else await take(context, lane, failedChange(context, lane, ended.tracked, ended.code, why), batch)
  return track(next)
}

async function finish(context: Context, lane: Lane, ended: Exclude<Ended, { kind: 'done' }>, end: { code: string; why: string; batch?: JournalBatch; } | null): Promise<Ended> {
  if (ended.kind === 'rejected') return { ...ended, tracked: await take(context, lane, settledChange(context, lane, ended.tracked), end?.batch), stale: null }
  if (end === null) throw new Error('an order that is not at the exchange ends for a reason')
  const failed = failedChange(context, lane, ended.tracked, end.code, `${ended.why}; ${end.why}`)
  return { kind: 'rejected', tracked: await take(context, lane, failed, merge(end.batch ?? {}, lateExit(ended.tracked, end.code, end.why))), stale: null }
}

function lateExit({ stored }: Tracked, code: string, why: string): JournalBatch {
  const { order } = stored
  if (code !== 'signal_too_old' || order.kind !== 'close' || isAdopted(stored)) return {}
  return { feed: [exitTooOldFed(order.userId, order.botId, order.symbol, `A close was not sent any more: ${why}`)] }
}

const settledChange = (context: Context, lane: Lane, tracked: Tracked): ReturnType<typeof change> => change(context.clock, lane, tracked, { settled: true })

function failedChange(context: Context, lane: Lane, tracked: Tracked, code: string, why: string): ReturnType<typeof change> {
  return change(context.clock, lane, tracked, {
    state: 'failed', rejectCode: code, rejectText: why, settled: true, events: [{ event: 'failed', at: context.clock.now(), detail: why }],
  })
}

async function giveUp(context: Context, lane: Lane, tracked: Tracked, code: string, why: string): Promise<void> {
  if (!isFinal(tracked.stored.order.state)) await take(context, lane, failedChange(context, lane, tracked, code, why))
}

/** A later leg's turn has come: its deadline is stored anew before it is sent. */
async function startPending(context: Context, lane: Lane, tracked: Tracked): Promise<{ kind: 'go' | 'late'; tracked: Tracked }> {
  const now = context.clock.now()
  const until = tracked.stored.sendUntil
  if (until !== null && now >= until) {
    const why = 'its age limit passed before its turn came'
    return { kind: 'late', tracked: await take(context, lane, failedChange(context, lane, tracked, 'signal_too_old', why), lateExit(tracked, 'signal_too_old', why)) }
  }
  const submitting = change(context.clock, lane, tracked, {
    state: 'submitting', notAfter: Math.min(now + SUBMIT_DEADLINE_MS, until ?? Infinity), events: [{ event: 'submitting', at: now }],
  })
  return { kind: 'go', tracked: await take(context, lane, submitting) }
}
