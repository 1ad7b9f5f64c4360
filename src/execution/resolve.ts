import { sleep } from '#clock'
import type { LookupOutcome, OrderIdFacts } from '#contract'
import { Problem } from '#model'
import { barredNow } from './barred.ts'
import type { Lane } from './book.ts'
import { take, type Context } from './context.ts'
import { adopt, change, type Tracked } from './ledger.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { lookUp, purposeOf } from './lookup.ts'

export type Resolution =
  /** It is at the exchange; adopted. */
  | { readonly kind: 'found'; readonly tracked: Tracked }
  | { readonly kind: 'rejected'; readonly tracked: Tracked }
  /** Proven not to be there. The change to `failed` is not stored yet: it goes into one commit with what follows. */
  | { readonly kind: 'absent'; readonly tracked: Tracked; readonly why: string }

/** Waits before the first and the following look-ups; then every 20 s. */
const LOOKS_MS = [0, 500, 1000, 2000, 5000, 10_000, 20_000] as const
/** Beyond the exchange's bound, on the exchange's clock. */
const MARGIN_MS = 1000
/** Two not-found answers must be this far apart. */
const APART_MS = 2000
const PERSON_AFTER_MS = 45_000
const SAME_ID_DEADLINE_MS = 5000

/**
 * Settles an order of which no clear answer came. It is looked up until it is found, or until its absence is proven:
 * after its deadline plus the time for which the exchange may still accept a late request, two complete not-found
 * answers at least 2 s apart, within what the exchange's look-ups remember. An exchange that refuses a repeated id is
 * also asked by sending the same order with the same id. Whatever else comes keeps it uncertain; within a minute a
 * person is told. Never resolves on a guess.
 */
export async function resolveUncertain(context: Context, lane: Lane, linked: Linked, start: Tracked): Promise<Resolution> {
  let tracked = start
  let firstAbsentAt: number | null = null
  const began = context.clock.now()
  for (let look = 0; ; look += 1) {
    await sleep(context.clock, LOOKS_MS[Math.min(look, LOOKS_MS.length - 1)] ?? 20_000)
    const facts = context.feeds.description(linked.connection.exchange)?.facts
    if (facts === undefined) await context.feeds.describe().catch(problemsOnly)
    const answer = await lookUp(context, linked, tracked)
    if (answer.kind === 'found') {
      const adopted = adopt(context.clock, lane, tracked, answer.order, { event: 'found', at: context.clock.now(), detail: `the exchange knows it: ${answer.order.state}` })
      return { kind: 'found', tracked: await take(context, lane, adopted) }
    }
    if (answer.kind === 'absent' && facts !== undefined) {
      if (provesAbsence(answer, facts, tracked.stored.order.notAfter)) {
        if (firstAbsentAt !== null && context.clock.now() - firstAbsentAt >= APART_MS) {
          return { kind: 'absent', tracked, why: `not at the exchange after its deadline, by ${answer.checked.join(', ')}` }
        }
        firstAbsentAt ??= context.clock.now()
        look = Math.min(look, 2) // the second answer is wanted in 2 s, not in 20
      } else if (look > 0 && maySendAgain(facts, tracked, context.clock.now()) && barredNow(context, lane, linked, tracked) === null) {
        const settled = await sendSameId(context, lane, linked, tracked)
        if (settled.kind !== 'uncertain') return settled
        tracked = settled.tracked
      }
    } else firstAbsentAt = null
    if (tracked.stored.order.kind === 'open') await context.exitMeanwhile(lane, tracked)
    tracked = await callPerson(context, lane, tracked, answer, context.clock.now() - began)
  }
}

/** Whether this not-found answer counts: late enough on the exchange's clock, and within the look-ups' memory. */
function provesAbsence(answer: LookupOutcome & { kind: 'absent' }, facts: OrderIdFacts, notAfter: number): boolean {
  return facts.lateAcceptMs !== null && answer.withinMemory && answer.exchangeNow > notAfter + facts.lateAcceptMs + MARGIN_MS
}

/** Whether a repeated id is known to be refused or answered with the existing order, and the window is still open. */
function maySendAgain(facts: OrderIdFacts, tracked: Tracked, now: number): boolean {
  const { order } = tracked.stored
  const limit = tracked.stored.sendUntil
  return facts.repeatedId === 'P' && facts.lateAcceptMs === null && now > order.notAfter + MARGIN_MS
    && (facts.repeatWindowMs === null || now - order.createdAt < facts.repeatWindowMs / 2)
    && (limit === null || now < limit)
}

/** The same order with the same id: accepted, it was not there before; refused as a duplicate, it is there. */
async function sendSameId(context: Context, lane: Lane, linked: Linked, before: Tracked): Promise<Resolution | { kind: 'uncertain'; tracked: Tracked }> {
  const notAfter = context.clock.now() + SAME_ID_DEADLINE_MS
  const tracked = await take(context, lane, change(context.clock, lane, before, {
    notAfter, events: [{ event: 'sent_same_id', at: context.clock.now(), detail: 'the exchange refuses a repeated id, so sending it again is safe' }],
  }))
  const { kind, clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide } = tracked.stored.order
  try {
    const outcome = await context.executor.call({
      verb: 'submitOrder', connection: envelopeRef(linked), kind, purpose: purposeOf(tracked),
      order: { clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide, notAfter },
    })
    if (outcome.kind === 'accepted') {
      const adopted = adopt(context.clock, lane, tracked, outcome.order, { event: 'accepted', at: outcome.answeredAt, detail: outcome.order.exchangeOrderId })
      return { kind: 'found', tracked: await take(context, lane, adopted) }
    }
    if (outcome.kind === 'rejected' && outcome.code !== 'duplicate_client_order_id') {
      const rejected = change(context.clock, lane, tracked, {
        state: 'rejected', rejectCode: outcome.code, rejectText: outcome.text, settled: true,
        events: [{ event: 'rejected', at: outcome.answeredAt, detail: outcome.text }],
      })
      return { kind: 'rejected', tracked: await take(context, lane, rejected) }
    }
  } catch (error) {
    problemsOnly(error)
  }
  return { kind: 'uncertain', tracked }
}

async function callPerson(context: Context, lane: Lane, tracked: Tracked, answer: LookupOutcome, waited: number): Promise<Tracked> {
  if (tracked.stored.order.needsPerson || waited < PERSON_AFTER_MS) return tracked
  const said = answer.kind === 'unknown' ? `the look-up got no answer (${answer.reason})` : 'the exchange does not show it, and that is no proof'
  const { order } = tracked.stored
  context.log.warn({ orderId: order.id, botId: order.botId }, 'an order stays uncertain and needs a person')
  return take(context, lane, change(context.clock, lane, tracked, {
    needsPerson: true, events: [{ event: 'needs_person', at: context.clock.now(), detail: said }],
  }), { feed: [{ type: 'notice', userId: order.userId, data: { code: 'order_uncertain', orderId: order.id, botId: order.botId, detail: said } }] })
}

function problemsOnly(error: unknown): void {
  if (!(error instanceof Problem)) throw error
}
