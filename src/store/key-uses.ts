import type { Database } from './engine.ts'
import type { Journal } from './journal.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import { toKeyUse } from './rows.ts'

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
  /** Everything of this server's executor after `seq`, oldest first, for comparing with its file. */
  after(seq: number, limit: number): Promise<readonly KeyUse[]>
  /** Which of these entries, by number and hash, are here, whoever's copy they are. */
  known(entries: readonly { readonly seq: number; readonly hash: string }[]): Promise<ReadonlySet<string>>
  last(): Promise<{ readonly seq: number; readonly hash: string } | undefined>
}

/** Entries in one batch of the journal: few, so that more urgent ones go in between. */
const BATCH = 50

/** `chain`: this server, whose executor's audit is copied. Entries of before there were several belong to nobody (''). */
export function createKeyUses({ db }: Database, journal: Pick<Journal, 'commit'>, chain: string): KeyUses {
  const own = db.selectFrom('key_uses').where('chain', 'in', [chain, ''])
  return {
    async add(uses) {
      const batches = Array.from({ length: Math.ceil(uses.length / BATCH) }, (_, index) => uses.slice(index * BATCH, (index + 1) * BATCH))
      await Promise.all(batches.map((some) => journal.commit({ keyUses: some.map((use) => ({ ...use, chain })) })))
    },
    async list(userId, filter = {}, page) {
      const span = readSpan('key-uses', { userId, ...filter }, page)
      let query = db.selectFrom('key_uses').selectAll().where('of_seq', 'is', null).where('event', '<>', 'outcome').orderBy('seq', 'desc').limit(span.fetch)
      if (userId !== null) query = query.where('user_id', '=', userId)
      if (filter.connectionId !== undefined) query = query.where('connection_id', '=', filter.connectionId)
      if (span.after !== null) query = query.where('seq', '<', Number(span.after))
      const shown = toPage(span, (await query.execute()).map(toKeyUse), (use) => String(use.seq))
      if (shown.items.length === 0) return shown
      const outcomes = await db.selectFrom('key_uses').select(['of_seq', 'outcome', 'reason'])
        .where('of_seq', 'in', shown.items.map((use) => use.seq)).orderBy('seq').execute()
      const outcomeOf = new Map(outcomes.map((row) => [row.of_seq, row.outcome]))
      return { ...shown, items: shown.items.map((use) => ({ ...use, outcome: use.outcome ?? outcomeOf.get(use.seq) ?? null })) }
    },
    async after(seq, limit) {
      return (await own.selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()).map(toKeyUse)
    },
    async known(entries) {
      if (entries.length === 0) return new Set()
      const rows = await db.selectFrom('key_uses').select('hash').where('seq', 'in', entries.map((entry) => entry.seq)).where('hash', 'in', entries.map((entry) => entry.hash)).execute()
      return new Set(rows.map((row) => row.hash))
    },
    async last() {
      return own.select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
    },
  }
}
