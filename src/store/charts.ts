import { sql } from 'kysely'
import type { Database } from './engine.ts'
import type { OrderEvent } from './journal.ts'
import { profitSlot, PROFIT_SLOT_MS } from './slots.ts'
import type { Tables } from './tables.ts'
import { idAt } from './time-range.ts'

/** What came and went out within one stretch of time. */
export interface ActivityCount { readonly signals: number; readonly orders: number; readonly failed: number }

/** One order on its way: epoch ms; null: it did not come so far. */
export interface OrderTimes { readonly receivedAt: number; readonly sentAt: number | null; readonly acceptedAt: number | null }

/** A bot's life-long profit and fees as they were at a time. */
export interface ProfitState { readonly at: number; readonly realizedProfit: string; readonly fees: Readonly<Record<string, string>> }

export interface ProfitOf {
  readonly id: string
  readonly name: string
  readonly quote: string
  readonly deleted: boolean
}

/** An order of a bot that traded. */
export interface Mark {
  readonly orderId: string
  readonly signalId: string | null
  readonly at: number
  readonly kind: 'open' | 'close'
  readonly side: 'buy' | 'sell'
  readonly price: string
  /** Base. */
  readonly quantity: string
}

/** What the dashboard's charts are drawn from; each query runs along an index and ends at a limit. */
export interface Charts {
  /** Per stretch between neighbouring `edges`, epoch ms, ascending; at most 50 stretches at once. */
  activity(userId: string, edges: readonly number[]): Promise<readonly ActivityCount[]>
  /** The times of orders that a signal caused, newest first, at most `limit` (500); `before`: behind the one of that id. */
  orderTimes(userId: string, from: number, to: number, limit: number, before: string | null): Promise<{ readonly times: readonly OrderTimes[]; readonly last: string | null }>
  /** The user's bots, deleted ones too, newest first, at most `limit`. */
  botsWithProfit(userId: string, botId: string | undefined, limit: number): Promise<readonly ProfitOf[]>
  /** A bot's states within a stretch, oldest first, with the last one before it; at most 40,000. */
  profit(botId: string, from: number, to: number): Promise<readonly ProfitState[]>
  /** The bot's orders that traded, oldest first; the newest 1000 of that stretch. */
  marks(userId: string, botId: string, from: number, to: number): Promise<readonly Mark[]>
}

const MOST_STRETCHES = 50
const MOST_TIMES = 500
const MOST_STATES = 40_000
const MOST_MARKS = 1000

export function createCharts({ db }: Database): Charts {
  return {
    async activity(userId, edges) {
      const stretches = edges.slice(0, -1).map((from, place) => ({ place, from: idAt(from), to: idAt(edges[place + 1] ?? from) }))
      if (stretches.length > MOST_STRETCHES) throw new RangeError(`at most ${MOST_STRETCHES} stretches at once`)
      if (stretches.length === 0) return []
      // Counted within the indexes that end with the id: no row is touched. The partial index asks for its very words.
      const { rows } = await sql<ActivityCount>`
        with stretch (place, low, high) as (values ${sql.join(stretches.map(({ place, from, to }) => sql`(${sql.lit(place)}, ${from}, ${to})`))})
        select
          (select count(*) from signals where user_id = ${userId} and id >= stretch.low and id < stretch.high) as signals,
          (select count(*) from orders where user_id = ${userId} and id >= stretch.low and id < stretch.high) as orders,
          (select count(*) from orders where user_id = ${userId} and id >= stretch.low and id < stretch.high
            and state in ('rejected', 'failed', 'expired')
            and state in ('rejected', 'failed', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired')) as failed
        from stretch order by place`.execute(db)
      return rows
    },
    async orderTimes(userId, from, to, limit, before) {
      let query = db.selectFrom('orders').innerJoin('signals', 'signals.id', 'orders.signal_id')
        .select(['orders.id', 'orders.timeline', 'signals.received_at']).where('orders.user_id', '=', userId)
        .where('orders.id', '>=', idAt(from)).where('orders.id', '<', before ?? idAt(to)).where('orders.resend', '=', 0)
        .orderBy('orders.id', 'desc').limit(Math.min(limit, MOST_TIMES))
      if (before !== null) query = query.where('orders.id', '<', idAt(to))
      const rows = await query.execute()
      const times = rows.map(({ timeline, received_at: receivedAt }) => {
        const events = JSON.parse(timeline) as readonly OrderEvent[]
        const at = (event: string): number | null => events.find((one) => one.event === event)?.at ?? null
        return { receivedAt, sentAt: at('sent'), acceptedAt: at('accepted') }
      })
      return { times, last: rows.at(-1)?.id ?? null }
    },
    async botsWithProfit(userId, botId, limit) {
      let query = db.selectFrom('bots').select(['id', 'name', 'quote', 'deleted_at']).where('user_id', '=', userId)
        .orderBy('id', 'desc').limit(limit)
      if (botId !== undefined) query = query.where('id', '=', botId)
      return (await query.execute()).map((row) => ({ id: row.id, name: row.name, quote: row.quote, deleted: row.deleted_at !== null }))
    },
    async profit(botId, from, to) {
      const rows = await db.selectFrom('profit_slots').selectAll().where('bot_id', '=', botId).where('slot', '<', profitSlot(to))
        .where('slot', '>=', (eb) => eb.fn.coalesce(
          eb.selectFrom('profit_slots as before').select((one) => one.fn.max('before.slot').as('slot')).where('before.bot_id', '=', botId).where('before.slot', '<', profitSlot(from)),
          eb.val(profitSlot(from)),
        )).orderBy('slot').limit(MOST_STATES).execute()
      return rows.map(toState)
    },
    async marks(userId, botId, from, to) {
      const rows = await db.selectFrom('orders').innerJoin('fills', 'fills.order_id', 'orders.id')
        .select((eb) => ['orders.id', 'orders.signal_id', 'orders.kind', 'orders.side', 'orders.average_price', 'orders.filled', eb.fn.min('fills.at').as('at')])
        .where('orders.bot_id', '=', botId).where('orders.user_id', '=', userId).where('orders.id', '>=', idAt(from)).where('orders.id', '<', idAt(to))
        .groupBy('orders.id').orderBy('orders.id', 'desc').limit(MOST_MARKS).execute()
      return rows.flatMap((row) => (row.average_price === null ? [] : [{
        orderId: row.id, signalId: row.signal_id, at: row.at, kind: row.kind as Mark['kind'], side: row.side as Mark['side'],
        price: row.average_price, quantity: row.filled,
      }])).reverse()
    },
  }
}

const toState = (row: Tables['profit_slots']): ProfitState => ({
  at: row.slot * PROFIT_SLOT_MS, realizedProfit: row.realized_profit, fees: JSON.parse(row.fees) as Record<string, string>,
})
