import type { ExchangeOrder, Stale, SubmitOutcome } from '#contract'
import { decimal, isFinal, Problem } from '#model'
import type { OrderEvent } from '#store'
import { barredNow } from './barred.ts'
import { exitIn, type Lane } from './book.ts'
import { isOver } from './closing.ts'
import { demandOwned, fenceOf, take, type Context } from './context.ts'
import { LaneLost, Stopped } from './ended.ts'
import type { Pass } from './gates.ts'
import { adopt, change, settleWithoutFills, type Tracked } from './ledger.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { ANOTHER_ORDER, echoes, lookUp, purposeOf } from './lookup.ts'
import { resolveUncertain, type Resolution } from './resolve.ts'

/** How an order ended, as its lane needs to know it. */
export type Ended =
  | { readonly kind: 'done'; readonly tracked: Tracked }
  /** Refused by the exchange, definitely. Where something was `stale`, it is not settled yet: `settle` it with what follows. */
  | { readonly kind: 'rejected'; readonly tracked: Tracked; readonly stale: Stale | null; readonly passing?: true }
  /** Proven not to be at the exchange: it may be sent again under the next number. The change to `failed` is not yet stored. */
  | { readonly kind: 'absent'; readonly tracked: Tracked; readonly why: string; readonly code: string; readonly retryAfterMs: number }

/** In the timeline of a refused order that will be decided anew. */
const STALE = 'was_stale'
/** What the executor says of a token below one that it has seen. */
const FENCED = 'fenced'
/** A market order that is still open after this long is canceled; its fills are kept. */
const OPEN_LIMIT_MS = 10_000
/** When an open order is looked at again, ms after the answer. */
const OPEN_LOOKS_MS = [100, 200, 400, 800, 1500, 3000, 5000] as const
/** A pause of unknown length. */
const RATE_PAUSE_MS = 1000
const PAUSED = 'the exchange wants a pause, or others have waited longer'
/** How long missing fills are asked for before they are booked without their list. */
const FILLS_LIMIT_MS = 60_000
/** How long they are waited for where an exit waits, and the exchange's list is only behind. */
const URGENT_FILLS_MS = 1500
/** So long fees of an order are asked for as background work, behind everything else. */
const FEES_WAIT_MS = 10_000
/** When they are asked for again meanwhile, ms after the answer: a share that is used up is not there again in a moment. */
const FEES_LOOKS_MS = [500, 2500, 7000] as const

/**
 * Sends a stored order once and follows it to its end. While its exchange wants a pause it does not leave. `pass`: it has
 * waited, and is let through; the gate is told when it has its answer.
 */
export async function sendOrder(context: Context, lane: Lane, linked: Linked, tracked: Tracked, pass: Pass | null = null): Promise<Ended> {
  const { order } = tracked.stored
  lane.current.add(order.id)
  if (pass === null && context.gates.holds(order)) return { kind: 'absent', tracked, why: PAUSED, code: 'rate_limited', retryAfterMs: 0 }
  const storedAt = context.clock.now()
  const { kind, clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide, notAfter } = order
  let outcome: SubmitOutcome
  demandOwned(lane)
  // The first lock against a server that lost its lanes without knowing: nothing is sent that could arrive after the lease.
  if (!context.tenure.lasts(notAfter)) return { kind: 'absent', tracked, why: 'this server\'s lease ends before its deadline', code: 'lease_over', retryAfterMs: 500 }
  try {
    outcome = barredNow(context, lane, linked, tracked) ?? await context.wire.during(lane.bot, () => context.executor.call({
      verb: 'submitOrder', connection: envelopeRef(linked), kind, ...fenceOf(context, lane), purpose: purposeOf(tracked),
      order: { clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide, notAfter },
    }))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    // `unavailable` means that nothing was handed to the executor; every other problem leaves it open what happened.
    outcome = error.code === 'unavailable'
      ? { kind: 'not_sent', code: 'executor_unavailable', text: error.message, retryAfterMs: 500 }
      : { kind: 'unknown', reason: error.message, sentAt: context.clock.now() }
  }
  if (outcome.kind === 'accepted' && !echoes(tracked, outcome.order)) outcome = { kind: 'unknown', reason: ANOTHER_ORDER, sentAt: outcome.sentAt }
  if (outcome.kind === 'not_sent' && outcome.code === 'rate_limited') context.gates.shut(order, outcome.scope ?? 'address', outcome.retryAfterMs ?? RATE_PAUSE_MS)
  pass?.()
  switch (outcome.kind) {
    case 'accepted': {
      const events = sentEvents(storedAt, outcome.sentAt)
      const adopted = adopt(context.clock, lane, tracked, outcome.order, { event: 'accepted', at: outcome.answeredAt, detail: outcome.order.exchangeOrderId })
      const taken = await take(context, lane, insertBefore(adopted, events))
      return follow(context, lane, linked, taken)
    }
    case 'rejected': {
      const rejected = change(context.clock, lane, tracked, {
        // A refusal of what was stale is not the end: the order is settled in one commit with its successor, or with what
        // else follows. A crash in between is taken up from the mark in its timeline.
        state: 'rejected', rejectCode: outcome.code, rejectText: outcome.text, settled: outcome.stale === null,
        events: [
          ...sentEvents(storedAt, outcome.sentAt), { event: 'rejected', at: outcome.answeredAt, detail: outcome.text },
          ...outcome.stale === null ? [] : [{ event: STALE, at: outcome.answeredAt, detail: outcome.stale }],
        ],
      })
      return { kind: 'rejected', tracked: await take(context, lane, rejected), stale: outcome.stale, ...outcome.passing === true ? { passing: true } : {} }
    }
    case 'not_sent':
      if (outcome.code === FENCED) {
        context.log.warn({ orderId: order.id, botId: order.botId }, 'the executor knows a later owner of this lane: nothing was sent')
        context.tenure.suspect(lane.shard)
        throw new LaneLost()
      }
      return { kind: 'absent', tracked, why: outcome.text, code: outcome.code, retryAfterMs: outcome.retryAfterMs ?? 500 }
    case 'unknown': {
      const uncertain = change(context.clock, lane, tracked, {
        state: 'uncertain', events: [...sentEvents(storedAt, outcome.sentAt), { event: 'uncertain', at: context.clock.now(), detail: outcome.reason }],
      })
      return settleUncertain(context, lane, linked, await take(context, lane, uncertain))
    }
  }
}

