import { sql, type Kysely, type SelectQueryBuilder } from 'kysely'
import type { Database } from './engine.ts'
import type { Journal } from './journal.ts'
import { readSpan, toPage, type Page, type PageRequest, type Span } from './page.ts'
import { toKeyUse } from './rows.ts'
import type { KeyUseRow, Tables } from './tables.ts'

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
  /** What the entry says besides, as JSON text: of an order what was sent. `prev` is the hash of the entry before. */
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

type Uses = SelectQueryBuilder<Tables, 'key_uses', KeyUseRow>

/** Entries of a chapter: the index of a connection's uses has them together, chapter after chapter. */
const CHAPTER = 1024
const MOST_CHAPTERS = 64

/** The newest uses of a connection's key, looked for chapter by chapter, and in ever more of them at once where it was seldom used. */
async function ofConnection(db: Kysely<Tables>, uses: Uses, connectionId: string, span: Span): Promise<readonly KeyUseRow[]> {
  const seqAt = async (end: 'asc' | 'desc'): Promise<number> => Number((await db.selectFrom('key_uses').select('seq').orderBy('seq', end).limit(1).executeTakeFirst())?.seq ?? 0)
  const first = Math.floor(await seqAt('asc') / CHAPTER)
  const found: KeyUseRow[] = []
  let chapter = Math.floor(Math.min(Number(span.after ?? Infinity) - 1, await seqAt('desc')) / CHAPTER)
  for (let count = 1; chapter >= first && found.length < span.fetch; count = Math.min(2 * count, MOST_CHAPTERS)) {
    const chapters = Array.from({ length: Math.min(count, chapter - first + 1) }, (_, index) => chapter - index)
    found.push(...await uses.where(sql`seq / ${sql.lit(CHAPTER)}`, 'in', chapters).where('connection_id', '=', connectionId).limit(span.fetch - found.length).execute())
    chapter -= chapters.length
  }
  return found
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
      let query = db.selectFrom('key_uses').selectAll().where('of_seq', 'is', null).where('event', '<>', 'outcome').orderBy('seq', 'desc')
      // `|| ''` keeps the planner from walking all of the user's instead of the connection's.
      if (userId !== null) query = query.where(filter.connectionId === undefined ? sql.ref('user_id') : sql`user_id || ''`, '=', userId)
      if (span.after !== null) query = query.where('seq', '<', Number(span.after))
      const rows = filter.connectionId === undefined ? await query.limit(span.fetch).execute() : await ofConnection(db, query, filter.connectionId, span)
      const shown = toPage(span, rows.map(toKeyUse), (use) => String(use.seq))
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
