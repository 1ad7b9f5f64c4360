import { newId } from '#clock'
import type { Order } from '#model'
import type { Decision, FeedEvent, Finding, JournalBatch, KnownOrder, StoredOrder, UnfinishedWork } from '#store'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import { decisionFed, findingFed, orderFed } from './feed.ts'
import { change, track } from './ledger.ts'
import type { Linked } from './linked.ts'

/** An order that the executor says it sent, and the journal does not know: the journal came out of a backup. */
export interface SentOrder {
  readonly orderId: string
  readonly clientOrderId: string
  readonly connectionId: string
  readonly userId: string
  readonly botId: string
  readonly signalId: string | null
  readonly leg: number
  /** Epoch ms. */
  readonly at: number
  /** What came of it, in the audit's words; null: it does not say. */
  readonly outcome: string | null
  /** The order itself; null: an older executor did not write it down. */
  readonly sent: Pick<Order, 'kind' | 'symbol' | 'side' | 'positionSide' | 'quantity' | 'quoteQuantity' | 'reduceOnly'> | null
}

/** The first entry in the timeline of an order that was taken over from the audit. */
const ADOPTED = 'adopted'
/** Numbers that are tried when an order's place in its decision is derived from its client order id. */
const RESENDS_TRIED = 200
const AT_ONCE = 50
const WHY = 'The journal was restored from a backup made before it; the executor\'s audit names it as sent.'

/** Whether an order came out of the audit, after a backup was restored. */
export const isAdopted = (stored: StoredOrder): boolean => stored.timeline[0]?.event === ADOPTED

/** Adopted orders that are not settled: while there are any, openings are frozen, for no position is known for sure. */
export class Adopting {
  readonly #orders = new Set<string>()
  readonly #over: () => void

