import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler,
  type CompiledQuery, type DatabaseConnection, type Dialect, type Driver, type QueryResult, type Transaction,
} from 'kysely'
import type { Checkpoints } from './checkpoints.ts'
import { databaseTrouble } from './database-trouble.ts'
import type { SqliteDatabase } from './engine.ts'
import { Turns } from './sqlite-turns.ts'
import type { Tables } from './tables.ts'

const FILE_NAME = 'towerflow.db'
/** The database of a data folder. */
export const databaseFile = (dataDir: string): string => resolve(dataDir, FILE_NAME)
const BUSY_MS = 5000
const STATEMENTS_KEPT = 1000

/** One open SQLite file. Statements are synchronous; transactions of repositories span turns of the event loop. */
export class SqliteFile {
  readonly path: string
  readonly raw: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #turns: Turns

  /** Opens `towerflow.db` in that folder; makes both, readable by their owner alone. */
  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    this.path = databaseFile(dataDir)
    closeSync(openSync(this.path, 'a', 0o600))
    chmodSync(this.path, 0o600) // -wal and -shm take over its mode
    this.#turns = Turns.of(this.path)
    this.raw = new DatabaseSync(this.path, { enableForeignKeyConstraints: true, timeout: BUSY_MS })
    this.raw.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma secure_delete = on;
      pragma trusted_schema = off;
      pragma temp_store = memory;
      pragma cache_size = -32000;
      pragma journal_size_limit = 67108864;
    `)
  }

  /** A statement, prepared once per text. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear()
    const statement = this.raw.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  /** Resolves when no repository's transaction is open; null: none is, go on at once. */
  get transactionEnd(): Promise<void> | null { return this.#turns.transactionEnd }

  /** Waits until nobody else in this process is at work on the file; the answer lets the next one in. */
  turn(): Promise<() => void> { return this.#turns.take() }

  /** Begins a transaction that will span turns of the event loop. The write lock is taken at once: an upgrade later could fail. */
  begin(): void {
    this.raw.exec('begin immediate')
    this.#turns.begin()
  }

  /** Ends it. A commit that fails leaves it open, to be rolled back. */
  end(how: 'commit' | 'rollback'): void {
    if (how === 'commit' || this.raw.isTransaction) this.raw.exec(how)
    this.#turns.end()
  }

  close(): void {
    this.#statements.clear()
    this.raw.close()
    this.#turns.leave(this.path)
  }
}

/** Opens the SQLite database of a data folder. `checkpointsOf`: who does its checkpoints; by default its commits. */
export function openSqlite(dataDir: string, checkpointsOf?: (file: SqliteFile) => Checkpoints): SqliteDatabase {
  const file = new SqliteFile(dataDir)
  const checkpoints = checkpointsOf?.(file)
  const db = new Kysely<Tables>({ dialect: dialectOf(driverOf(file)) })
  return {
    engine: 'sqlite', db, file,
    wrote: (rows) => checkpoints?.wrote(rows),
    transaction: (work) => db.transaction().execute(work),
    snapshot: async (work) => {
      // A connection of its own: its long read transaction must not hold up the writes of the first one.
      const reader = new SqliteFile(dataDir)
      try {
        return await new Kysely<Tables>({ dialect: dialectOf(readerOf(reader)) }).transaction().execute(work)
      } finally {
        reader.close()
      }
    },
    scrub: async () => {
      await db.transaction().execute(rewriteEnvelopes)
      await checkpoints?.idle()
      while (file.transactionEnd !== null) await file.transactionEnd
      // Puts the zeroed pages into the file and empties the log, which holds older ones. While somebody reads an older
      // state that cannot be done: no waiting for it here, it would hold up everything.
      file.raw.exec('pragma busy_timeout = 0')
      const { busy } = file.raw.prepare('pragma wal_checkpoint(truncate)').get() as { busy: number }
      file.raw.exec(`pragma busy_timeout = ${BUSY_MS}`)
      return busy === 0
    },
    close: async () => {
      while (file.transactionEnd !== null) await file.transactionEnd
      await checkpoints?.close()
      await db.destroy()
      file.close()
    },
  }
}

/**
 * secure_delete zeroes a deleted row and a freed page, but not what stays behind in a page when a row moves to another
 * one as the tree is balanced (seen: whole envelopes). So all pages of the table are given back, zeroed, and its rows
 * appended anew: appending moves none. The copy between lies in memory (temp_store).
 */
async function rewriteEnvelopes(trx: Transaction<Tables>): Promise<void> {
  await sql`create temp table kept as select * from envelopes order by rowid`.execute(trx)
  await sql`delete from envelopes`.execute(trx)
  await sql`insert into envelopes select * from kept order by rowid`.execute(trx)
  await sql`drop table kept`.execute(trx)
}

function dialectOf(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new Adapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** Tables are made in a transaction too, so that a migration is all or nothing, and one process at a time does it. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean { return true }
}

function driverOf(file: SqliteFile): Driver {
  let leave: () => void = () => undefined
  return {
    ...connectionsOf(file),
    acquireConnection: async () => { // Kysely lets one in at a time
      leave = await file.turn()
      return connectionOf(file)
    },
    releaseConnection: async () => leave(),
    beginTransaction: async () => attempt(() => file.begin()),
    commitTransaction: async () => attempt(() => file.end('commit')),
    rollbackTransaction: async () => attempt(() => file.end('rollback')),
  }
}

/** Only reads, so it waits for nobody, and nobody for it. */
function readerOf(file: SqliteFile): Driver {
  return {
    ...connectionsOf(file),
    beginTransaction: async () => attempt(() => file.raw.exec('begin; pragma query_only = on')),
    commitTransaction: async () => attempt(() => file.raw.exec('commit')),
    rollbackTransaction: async () => attempt(() => file.raw.exec('rollback')),
  }
}

const connectionsOf = (file: SqliteFile) => ({
  init: async () => undefined,
  acquireConnection: async () => connectionOf(file),
  releaseConnection: async () => undefined,
  destroy: async () => undefined,
})

const connectionOf = (file: SqliteFile): DatabaseConnection => ({
  executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => attempt(() => execute<R>(file, query)),
  streamQuery: () => { throw new Error('read page by page instead') },
})

function execute<R>(file: SqliteFile, { sql: text, parameters }: CompiledQuery): QueryResult<R> {
  const statement = file.statement(text)
  const values = parameters as readonly SQLInputValue[]
  if (statement.columns().length > 0) return { rows: statement.all(...values) as R[] }
  const { changes, lastInsertRowid } = statement.run(...values)
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
}

function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw databaseTrouble(error)
  }
}
