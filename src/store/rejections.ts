import { sql } from 'kysely'
import { newId, type Clock } from '#clock'
import type { Database } from './engine.ts'
import { clean } from './rows.ts'

/** A delivery that was not accepted, cut and without keys. */
export interface Rejection {
  readonly webhookId: string
  readonly at: number
  readonly code: string
  readonly status: number
  readonly detail: string
  readonly sender: string
  readonly contentType: string | null
  readonly body: string
}

export interface Rejections {
  /** Keeps the last 100 of each webhook; those of webhooks that are gone are dropped. */
  add(rejections: readonly Rejection[]): Promise<void>
  /** Newest first; undefined: the user owns no such webhook. */
  list(userId: string, webhookId: string): Promise<readonly Rejection[] | undefined>
}

const KEPT = 100

export function createRejections({ db, transaction }: Database, clock: Clock): Rejections {
  return {
    async add(rejections) {
      if (rejections.length === 0) return
      await transaction(async (trx) => {
        const ids = [...new Set(rejections.map((one) => one.webhookId))]
        const known = new Set((await trx.selectFrom('webhooks').select('id').where('id', 'in', ids).execute()).map((row) => row.id))
        for (const id of known) {
          const rows = rejections.filter((one) => one.webhookId === id).slice(-KEPT).map((one) => ({
            id: newId(clock), webhook_id: id, at: one.at, code: one.code, status: one.status, detail: clean(one.detail),
            sender: clean(one.sender), content_type: one.contentType === null ? null : clean(one.contentType), body: clean(one.body),
          }))
          await trx.insertInto('rejections').values(rows).execute()
          await trx.deleteFrom('rejections').where('webhook_id', '=', id).where('id', '<=', (eb) => eb.selectFrom('rejections as older')
            .select('older.id').where('older.webhook_id', '=', id).orderBy('older.id', 'desc').limit(sql.lit(1)).offset(sql.lit(KEPT))).execute()
        }
      })
    },
    async list(userId, webhookId) {
      const own = await db.selectFrom('webhooks').select('id').where('user_id', '=', userId).where('id', '=', webhookId).executeTakeFirst()
      if (own === undefined) return undefined
      const rows = await db.selectFrom('rejections').selectAll().where('webhook_id', '=', webhookId).orderBy('id', 'desc').limit(KEPT).execute()
      return rows.map((row) => ({
        webhookId: row.webhook_id, at: row.at, code: row.code, status: row.status, detail: row.detail, sender: row.sender,
        contentType: row.content_type, body: row.body,
      }))
    },
  }
}
