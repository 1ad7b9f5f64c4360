import type { StatementSync } from 'node:sqlite'
import { sql, type Compilable, type Kysely } from 'kysely'
import type { Clock } from '#clock'
import { BatchRefused, databaseTrouble, Overtaken, refusalOf } from './database-trouble.ts'
import type { SqliteDatabase } from './engine.ts'
import type { Fed, GroupWriter, Written } from './group-commit.ts'
import type { FeedEvent, Held, JournalBatch } from './journal.ts'
import { leasesOf, weight, WRITES, type Row, type Write } from './journal-writes.ts'
import type { SqliteFile } from './sqlite.ts'
import type { Tables } from './tables.ts'

/** A write, its SQL compiled by Kysely once, and the columns whose values it takes, in order. */
interface Prepared {
  readonly write: Write
  readonly statement: StatementSync
  readonly takes: readonly string[]
}

/**
 * Writes groups into SQLite, synchronously, one transaction a group. A group with a batch that is refused is rolled back
 * and written anew with a savepoint around each batch, so that the refused one takes nothing with it: it is rare, and
 * savepoints cost each batch about 4 µs.
 */
export function sqliteWriter(database: SqliteDatabase, clock: Clock): GroupWriter {
  const { file, db } = database
  const prepared = WRITES.map((write) => prepare(file, db, write))
  const feed = file.statement(db.insertInto('feed').values({ at: 0, events: '' }).compile().sql)
  const run = (text: string): void => { file.statement(text).run() }
  const lease = file.statement('select token from leases where scope = ?')
  /** One read a lease and group, about 2 µs: a server that was stopped and replaced writes nothing any more. */
  const holds = ({ scope, token }: Held): boolean => (lease.get(scope) as { token: number } | undefined)?.token === token

  /** Null: a batch was refused, and there were no savepoints. */
  const attempt = (group: readonly JournalBatch[], savepoints: boolean): Written | null => {
    const refused: (Error | null)[] = []
    const events: FeedEvent[] = []
    run('begin immediate')
    const lost = new Set(leasesOf(group).filter((one) => !holds(one)).map(({ scope, token }) => `${scope} ${token}`))
    for (const batch of group) {
      if (savepoints) run('savepoint batch')
      const gone = lost.size === 0 ? undefined : batch.held?.find(({ scope, token }) => lost.has(`${scope} ${token}`))
      const error = gone === undefined ? tryBatch(prepared, batch) : new Overtaken(`${gone.scope} is held by another server`)
      if (error !== null && !savepoints) {
        run('rollback')
        return null
      }
      if (error !== null) run('rollback to batch')
      if (savepoints) run('release batch')
      refused.push(error)
      if (error === null && batch.feed !== undefined) events.push(...batch.feed)
    }
    const fed: Fed[] = []
    if (events.length > 0) {
      const at = clock.now()
      fed.push({ seq: Number(feed.run(at, JSON.stringify(events)).lastInsertRowid), at, events })
    }
    run('commit')
    return { refused, fed }
  }

  return {
    busy: () => file.transactionEnd,
    write: (group) => {
      try {
        const written = attempt(group, false) ?? attempt(group, true)
        if (written === null) throw new Error('a group with savepoints was given up')
        database.wrote(group.reduce((rows, batch) => rows + weight(batch), 0))
        return written
      } catch (error) {
        if (file.raw.isTransaction) file.raw.exec('rollback')
        throw databaseTrouble(error)
      }
    },
  }
}

/** Runs a batch's statements; answers why the database refused it, or null. Trouble with the database is thrown. */
function tryBatch(prepared: readonly Prepared[], batch: JournalBatch): Error | null {
  try {
    for (const { write, statement, takes } of prepared) {
      for (const row of write.rows(batch)) {
        const { changes } = statement.run(...takes.map((name) => row[name] ?? null))
        if (write.how === 'update' && changes !== 1) return missing(write, row)
      }
    }
    return null
  } catch (error) {
    return refusalOf(error)
  }
}

/** Why an update found no row. */
export function missing(write: Write, row: Row): BatchRefused {
  const name = write.keys.map((key) => row[key]).join(' ')
  return new BatchRefused(`${write.table} ${name} is not there${write.versioned === true ? ` in version ${Number(row['version']) - 1}` : ''}`)
}

/** Compiles a write with the columns' names in the place of values: that tells which parameter is which. */
function prepare(file: SqliteFile, db: Kysely<Tables>, write: Write): Prepared {
  const { sql: text, parameters } = compilable(db, write).compile()
  return { write, statement: file.statement(text), takes: parameters as readonly string[] }
}

function compilable(db: Kysely<Tables>, write: Write): Compilable {
  const names = Object.fromEntries(write.columns.map((name) => [name, name]))
  const table = sql.table(write.table)
  if (write.how === 'update') {
    const sets = [
      ...write.columns.map((name) => sql`${sql.ref(name)} = ${name}`),
      ...(write.add ?? []).map((name) => sql`${sql.ref(name)} = ${sql.ref(name)} + ${name}`),
    ]
    const wheres = write.keys.map((name) => sql`${sql.ref(name)} = ${name}`)
    if (write.versioned === true) wheres.push(sql`version = ${'version'} - 1`)
    return bound(db, sql`update ${table} set ${sql.join(sets)} where ${sql.join(wheres, sql` and `)}`)
  }
  const insert = db.insertInto(write.table).values(names as never)
  if (write.how === 'insert') return insert
  if (write.how === 'absent') return insert.onConflict((conflict) => conflict.columns(write.keys as never).doNothing())
  const others = write.columns.filter((name) => !write.keys.includes(name))
  return insert.onConflict((conflict) => conflict.columns(write.keys as never)
    .doUpdateSet(Object.fromEntries(others.map((name) => [name, sql.ref(`excluded.${name}`)])) as never))
}

const bound = (db: Kysely<Tables>, query: ReturnType<typeof sql>): Compilable => ({ compile: () => query.compile(db) }) as Compilable
