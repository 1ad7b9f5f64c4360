import { sql } from 'kysely'
import type { Clock } from '#clock'
import type { Database } from './engine.ts'
import { idAt } from './time-range.ts'

/** Counts of one user's own things. */
export interface UserStats {
  readonly connections: number
  readonly webhooks: number
  readonly bots: number
  readonly signals: { readonly total: number; readonly last24h: number }
  /** By outcome, of the last 24 h. */
  readonly decisions: Readonly<Record<string, number>>
  /** By state, of the last 24 h. */
  readonly orders: Readonly<Record<string, number>>
}

export interface Stats {
  of(userId: string): Promise<UserStats>
}

const DAY_MS = 86_400_000

export function createStats({ db }: Database, clock: Clock): Stats {
  return {
    async of(userId) {
      const since = clock.now() - DAY_MS
      const count = sql<number>`count(*)`.as('count')
      const [connections, webhooks, bots, signals, recent, decisions, orders] = await Promise.all([
        db.selectFrom('connections').select(count).where('user_id', '=', userId).where('deleted_at', 'is', null).executeTakeFirstOrThrow(),
        db.selectFrom('webhooks').select(count).where('user_id', '=', userId).executeTakeFirstOrThrow(),
        db.selectFrom('bots').select(count).where('user_id', '=', userId).where('deleted_at', 'is', null).executeTakeFirstOrThrow(),
        db.selectFrom('signals').select(count).where('user_id', '=', userId).executeTakeFirstOrThrow(),
        db.selectFrom('signals').select(count).where('user_id', '=', userId).where('id', '>=', idAt(since)).executeTakeFirstOrThrow(),
        db.selectFrom('decisions').select(['outcome', count]).where('user_id', '=', userId).where('signal_id', '>=', idAt(since)).groupBy('outcome').execute(),
        db.selectFrom('orders').select(['state', count]).where('user_id', '=', userId).where('id', '>=', idAt(since)).groupBy('state').execute(),
      ])
      return {
        connections: connections.count, webhooks: webhooks.count, bots: bots.count,
        signals: { total: signals.count, last24h: recent.count },
        decisions: Object.fromEntries(decisions.map((row) => [row.outcome, row.count])),
        orders: Object.fromEntries(orders.map((row) => [row.state, row.count])),
      }
    },
  }
}
