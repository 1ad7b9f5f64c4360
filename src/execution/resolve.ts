import type { LookupOutcome, OrderFacts, SubmitOutcome } from '#contract'
import { Problem } from '#model'
import { barredNow } from './barred.ts'
import { exitIn, type Lane } from './book.ts'
import { demandOwned, take, type Context } from './context.ts'
import { Stopped } from './ended.ts'
import { evidenceOf, inWords, unasked, type Evidence } from './evidence.ts'
import { tellExit } from './exit-told.ts'
import { Inquiry } from './inquiry.ts'
import { adopt, change, type Tracked } from './ledger.ts'
import type { Linked } from './linked.ts'
import { lookUp } from './lookup.ts'
import { maySendAgain, sendSameId } from './same-id.ts'
import { heed, refuseEarly } from './word.ts'

export type Resolution =
  /** It is at the exchange; adopted. */
  | { readonly kind: 'found'; readonly tracked: Tracked }
  /** It has ended without the exchange: refused there, or declared absent by a person. Nothing is sent again. */
  | { readonly kind: 'rejected'; readonly tracked: Tracked }
  /** Proven not to be there. The change to `failed` is not stored yet: it goes into one commit with what follows. */
  | { readonly kind: 'absent'; readonly tracked: Tracked; readonly why: string }

/** Waits before the first and the following look-ups; then every 20 s. */
const LOOKS_MS = [0, 500, 1000, 2000, 5000, 10_000, 20_000] as const
/** The look after which the next one comes in 2 s. */
const APART_LOOK = 2
/** A pause that the exchange asked for is kept, but looked at again after this long: it may have been the executor's alone. */
const PAUSE_LIMIT_MS = 60_000
/** Beyond the exchange's bound, on the exchange's clock. */
const MARGIN_MS = 1000
/** Two not-found answers must be this far apart. */
const APART_MS = 2000
/** A person is told within a minute of the first doubt, with room for a slow commit. */
const PERSON_AFTER_MS = 45_000
/** After a restart the exchange is asked before people are. */
const LOOK_FIRST_MS = 5000

/** One search for an uncertain order, as it goes on. */
interface Search {
  tracked: Tracked
  readonly lane: Lane
  readonly linked: Linked
  /** When it became uncertain, and from when on a person is to be told; epoch ms. */
  readonly since: number
  readonly personAt: number
  look: number
  times: number
  answer: LookupOutcome | null
  firstAbsentAt: number | null
  /** What the exchange said to the same order with the same id. */
  refused: (SubmitOutcome & { kind: 'rejected' }) | null
  toldOfExit: boolean
}

/**
 * Settles an order of which no clear answer came. It is looked up until it is found, or until its absence is proven:
 * after its deadline plus the time for which the exchange may still accept a late request, two complete not-found
 * answers at least 2 s apart, within what the exchange's look-ups remember. An exchange that refuses a repeated id is
 * also asked by sending the same order with the same id. Whatever else comes keeps it uncertain; within a minute a
 * person is told, and what they say ends it. Never resolves on a guess.
 */
export async function resolveUncertain(context: Context, lane: Lane, linked: Linked, start: Tracked): Promise<Resolution> {
  const { order, timeline } = start.stored
  const now = context.clock.now()
  const since = timeline.findLast((entry) => entry.event === 'uncertain')?.at ?? now
  const inquiry = new Inquiry(context.clock)
  lane.inquiries.set(order.id, inquiry)
  try {
    return await search(context, inquiry, {
      tracked: start, lane, linked, since, personAt: Math.max(since + PERSON_AFTER_MS, now + LOOK_FIRST_MS),
      look: 0, times: 0, answer: null, firstAbsentAt: null, refused: null, toldOfExit: false,
    })
  } finally {
    lane.inquiries.delete(order.id)
    inquiry.end()
  }
}

async function search(context: Context, inquiry: Inquiry, state: Search): Promise<Resolution> {
  const { clock } = context
  for (let nextAt = clock.now() + LOOKS_MS[0]; ;) {
    await inquiry.wait(Math.min(nextAt, state.tracked.stored.order.needsPerson ? Infinity : state.personAt) - clock.now())
    if (context.stopping) throw new Stopped()
    demandOwned(state.lane)
    await letExitsBy(context, state)
    const facts = await factsOf(context, state.linked)
    await callPerson(context, state, facts)
    const said = inquiry.take()
    if (said === null && clock.now() < nextAt) continue
    if (said !== null && refuseEarly(clock, said, state.tracked, facts)) continue

    // While a person's word is dealt with nothing is sent: they spoke of what they saw before.
    const settled = await lookOnce(context, state, facts, said === null)
    if (settled !== null) return settled
    if (said !== null) {
      const ended = await heed(context, state.lane, state.linked, state.tracked, said)
      if (ended !== null) return ended
    }
    await letExitsBy(context, state)
    state.look += 1
    nextAt = clock.now() + waitBefore(state)
  }
}

function waitBefore({ look, answer }: Search): number {
  const scheduled = LOOKS_MS[Math.min(look, LOOKS_MS.length - 1)] ?? 20_000
  return answer?.kind === 'unknown' ? Math.max(scheduled, Math.min(answer.retryAfterMs ?? 0, PAUSE_LIMIT_MS)) : scheduled
}

