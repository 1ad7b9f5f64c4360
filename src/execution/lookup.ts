import type { ExchangeOrder, LookupOutcome } from '#contract'
import { Problem } from '#model'
import type { Context } from './context.ts'
import type { Tracked } from './ledger.ts'
import { envelopeRef, type Linked } from './linked.ts'

/** Why an answer that names another order is none. */
export const ANOTHER_ORDER = 'the answer is about another order'

/** Whether an exchange's answer is about this order: another order's answer is not ours. */
export const echoes = ({ stored }: Tracked, reported: ExchangeOrder): boolean => reported.clientOrderId === stored.order.clientOrderId

/** Asks the exchange about an order; an operating error is an answer too: unknown. `background`: it yields to orders. */
export async function lookUp(context: Context, linked: Linked, tracked: Tracked, background = false): Promise<LookupOutcome> {
  const { order, timeline } = tracked.stored
  try {
    const answer = await context.executor.call({
      verb: 'lookupOrder', connection: envelopeRef(linked), symbol: order.symbol, clientOrderId: order.clientOrderId,
      exchangeOrderId: order.exchangeOrderId, sentAt: timeline.find((entry) => entry.event === 'sent')?.at ?? order.createdAt, background, purpose: purposeOf(tracked),
    })
    return answer.kind === 'found' && !echoes(tracked, answer.order) ? { kind: 'unknown', reason: ANOTHER_ORDER, retryAfterMs: null } : answer
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { kind: 'unknown', reason: error.message, retryAfterMs: null }
  }
}

/** Why a key is used, as the executor's audit names it. */
export const purposeOf = ({ stored: { order } }: Tracked): { orderId: string; botId: string; signalId?: string; leg: number } => ({
  orderId: order.id, botId: order.botId, leg: order.leg, ...order.signalId === null ? {} : { signalId: order.signalId },
})