  /** `over`: called when the last of them is settled. */
  constructor(over: () => void) { this.#over = over }

  get any(): boolean { return this.#orders.size > 0 }

  add(orderId: string): void { this.#orders.add(orderId) }

  settled(orderId: string): void {
    if (this.#orders.delete(orderId) && this.#orders.size === 0) this.#over()
  }
}

/**
 * Takes orders that the audit names into the journal, as uncertain ones: recovery then looks for each at the exchange,
 * books what it filled, and sends none of them again, for their time is over. A signal that the backup holds as undecided
 * is decided by the order that was made of it. What has no place in the restored rows becomes a finding.
 */
export async function adoptSent(context: Context, sent: readonly SentOrder[], unfinished: UnfinishedWork): Promise<void> {
  const { book, journal, log } = context
  const stored = await journal.undecided([...new Set(sent.flatMap((one) => one.signalId ?? []))])
  const decidedBy = new Map(stored.map(({ signal, decidedBots }) => [signal.id, new Set(decidedBots)]))
  for (let from = 0; from < sent.length; from += AT_ONCE) {
    const batch = { newOrders: [] as StoredOrder[], orders: [] as StoredOrder[], decisions: [] as Decision[], findings: [] as Finding[], feed: [] as FeedEvent[] }
    for (const one of sent.slice(from, from + AT_ONCE)) {
      const lane = book.lane(one.botId)
      const linked = book.connection(one.connectionId)
      if (lane === undefined || linked === undefined || one.sent === null) {
        const userId = lane?.bot.userId ?? linked?.connection.userId
        log.warn({ orderId: one.orderId, botId: one.botId, connectionId: one.connectionId }, 'an order that was sent has no place in the restored books')
        if (userId !== undefined) batch.findings.push(unbooked(context, one, userId, lane))
        continue
      }
      const origin = originOf(context, one, unfinished.orders)
      const order = skeleton(context, one, one.sent, lane, linked, origin, decidedBy.has(one.signalId ?? ''))
      batch.newOrders.push(order)
      batch.orders.push(...superseded(context, lane, one, origin, unfinished.orders, batch.orders))
      const bots = decidedBy.get(one.signalId ?? '')
      if (bots?.has(one.botId) !== false) continue
      bots.add(one.botId)
      batch.decisions.push({
        signalId: one.signalId ?? '', botId: one.botId, userId: lane.bot.userId, outcome: 'order', code: ADOPTED, reason: WHY, decidedAt: one.at,
        plan: null, done: true, wouldSend: null,
      })
    }
    batch.feed.push(...batch.decisions.map(decisionFed), ...batch.newOrders.map(orderFed), ...batch.findings.map(findingFed))
    await journal.commit(batch satisfies JournalBatch)
  }
  log.warn({ orders: sent.length }, 'the journal is older than the executor\'s audit: orders sent since are taken over, openings are frozen until they are settled')
}

/** What the order answers, and which send of it this was: the client order id derives from both. */
function originOf(context: Context, { clientOrderId, signalId, orderId, botId, leg }: SentOrder, open: readonly KnownOrder[]): { cause: string; resend: number } {
  const causes = [...signalId === null ? [] : [signalId], ...open.filter(({ order }) => order.botId === botId).map(({ cause }) => cause)]
  for (const cause of causes) {
    for (let resend = 0; resend <= RESENDS_TRIED; resend += 1) {
      if (context.isIdOf({ cause, botId, leg, resend }, clientOrderId)) return { cause, resend }
    }
  }
  return { cause: signalId ?? orderId, resend: 0 }
}

function skeleton(
  context: Context, one: SentOrder, sent: NonNullable<SentOrder['sent']>, lane: Lane, linked: Linked, origin: { cause: string; resend: number }, signalIsThere: boolean,
): StoredOrder {
  const now = context.clock.now()
  const [word = '', code = null] = one.outcome?.split(': ') ?? []
  const ended = word === 'rejected' ? 'rejected' : word === 'not_sent' || word === 'refused' ? 'failed' : null
  const { exchange, market, userId } = lane.bot
  const order: Order = {
    ...sent, id: one.orderId, userId, botId: one.botId, connectionId: one.connectionId, signalId: signalIsThere ? one.signalId : null, exchange, market,
    leg: one.leg, resend: origin.resend, clientOrderId: one.clientOrderId, exchangeOrderId: null, state: ended ?? 'uncertain', type: 'market', filled: '0',
    averagePrice: null, rejectCode: ended === null ? null : code ?? word, rejectText: ended === null ? null : `the audit says: ${one.outcome ?? ''}`,
    notAfter: one.at, needsPerson: false, createdAt: one.at, updatedAt: now, version: 1,
  }
  return {
    order, settled: ended !== null, sendUntil: one.at, accountKey: context.book.accountKey(linked.connection), cause: origin.cause,
    timeline: [{ event: ADOPTED, at: one.at, detail: WHY }, { event: 'sent', at: one.at }, { event: order.state, at: now }],
  }
}

/** Earlier sends of the same that the backup holds as open: they were proven absent before this one went out. */
function superseded(
  context: Context, lane: Lane, { leg }: SentOrder, { cause, resend }: { cause: string; resend: number }, open: readonly KnownOrder[], already: readonly StoredOrder[],
): readonly StoredOrder[] {
  return open.filter((known) => known.cause === cause && known.order.botId === lane.bot.id && known.order.leg === leg && known.order.resend < resend)
    .filter((known) => !already.some(({ order }) => order.id === known.order.id))
    .map((known) => change(context.clock, lane, track(known, known.fills), {
      state: 'failed', settled: true, rejectCode: 'proven_absent', rejectText: 'it was sent anew after the backup was made',
      events: [{ event: 'failed', at: context.clock.now(), detail: 'it was sent anew after the backup was made' }],
    }).tracked.stored)
}

function unbooked({ clock }: Context, one: SentOrder, userId: string, lane: Lane | undefined): Finding {
  const what = one.sent === null ? one.clientOrderId : `${one.clientOrderId} (${one.sent.side} ${one.sent.quantity ?? one.sent.quoteQuantity ?? ''} ${one.sent.symbol})`
  const why = lane === undefined ? 'its bot is not in the backup' : one.sent === null ? 'the audit does not say what it was' : 'its connection is not in the backup'
  return {
    id: newId(clock), userId, connectionId: one.connectionId, botId: lane === undefined ? null : one.botId, orderId: null, code: 'order_unbooked',
    detail: `Order ${what} was sent after the backup that was restored, and cannot be booked: ${why}.`, at: clock.now(),
  }
}