/** One look-up and what follows from it; null: still uncertain. */
async function lookOnce(context: Context, state: Search, facts: OrderFacts | undefined, maySend: boolean): Promise<Resolution | null> {
  const { clock } = context
  const { lane, linked } = state
  state.times += 1
  const answer = await telling(context, state, facts, lookUp(context, linked, state.tracked))
  state.answer = answer
  if (answer.kind === 'found') {
    const adopted = adopt(clock, lane, state.tracked, answer.order, { event: 'found', at: clock.now(), detail: `the exchange knows it: ${answer.order.state}` })
    return { kind: 'found', tracked: await take(context, lane, adopted) }
  }
  // What the exchange acknowledged was there: it is never proven absent, and never sent again.
  const counts = answer.kind === 'absent' && state.tracked.stored.order.exchangeOrderId === null && facts !== undefined && unasked(answer.checked, facts).length === 0 && answer.withinMemory
  if (!counts) {
    state.firstAbsentAt = null
    return null
  }
  const { order } = state.tracked.stored
  const proves = facts.lateAcceptMs !== null && answer.exchangeNow > order.notAfter + facts.lateAcceptMs + MARGIN_MS
  if (proves || state.refused !== null) {
    if (state.firstAbsentAt !== null && clock.now() - state.firstAbsentAt >= APART_MS) return await absent(context, state, answer.checked)
    state.firstAbsentAt ??= clock.now()
    state.look = Math.min(state.look, APART_LOOK) // the second answer is wanted in 2 s, not in 20
    return null
  }
  if (!maySend || state.look === 0 || !maySendAgain(lane, linked, facts, state.tracked, clock.now()) || barredNow(context, lane, linked, state.tracked) !== null) return null
  const again = await sendSameId(context, lane, linked, state.tracked)
  state.tracked = again.tracked
  if (again.kind === 'found') return again
  // Once a halt is over the send before may be taken all the same: it is sent again until then.
  if (again.kind === 'refused' && again.outcome.passing !== true) state.refused = again.outcome
  return null
}

/** Twice not there when it could not come any more; or refused when it was sent again with the same id. */
async function absent(context: Context, { lane, tracked, refused }: Search, checked: readonly string[]): Promise<Resolution> {
  if (refused === null) return { kind: 'absent', tracked, why: `not at the exchange after its deadline (looked up: ${checked.join(', ')})` }
  const rejected = change(context.clock, lane, tracked, {
    state: 'rejected', rejectCode: refused.code, rejectText: refused.text, settled: true,
    events: [{ event: 'rejected', at: refused.answeredAt, detail: refused.text }],
  })
  return { kind: 'rejected', tracked: await take(context, lane, rejected) }
}

/** Waits for something. A person is told in time, however long it takes. */
async function telling<T>(context: Context, state: Search, facts: OrderFacts | undefined, work: Promise<T>): Promise<T> {
  if (state.tracked.stored.order.needsPerson) return work
  let stop: () => void = () => undefined
  const late = new Promise<'late'>((resolve) => { stop = context.clock.after(Math.max(0, state.personAt - context.clock.now()), () => { resolve('late') }) })
  const first = await Promise.race([work.then(() => 'done' as const), late])
  stop()
  if (first === 'late') await callPerson(context, state, facts)
  return work
}

async function factsOf(context: Context, linked: Linked): Promise<OrderFacts | undefined> {
  if (context.feeds.facts(linked.connection) === undefined) {
    await context.feeds.describe().catch((error: unknown) => { if (!(error instanceof Problem)) throw error })
  }
  return context.feeds.facts(linked.connection)
}

/** Behind an uncertain opening: the exit that need not wait goes out; of one that has to, its owner is told at once. */
async function letExitsBy(context: Context, state: Search): Promise<void> {
  const { lane, tracked: { stored: { order } } } = state
  if (order.kind !== 'open') return
  const facts = context.feeds.facts(order)
  await telling(context, state, facts, context.exitMeanwhile(lane, state.tracked)) // that exit may become uncertain itself
  if (state.toldOfExit || exitIn(lane, order) === undefined) return
  state.toldOfExit = true
  const evidence = evidenceOf(order, facts, state)
  await tellExit(context, lane, {
    code: 'exit_waits', orderId: order.id, why: `A close waits because it is not known what became of the opening before it: ${inWords(evidence)}.`,
    remedy: 'Say what became of that order (POST /orders/:id/resolve, or "orders resolve"), or close at the exchange.',
  })
}

async function callPerson(context: Context, state: Search, facts: OrderFacts | undefined): Promise<void> {
  const { lane, tracked } = state
  const { order } = tracked.stored
  if (order.needsPerson || context.clock.now() < state.personAt) return
  const evidence: Evidence = evidenceOf(order, facts, state)
  const detail = inWords(evidence)
  context.log.warn({ orderId: order.id, botId: order.botId }, 'an order stays uncertain and needs a person')
  state.tracked = await take(context, lane, change(context.clock, lane, tracked, {
    needsPerson: true, events: [{ event: 'needs_person', at: context.clock.now(), detail }],
  }), {
    feed: [{ type: 'notice', userId: order.userId, data: {
      code: 'order_uncertain', orderId: order.id, botId: order.botId, connectionId: order.connectionId, symbol: order.symbol, ...evidence, detail,
    } }],
  })
}
