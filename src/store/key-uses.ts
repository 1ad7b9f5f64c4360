import type { Database } from './engine.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import type { KeyUseRow } from './tables.ts'

/** One entry of the executor's audit, copied. */
export interface KeyUse {
  readonly seq: number
  readonly hash: string
  readonly at: number
  /** `submit`, `lookup`, … or `outcome` of an earlier entry. */
  readonly event: string
  readonly connectionId: string | null
  readonly userId: string | null
  readonly orderId: string | null
  readonly botId: string | null
  readonly signalId: string | null
  /** `outcome`: the seq of the entry that it belongs to. */
  readonly of: number | null
  readonly outcome: string | null
  readonly reason: string | null
  /** The whole entry as JSON text. */
  readonly entry: string
}

export interface KeyUses {
  /** Takes over entries; those that are here already are left as they are. */
  add(uses: readonly KeyUse[]): Promise<void>
  /** Uses of keys, each with its outcome where one is known; newest first. `userId` null: of everybody, for administrators. */
  list(userId: string | null, filter?: { readonly connectionId?: string | undefined }, page?: PageRequest): Promise<Page<KeyUse>>
  /** Everything after `seq`, oldest first, for comparing with the executor's file. */
  after(seq: number, limit: number): Promise<readonly KeyUse[]>
  last(): Promise<{ readonly seq: number; readonly hash: string } | undefined>
}

/** Rows in one statement: 13 parameters each, and SQLite takes 32,766. */
const ROWS_AT_ONCE = 1000

export function createKeyUses({ db, transaction }: Database): KeyUses {
  return {
    async add(uses) {
      if (uses.length === 0) return
      const rows = uses.map(fromUse)
      await transaction(async (trx) => {
        for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
          await trx.insertInto('key_uses').values(rows.slice(from, from + ROWS_AT_ONCE))
            .onConflict((conflict) => conflict.columns(['seq', 'hash']).doNothing()).execute()
        }
      })
    },
    async list(userId, filter = {}, page) {
      const span = readSpan('key-uses', { userId, ...filter }, page)
      let query = db.selectFrom('key_uses').selectAll().where('event', '<>', 'outcome').orderBy('seq', 'desc').limit(span.fetch)
      if (userId !== null) query = query.where('user_id', '=', userId)
      if (filter.connectionId !== undefined) query = query.where('connection_id', '=', filter.connectionId)
      if (span.after !== null) query = query.where('seq', '<', Number(span.after))
      const shown = toPage(span, (await query.execute()).map(toUse), (use) => String(use.seq))
      if (shown.items.length === 0) return shown
      const outcomes = await db.selectFrom('key_uses').select(['of_seq', 'outcome', 'reason']).where('event', '=', 'outcome')
        .where('of_seq', 'in', shown.items.map((use) => use.seq)).orderBy('seq').execute()
      const outcomeOf = new Map(outcomes.map((row) => [row.of_seq, row.outcome]))
      return { ...shown, items: shown.items.map((use) => ({ ...use, outcome: use.outcome ?? outcomeOf.get(use.seq) ?? null })) }
    },
    async after(seq, limit) {
      return (await db.selectFrom('key_uses').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()).map(toUse)
    },
    async last() {
      return db.selectFrom('key_uses').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
    },
  }
}

const fromUse = (use: KeyUse): KeyUseRow => ({
  seq: use.seq, hash: use.hash, at: use.at, event: use.event, connection_id: use.connectionId, user_id: use.userId, order_id: use.orderId,
  bot_id: use.botId, signal_id: use.signalId, of_seq: use.of, outcome: use.outcome, reason: use.reason, entry: use.entry,
})

const toUse = (row: KeyUseRow): KeyUse => ({
  seq: row.seq, hash: row.hash, at: row.at, event: row.event, connectionId: row.connection_id, userId: row.user_id, orderId: row.order_id,
  botId: row.bot_id, signalId: row.signal_id, of: row.of_seq, outcome: row.outcome, reason: row.reason, entry: row.entry,
})
