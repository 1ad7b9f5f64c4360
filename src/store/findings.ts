import type { Database } from './engine.ts'
import type { StoredFinding } from './journal.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import { toFinding } from './rows.ts'

export interface FindingFilter {
  readonly connectionId?: string | undefined
  readonly botId?: string | undefined
  readonly acknowledged?: boolean | undefined
  /** Whether the difference is gone. */
  readonly closed?: boolean | undefined
}

/** Differences between our books and the exchange. New ones come with the journal's batches. */
export interface Findings {
  get(userId: string, id: string): Promise<StoredFinding | undefined>
  list(userId: string, filter?: FindingFilter, page?: PageRequest): Promise<Page<StoredFinding>>
  /** Answers it as it is then; undefined: the user has no such finding. Once acknowledged, it keeps its first time. */
  acknowledge(userId: string, id: string, at: number): Promise<StoredFinding | undefined>
}

export function createFindings({ db }: Database): Findings {
  const one = async (userId: string, id: string): Promise<StoredFinding | undefined> => {
    const row = await db.selectFrom('findings').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : toFinding(row)
  }
  return {
    get: one,
    async list(userId, filter = {}, page) {
      const span = readSpan('findings', { userId, ...filter }, page)
      let query = db.selectFrom('findings').selectAll().where('user_id', '=', userId).orderBy('id', 'desc').limit(span.fetch)
      if (filter.connectionId !== undefined) query = query.where('connection_id', '=', filter.connectionId)
      if (filter.botId !== undefined) query = query.where('bot_id', '=', filter.botId)
      if (filter.acknowledged !== undefined) query = query.where('acknowledged_at', filter.acknowledged ? 'is not' : 'is', null)
      if (filter.closed !== undefined) query = query.where('closed_at', filter.closed ? 'is not' : 'is', null)
      if (span.after !== null) query = query.where('id', '<', span.after)
      return toPage(span, (await query.execute()).map(toFinding), (finding) => finding.id)
    },
    async acknowledge(userId, id, at) {
      await db.updateTable('findings').set({ acknowledged_at: at })
        .where('user_id', '=', userId).where('id', '=', id).where('acknowledged_at', 'is', null).execute()
      return one(userId, id)
    },
  }
}