/** Takes up an order that was in flight when the process ended, or is uncertain: by looking, never by sending. */
export async function resume(context: Context, lane: Lane, linked: Linked, tracked: Tracked): Promise<Ended> {
  const { state, id } = tracked.stored.order
  lane.current.add(id)
  if (state === 'rejected' || state === 'failed') return { kind: 'rejected', tracked, stale: staleOf(tracked) }
  if (state === 'submitting' || state === 'uncertain') {
    const uncertain = state === 'uncertain' ? tracked : await take(context, lane, change(context.clock, lane, tracked, {
      state: 'uncertain', events: [{ event: 'uncertain', at: context.clock.now(), detail: 'Towerflow was restarted while the order was on its way' }],
    }))
    return settleUncertain(context, lane, linked, uncertain)
  }
  return follow(context, lane, linked, tracked)
}

async function settleUncertain(context: Context, lane: Lane, linked: Linked, tracked: Tracked): Promise<Ended> {
  const resolution: Resolution = await resolveUncertain(context, lane, linked, tracked)
  if (resolution.kind === 'absent') {
    return { kind: 'absent', tracked: resolution.tracked, why: resolution.why, code: 'proven_absent', retryAfterMs: 0 }
  }
  if (resolution.kind === 'rejected') return { ...resolution, stale: null }
  return follow(context, lane, linked, resolution.tracked)
}

/** From the exchange's acknowledgement to the settled end: fills, fees, and the cancel of what stays open too long. */
export async function follow(context: Context, lane: Lane, linked: Linked, start: Tracked): Promise<Ended> {
  let tracked = start
  const { clock } = context
  const began = clock.now()
  let mayWait = false
  /** Since when somebody wants out who need not wait for this order's fills; epoch ms. */
  let urgentSince: number | null = null
  for (let look = 0; !isOver(tracked); look += 1) {
    const { order } = tracked.stored
    if (urgent(lane, tracked)) urgentSince ??= clock.now() // what came while it was looked up wakes nobody
    const most = urgentSince === null ? Infinity : Math.max(0, urgentSince + URGENT_FILLS_MS - clock.now())
    if (look > 0) await sleepUntilWanted(context, lane, Math.min(at(mayWait ? FEES_LOOKS_MS : OPEN_LOOKS_MS, look), most), () => mayWait || (urgentSince === null && urgent(lane, tracked)))
    demandOwned(lane)
    if (mayWait && context.stopping) throw new Stopped() // the next start asks for them
    if (urgent(lane, tracked)) urgentSince ??= clock.now()
    const waited = clock.now() - began
    if (isFinal(order.state) && (waited > FILLS_LIMIT_MS || (urgentSince !== null && clock.now() - urgentSince >= URGENT_FILLS_MS))) {
      tracked = await take(context, lane, settleWithoutFills(clock, lane, tracked))
      break
    }
    if (!isFinal(order.state) && (waited > OPEN_LIMIT_MS || lane.cancelRequested === order.id || (urgentSince !== null && look > 1))) {
      tracked = await cancelOpen(context, lane, linked, tracked)
    }
    // Only fees are missing, and no signal waits for them: what background work may ask for will do, but not for long.
    mayWait = isFinal(tracked.stored.order.state) && lane.queue.length === 0 && waited < FEES_WAIT_MS && urgentSince === null
    const found = await lookUp(context, linked, tracked, mayWait)
    if (found.kind === 'found') {
      tracked = await adoptIfNews(context, lane, tracked, found.order)
      if (found.order.noTrades === true && isFinal(tracked.stored.order.state) && !isOver(tracked)) {
        tracked = await take(context, lane, settleWithoutFills(clock, lane, tracked))
      }
    } else if (urgentSince !== null && isFinal(tracked.stored.order.state)) { // its fills cannot be read: nobody waits for them
      tracked = await take(context, lane, settleWithoutFills(clock, lane, tracked))
    } else if (urgentSince !== null && order.kind === 'open') await context.exitMeanwhile(lane, tracked)
    // Absent or unknown after an acknowledgement: the exchange's list is behind, and the next look decides; unless it is too
    // long ago for the list to know it still.
    if (found.kind === 'absent' && !found.withinMemory && !isFinal(tracked.stored.order.state)) return forgotten(context, lane, linked, tracked)
  }
  return tracked.stored.order.state === 'rejected' ? { kind: 'rejected', tracked, stale: null } : { kind: 'done', tracked }
}

