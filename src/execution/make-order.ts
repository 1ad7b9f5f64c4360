import type { PlannedLeg } from '#bots'
import { newId } from '#clock'
import type { Order } from '#model'
import type { StoredOrder } from '#store'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import type { Task } from './decided.ts'
import type { Linked } from './linked.ts'

/** Every submit's deadline, from the moment it is stored. */
export const SUBMIT_DEADLINE_MS = 5000

/** Characters that every exchange takes, for an order that is made before the exchange's facts are known. */
export const SHORTEST_ID = 12

/** An order as it is stored before it is sent. `sendUntil`: the age limit that it takes over from the one it replaces. */
export function makeOrder(context: Context, lane: Lane, linked: Linked, task: Task, planned: PlannedLeg, at: { leg: number; resend: number; state: 'submitting' | 'pending'; sendUntil?: number | null }): StoredOrder {
  const now = context.clock.now()
  const { bot } = lane
  const facts = context.feeds.facts(linked.connection)
  const sendUntil = at.sendUntil !== undefined ? at.sendUntil : planned.kind === 'open' ? task.openUntil : task.closeUntil
  const order: Order = {
    id: newId(context.clock), userId: bot.userId, botId: bot.id, connectionId: linked.connection.id, signalId: task.signal?.id ?? null,
    symbol: bot.symbol, exchange: bot.exchange, market: bot.market, leg: at.leg, kind: planned.kind, resend: at.resend,
    clientOrderId: context.clientOrderId({ cause: task.cause, botId: bot.id, leg: at.leg, resend: at.resend }, facts?.maxLength ?? SHORTEST_ID),
    exchangeOrderId: null, state: at.state, side: planned.side, positionSide: planned.positionSide, type: 'market',
    quantity: planned.quantity, quoteQuantity: planned.quoteQuantity, filled: '0', averagePrice: null, reduceOnly: planned.reduceOnly,
    rejectCode: null, rejectText: null, notAfter: Math.min(now + SUBMIT_DEADLINE_MS, sendUntil ?? Infinity), needsPerson: false,
    createdAt: now, updatedAt: now, version: 1,
  }
  return {
    order, timeline: [{ event: at.state, at: now }], settled: false, sendUntil,
    accountKey: context.book.accountKey(linked.connection), cause: task.cause,
  }
}
