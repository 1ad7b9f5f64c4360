import type { Kysely, Transaction } from 'kysely'
import type { Pool } from 'pg'
import type { SqliteFile } from './sqlite.ts'
import type { Tables } from './tables.ts'

export type Engine = 'sqlite' | 'postgres'

/** What repositories work with: queries are the same for both databases. */
interface Shared {
  readonly db: Kysely<Tables>
  /**
   * Runs a transaction; one at a time, over all processes, so that what it checked still holds when it writes. Only the
   * journal's commits go beside it. A deadlock with one of those is resolved by running it anew, so `work` may be called
   * several times and must do nothing but query.
   */
  transaction<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>
  /** Runs reads that see the database as of one instant, while others go on writing. */
  snapshot<T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T>
  /** Overwrites what was deleted, as far as the database can. False: not yet (somebody else is reading). */
  scrub(): Promise<boolean>
  close(): Promise<void>
}
export interface SqliteDatabase extends Shared {
  readonly engine: 'sqlite'
  readonly file: SqliteFile
  /** The journal has committed so many rows. */
  wrote(rows: number): void
}
export interface PostgresDatabase extends Shared {
  readonly engine: 'postgres'
  /** What names this server in the feed. */
  readonly origin: string
  /**
   * Calls whenever a server committed something, our own commits aside. It may miss some while its connection is away:
   * `heard` tells whether it is there. The answer ends it.
   */
  listen(onNotice: () => void): { heard(): boolean; end(): Promise<void> }
  readonly pool: Pool
  /** Connections of the journal alone: their statements go out without waiting for the answer to the one before. */
  readonly pipeline: Pool
}
export type Database = SqliteDatabase | PostgresDatabase