/** Whether somebody wants out while this order's fills are awaited: a close left a rest, or an exit is behind an opening. */
function urgent(lane: Lane, { stored: { order } }: Tracked): boolean {
  if (order.kind === 'close') return isFinal(order.state) && lane.closing.size > 0 && order.quantity !== null && decimal(order.filled).lessThan(decimal(order.quantity))
  return exitIn(lane, order) !== undefined
}

const at = (looksMs: readonly number[], look: number): number => looksMs[Math.min(look, looksMs.length) - 1] ?? 5000

/** Sleeps, but no longer than until something comes into the lane that is `wanted` sooner, or its time here is over. */
async function sleepUntilWanted(context: Context, lane: Lane, ms: number, wanted: () => boolean): Promise<void> {
  let wake: () => void = () => undefined
  await new Promise<void>((resolve) => {
    const stop = context.clock.after(ms, resolve)
    wake = () => { queueMicrotask(() => { if (wanted()) { stop(); resolve() } }) } // it is in the queue once it woke us
    lane.sleepers.add(wake)
  })
  lane.sleepers.delete(wake)
}

/** Acknowledged, and beyond the exchange's memory before it was seen to end: only a person can say what became of it. */
async function forgotten(context: Context, lane: Lane, linked: Linked, tracked: Tracked): Promise<Ended> {
  const detail = 'the exchange acknowledged it, and does not remember it any more'
  return settleUncertain(context, lane, linked, await take(context, lane, change(context.clock, lane, tracked, {
    state: 'uncertain', events: [{ event: 'uncertain', at: context.clock.now(), detail }],
  })))
}

async function cancelOpen(context: Context, lane: Lane, linked: Linked, tracked: Tracked): Promise<Tracked> {
  const { order } = tracked.stored
  let current = tracked
  if (order.state === 'open') {
    const why = lane.cancelRequested === order.id ? 'its owner canceled it' : 'a market order still open after 10 s is canceled'
    current = await take(context, lane, change(context.clock, lane, tracked, { state: 'canceling', events: [{ event: 'canceling', at: context.clock.now(), detail: why }] }))
  }
  try {
    const answer = await context.executor.call({
      verb: 'cancelOrder', connection: envelopeRef(linked), symbol: order.symbol, clientOrderId: order.clientOrderId, purpose: purposeOf(tracked),
    })
    if (answer.kind === 'canceled' && echoes(current, answer.order)) return await adoptIfNews(context, lane, current, answer.order)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    context.log.warn({ orderId: order.id, code: error.code }, 'the cancel got no answer; it is sent again')
  }
  return current
}

async function adoptIfNews(context: Context, lane: Lane, tracked: Tracked, reported: ExchangeOrder): Promise<Tracked> {
  const adopted = adopt(context.clock, lane, tracked, reported, { event: 'reported', at: context.clock.now(), detail: `${reported.state}, ${reported.filled} filled` })
  const { order } = adopted.tracked.stored
  const before = tracked.stored.order
  const news = order.state !== before.state || order.filled !== before.filled || adopted.tracked.booked.size !== tracked.booked.size
    || adopted.tracked.stored.settled !== tracked.stored.settled
  return news ? take(context, lane, adopted) : tracked
}

/** What the refused order's sender believed wrongly, as its timeline says. */
const staleOf = ({ stored: { timeline } }: Tracked): Stale => (timeline.findLast((entry) => entry.event === STALE)?.detail ?? 'position') as Stale

const sentEvents = (storedAt: number, sentAt: number): OrderEvent[] => [{ event: 'stored', at: storedAt }, { event: 'sent', at: sentAt }]

/** Puts entries in front of the last one that a change appended. */
function insertBefore<C extends { tracked: Tracked; batch: { orders?: readonly unknown[] } }>(changed: C, events: readonly OrderEvent[]): C {
  const { stored } = changed.tracked
  const timeline = [...stored.timeline, ...events].sort((a, b) => a.at - b.at)
  const moved = { ...stored, timeline }
  return { ...changed, tracked: { ...changed.tracked, stored: moved }, batch: { ...changed.batch, orders: [moved] } }
}
