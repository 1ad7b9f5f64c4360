import type { OrderFacts, SubmitOutcome } from '#contract'
import { Problem } from '#model'
import { barredNow } from './barred.ts'
import type { Lane } from './book.ts'
import { fenceOf, take, type Context } from './context.ts'
import { adopt, change, type Tracked } from './ledger.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { echoes, purposeOf } from './lookup.ts'

/** After the deadline of the send before. */
const MARGIN_MS = 1000
const SAME_ID_DEADLINE_MS = 5000

export type SentAgain =
  /** It is at the exchange now; adopted. */
  | { readonly kind: 'found'; readonly tracked: Tracked }
  /** Refused, which proves nothing of the send before: an exchange may look at the balance before it looks at the id. */
  | { readonly kind: 'refused'; readonly tracked: Tracked; readonly outcome: SubmitOutcome & { kind: 'rejected' } }
  | { readonly kind: 'uncertain'; readonly tracked: Tracked }

/**
 * Whether the same order may be sent with the same id: the exchange refuses a repeated id or answers with the existing
 * order (class P), its window is still open by half, and what would keep an order from being sent today does not.
 */
export function maySendAgain(lane: Lane, linked: Linked, facts: OrderFacts, tracked: Tracked, now: number): boolean {
  const { order, sendUntil } = tracked.stored
  if (facts.repeatedId !== 'P' || facts.lateAcceptMs !== null || now <= order.notAfter + MARGIN_MS) return false
  if (facts.repeatWindowMs !== null && now - order.createdAt >= facts.repeatWindowMs / 2) return false
  if (sendUntil !== null && now >= sendUntil) return false
  return order.kind === 'close' || (lane.exited === null && !lane.exitAhead && !lane.bot.paused && linked.connection.status === 'active')
}

/** The same order with the same id: accepted, it was not there before; refused as a duplicate, a look-up finds it. */
export async function sendSameId(context: Context, lane: Lane, linked: Linked, before: Tracked): Promise<SentAgain> {
  const notAfter = Math.min(context.clock.now() + SAME_ID_DEADLINE_MS, before.stored.sendUntil ?? Infinity)
  if (!context.tenure.lasts(notAfter)) return { kind: 'uncertain', tracked: before }
  const tracked = await take(context, lane, change(context.clock, lane, before, {
    notAfter, events: [{ event: 'sent_same_id', at: context.clock.now(), detail: 'the exchange refuses a repeated id, so sending it again is safe' }],
  }))
  if (barredNow(context, lane, linked, tracked) !== null) return { kind: 'uncertain', tracked } // frozen while it was stored
  const { kind, clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide } = tracked.stored.order
  try {
    const outcome = await context.executor.call({
      verb: 'submitOrder', connection: envelopeRef(linked), kind, ...fenceOf(context, lane), purpose: purposeOf(tracked),
      order: { clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide, notAfter },
    })
    if (outcome.kind === 'accepted' && echoes(tracked, outcome.order)) {
      const adopted = adopt(context.clock, lane, tracked, outcome.order, { event: 'accepted', at: outcome.answeredAt, detail: outcome.order.exchangeOrderId })
      return { kind: 'found', tracked: await take(context, lane, adopted) }
    }
    if (outcome.kind === 'rejected' && outcome.code !== 'duplicate_client_order_id') return { kind: 'refused', tracked, outcome }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
  return { kind: 'uncertain', tracked }
}
