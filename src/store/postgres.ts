import { Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely'
import { Pool, types, type ClientBase, type PoolClient, type PoolConfig } from 'pg'
import type { Clock } from '#clock'
import { databaseTrouble, isConflict } from './database-trouble.ts'
import type { PostgresDatabase } from './engine.ts'
import { listenForCommits } from './postgres-listen.ts'
import type { Tables } from './tables.ts'

const CONNECTIONS = 10
const CONNECT_MS = 5000
const STATEMENT_MS = 30_000
const TRIES = 5
/** Number of the lock that lets one repository's transaction at a time in, as SQLite does; the journal goes past it. */
const TRANSACTIONS = 7_306_582
/**
 * Number of the lock under which the feed gets its numbers, held until the commit is done: so the numbers are in the
 * order of the commits, over all servers, and what was checked under it still holds when the commit is done. It is the
 * last lock that a transaction takes. The function `note_change` of migration 0004 takes it too.
 */
export const FEED_LOCK = 7_306_583
/** A server that is stopped in the midst of a commit holds that lock: the database ends its transaction after this long. */
const STALLED_MS = 5000
const INT8 = 20
const SCRUB_WAIT_MS = 1000
/** SQLSTATE lock_not_available. */
const LOCK_TIMEOUT = '55P03'

/**
 * Opens a PostgreSQL database by URL. Every commit is on disk when it is answered, also where the server's default is
 * otherwise; counts and sequences (bigint) are numbers, as with SQLite.
 */
export function openPostgres(url: string, origin: string, clock: Clock, onTrouble: (error: Error) => void): PostgresDatabase {
  const config: PoolConfig = {
    connectionString: url,
    application_name: 'towerflow',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 5000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    types: { getTypeParser: (oid: number, format?: 'text') => (oid === INT8 ? Number : types.getTypeParser(oid, format) as unknown) } as never,
    onConnect: ((client: ClientBase) => prepare(client, origin)) as never, // the pool waits for it, although its type does not say so
  }
  const pool = new Pool({ ...config, max: CONNECTIONS })
  const pipeline = new Pool({
    ...config, max: 2, pipeline: true, idle_in_transaction_session_timeout: STALLED_MS,
    onConnect: ((client: ClientBase) => alongIndexes(client, origin)) as never,
  } as PoolConfig)
  // A connection that breaks, idle or at work, is replaced; without listeners it would end the process. Whoever waits for
  // an answer of it is told anyway.
  for (const one of [pool, pipeline]) {
    one.on('error', onTrouble)
    one.on('connect', (client) => { client.on('error', onTrouble) })
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: translating(pool) }) })
  return {
    engine: 'postgres', db, pool, pipeline, origin,
    listen: (onNotice) => listenForCommits({ connectionString: url, application_name: 'towerflow', connectionTimeoutMillis: CONNECT_MS, keepAlive: true }, clock, origin, onNotice),
    transaction: async (work) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await db.transaction().execute(async (trx) => {
            await sql`select pg_advisory_xact_lock(${sql.lit(TRANSACTIONS)})`.execute(trx)
            return work(trx)
          })
        } catch (error) {
          if (tries >= TRIES || !isConflict(error)) throw error
        }
      }
    },
    snapshot: (work) => db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    // Writes the small table of envelopes anew and gives the old file back. What is left in PostgreSQL's own log, in
    // free blocks of the disk and in its backups is out of our reach: SECURITY.md says so.
    scrub: () => db.connection().execute(async (one) => {
      await sql`set lock_timeout = ${sql.lit(SCRUB_WAIT_MS)}`.execute(one)
      try {
        await sql`vacuum full envelopes`.execute(one)
        return true
      } catch (error) {
        if ((error as { code?: string }).code === LOCK_TIMEOUT) return false // a backup reads it just now
        throw error
      } finally {
        await sql`reset lock_timeout`.execute(one)
      }
    }),
    close: async () => {
      await pipeline.end()
      await db.destroy()
    },
  }
}

/**
 * Tells a new connection who we are, for the feed; and that commits are answered when they are on disk, where the server
 * is set up otherwise. One query: each would be a round trip before the connection is of use.
 */
const prepare = async (client: ClientBase, origin: string, more: readonly Setting[] = []): Promise<void> => {
  const settings: readonly Setting[] = [{ name: 'towerflow.origin', value: origin }, { name: 'synchronous_commit', value: 'on', instead: 'off' }, ...more]
  await client.query(`select set_config(name, value, false) from json_to_recordset($1) as s (name text, value text, instead text)
    where instead is null or current_setting(name) = instead`, [JSON.stringify(settings)])
}
interface Setting { readonly name: string; readonly value: string; readonly instead?: string }

/**
 * The journal names rows by their keys, whatever the planner believes: not knowing how many rows a list of JSON holds, it
 * would rather read whole tables (measured: 10 ms instead of 1 for an update of 8 orders among 10,000).
 */
const alongIndexes = (client: ClientBase, origin: string): Promise<void> => (
  prepare(client, origin, ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin'].map((name) => ({ name, value: 'off' })))
)

/** The pool as Kysely sees it: a database that is away is a Problem, not an error of the driver. */
function translating(pool: Pool): PostgresPool {
  const known = new WeakMap<PoolClient, unknown>()
  const translated = (client: PoolClient): unknown => {
    const wrapper = known.get(client) ?? {
      processID: (client as unknown as { processID: number }).processID,
      query: (text: string, values: unknown[]) => client.query(text, values).catch((error: unknown) => { throw databaseTrouble(error) }),
      release: (broken?: boolean) => client.release(broken),
    }
    known.set(client, wrapper)
    return wrapper
  }
  return {
    connect: () => pool.connect().then(translated, (error: unknown) => { throw databaseTrouble(error) }),
    end: () => pool.end(),
    options: pool.options,
  } as PostgresPool
}
