import { sql } from 'kysely'
import type { Clock } from '#clock'
import { backUp } from './backup.ts'
import { scrub } from './connections.ts'
import type { Database } from './engine.ts'
import { IDEMPOTENCY_MS } from './idempotency.ts'
import { FEED_FLOOR, writeMeta } from './meta.ts'
import { candleSlot } from './slots.ts'
import { restore } from './restore.ts'

/** What of an installation is in a backup; not what was deleted and only stands in the history. */
export interface BackupContents {
  readonly users: number; readonly connections: number; readonly webhooks: number; readonly bots: number
  /** Bots that hold something. */
  readonly positions: number
  readonly signals: number; readonly orders: number
}
export interface BackupReport {
  readonly file: string; readonly rows: number; readonly bytes: number; readonly sha256: string
  /** Epoch ms. */
  readonly madeAt: number
  readonly contents: BackupContents
}
export interface RestoreReport { readonly rows: number; readonly installationId: string; readonly madeAt: number }
/** Called now and then while a long work goes on; rows. */
export type Progress = (done: number, total: number) => void

export interface Maintenance {
  /** Answers when the database does; rejects with `unavailable`. */
  ping(): Promise<void>
  /**
   * Drops what is kept for a time only (events and idempotency keys of more than 24 h, prices of more than 30 days, what
   * let somebody in until now), and overwrites what deleted keys
   * left behind, where that had to wait. To be called now and then. Answers how many rows were dropped.
   */
  prune(): Promise<number>
  /** Writes everything, as of one instant, into one new file that restores into either database. Work goes on meanwhile. */
  backup(file: string, progress?: Progress): Promise<BackupReport>
  /** Fills this store, which must be empty, from a backup: all of it or nothing. Problems: `invalid_input`. */
  restore(file: string, progress?: Progress): Promise<RestoreReport>
}

const FEED_MS = 86_400_000
const CANDLES_MS = 30 * 86_400_000

export function createMaintenance(database: Database, clock: Clock): Maintenance {
  const { db, transaction } = database
  return {
    async ping() { await sql`select 1`.execute(db) },
    async prune() {
      await scrub(database)
      return transaction(async (trx) => {
        const before = clock.now() - FEED_MS
        const newest = await trx.selectFrom('feed').select((eb) => eb.fn.max('seq').as('seq')).executeTakeFirst()
        // The newest one stays, whatever its age: it tells where the numbers are.
        const last = await trx.selectFrom('feed').select((eb) => eb.fn.max('seq').as('seq')).where('at', '<', before)
          .where('seq', '<', newest?.seq ?? 0).executeTakeFirst()
        let dropped = 0n
        if (last !== undefined && last.seq !== null) {
          dropped += (await trx.deleteFrom('feed').where('seq', '<=', last.seq).executeTakeFirst()).numDeletedRows
          await writeMeta(trx, FEED_FLOOR, String(last.seq + 1))
        }
        dropped += (await trx.deleteFrom('idempotency').where('created_at', '<', clock.now() - IDEMPOTENCY_MS).executeTakeFirst()).numDeletedRows
        dropped += (await trx.deleteFrom('requests').where('at', '<', before).where((eb) => eb.or([eb('claimed_by', 'is not', null), eb('bot_id', '<>', '*')])).executeTakeFirst()).numDeletedRows
        for (const table of ['sessions', 'challenges', 'invitations'] as const) {
          dropped += (await trx.deleteFrom(table).where('expires_at', '<', clock.now()).executeTakeFirst()).numDeletedRows
        }
        dropped += (await trx.deleteFrom('candles').where('slot', '<', candleSlot(clock.now() - CANDLES_MS)).executeTakeFirst()).numDeletedRows
        return Number(dropped)
      })
    },
    backup: (file, progress) => backUp(database, clock, file, progress),
    restore: (file, progress) => restore(database, clock, file, progress),
  }
}
