import { sql, type RawBuilder } from 'kysely'
import type { Database } from './engine.ts'
import type { Journal, KnownOrder, Reconciliation } from './journal.ts'
import { tradersOn } from './orders.ts'
import { toAdjustment, toFill, toFinding, toSignal, toStoredOrder } from './rows.ts'
import type { OrderRow } from './tables.ts'
import { idAt } from './time-range.ts'

type Reads = Pick<Journal, 'ordersByClientId' | 'ordersSince' | 'standingFindings' | 'reconciliations' | 'adjustmentsSince'>

/** Client order ids asked for at once. */
const IDS_AT_ONCE = 200
const ORDERS_LIMIT = 5000
const FINDINGS_LIMIT = 10_000
const ADJUSTMENTS_LIMIT = 1000

/** What the index of client order ids begins with: their end, where those that we made have the time. */
const endOf = (id: RawBuilder<unknown>): RawBuilder<string> => sql`substr(${id}, length(${id}) - 16)`

/** What reconciliation asks of the journal; none of it is on the way of an order. */
export function journalBooks({ db }: Database): Reads {
  const withFills = async (rows: readonly OrderRow[]): Promise<KnownOrder[]> => {
    if (rows.length === 0) return []
    const fills = await db.selectFrom('fills').selectAll().where('order_id', 'in', rows.map((row) => row.id)).orderBy('id').execute()
    const signalIds = [...new Set(rows.flatMap((row) => row.signal_id ?? []))]
    const signals = signalIds.length === 0 ? [] : await db.selectFrom('signals').selectAll().where('id', 'in', signalIds).execute()
    const fillsOf = Map.groupBy(fills, (fill) => fill.order_id)
    const signalOf = new Map(signals.map((row) => [row.id, toSignal(row)]))
    return rows.map((row) => ({ ...toStoredOrder(row), fills: (fillsOf.get(row.id) ?? []).map(toFill), signal: signalOf.get(row.signal_id ?? '') ?? null }))
  }
  return {
    async ordersByClientId(accountKey, clientOrderIds) {
      const found: KnownOrder[] = []
      for (let from = 0; from < clientOrderIds.length; from += IDS_AT_ONCE) {
        const ids = clientOrderIds.slice(from, from + IDS_AT_ONCE)
        found.push(...await withFills(await db.selectFrom('orders').selectAll().where('account_key', '=', accountKey)
          .where('client_order_id', 'in', ids).where(endOf(sql.ref('client_order_id')), 'in', ids.map((id) => endOf(sql`cast(${id} as text)`))).execute()))
      }
      return found
    },
    async ordersSince(connectionId, since) {
      const rows = await db.selectFrom('orders').selectAll().where('connection_id', '=', connectionId).where('bot_id', 'in', tradersOn(db, connectionId))
        .where('id', '>=', idAt(since)).orderBy(sql`id || ''`, 'desc').limit(ORDERS_LIMIT).execute()
      return rows.reverse().map(toStoredOrder)
    },
    async standingFindings() {
      const rows = await db.selectFrom('findings').selectAll().where('key', 'is not', null).where('closed_at', 'is', null)
        .orderBy('id', 'desc').limit(sql.lit(FINDINGS_LIMIT)).execute()
      return rows.reverse().map(toFinding)
    },
    async reconciliations(): Promise<readonly Reconciliation[]> {
      const rows = await db.selectFrom('reconciliations').selectAll().execute()
      return rows.map((row) => ({ connectionId: row.connection_id, at: row.at, triedAt: row.tried_at, trouble: row.trouble, state: row.state }))
    },
    async adjustmentsSince(botId, since) {
      const rows = await db.selectFrom('adjustments').selectAll().where('bot_id', '=', botId).where('id', '>=', idAt(since))
        .orderBy('id').limit(sql.lit(ADJUSTMENTS_LIMIT)).execute()
      return rows.map(toAdjustment)
    },
  }
}
