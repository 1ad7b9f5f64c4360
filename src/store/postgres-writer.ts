import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { PoolClient, QueryResult } from 'pg'
import { sleep, type Clock } from '#clock'
import { Problem } from '#model'
import { bodySlot, CLOCKS_APART_MS, SLOTS_LIMIT, slotOf } from './body-slot.ts'
import { BatchRefused, databaseTrouble, Overtaken, refusalOf } from './database-trouble.ts'
import type { PostgresDatabase } from './engine.ts'
import type { Fed, GroupWriter, Written } from './group-commit.ts'
import type { JournalBatch, Unseen } from './journal.ts'
import { leasesOf, WRITES, type Row, type Write } from './journal-writes.ts'
import { FEED_LOCK } from './postgres.ts'
import { CHANNEL } from './postgres-listen.ts'
import type { Tables } from './tables.ts'

/** A write as one statement for any number of rows: they come as one JSON list. */
interface Prepared { readonly write: Write; readonly name: string; readonly text: string }
/** The transaction's number, and that of its row in the feed, which every transaction has. */
interface Numbers { readonly xid: string; readonly seq: string }
interface Statement {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
  /** How many rows it must have changed or found; null: any number. */
  readonly expected: number | null
  /** Why the group is refused where it is another number. */
  readonly otherwise?: () => Error
}

/** How long a commit whose answer was lost is asked for, before the batches count as lost in doubt. */
const DOUBT_MS = 60_000
const DOUBT_PAUSE_MS = 250

/**
 * Writes groups into PostgreSQL: one transaction a group, one statement per kind of row, all of them sent at once, the
 * commit behind their answers: two round trips. (One would do, with the commit sent along; but then nobody could tell
 * after a cut connection whether it happened.) A group with a batch that the database refuses is halved until that batch
 * stands alone.
 */
export class PostgresWriter implements GroupWriter {
  readonly #database: PostgresDatabase
  readonly #clock: Clock
  readonly #prepared: readonly Prepared[]

  constructor(database: PostgresDatabase, clock: Clock) {
    this.#database = database
    this.#clock = clock
    this.#prepared = WRITES.map((write, index) => ({ write, name: `journal_${index}_${write.table}`, text: textOf(database.db, write) }))
  }

  busy(): null { return null }

  async write(group: readonly JournalBatch[]): Promise<Written> {
    try {
      return { refused: group.map(() => null), fed: await this.#transact(group) }
    } catch (error) {
      const refusal = refusalOf(error)
      const [first, ...others] = group
      if (first !== undefined && others.length === 0) return { refused: [await this.#isOvertaken(first) ? new Overtaken('a lease is held by another server') : refusal], fed: [] }
      const middle = Math.ceil(group.length / 2)
      const front = await this.write(group.slice(0, middle))
      try {
        const back = await this.write(group.slice(middle))
        return { refused: [...front.refused, ...back.refused], fed: [...front.fed, ...back.fed] }
      } catch (trouble) {
        if (!(trouble instanceof Problem)) throw trouble
        return { refused: [...front.refused, ...group.slice(middle).map(() => trouble)], fed: front.fed }
      }
    }
  }

  /**
   * Whether a batch that was refused is that of a server which lost a lease of it: then rows have moved on, and whatever
   * it met first says nothing. A token that holds now held then, for it never comes back.
   */
  async #isOvertaken(batch: JournalBatch): Promise<boolean> {
    const held = leasesOf([batch])
    if (held.length === 0) return false
    const { rowCount } = await this.#database.pool.query(LEASES, [JSON.stringify(held)]).catch((error: unknown) => { throw databaseTrouble(error) })
    return rowCount !== held.length
  }

  async #transact(group: readonly JournalBatch[]): Promise<readonly Fed[]> {
    const statements = this.#prepared.flatMap((one) => statementsOf(one, group))
    const events = group.flatMap((batch) => batch.feed ?? [])
    const changes = group.flatMap((batch) => (batch.positions ?? []).map(({ botId }) => `position:${botId}`))
    const at = this.#clock.now()
    const { origin } = this.#database
    statements.push(LOCK, ...conditionsOf(group, at))
    const told = JSON.stringify(events)
    statements.push({ ...FEED, values: [at, told, origin, changes.length === 0 ? null : JSON.stringify(changes)] })
    const client = await this.#database.pipeline.connect().catch((error: unknown) => { throw databaseTrouble(error) })
    let broken = true
    try {
      const numbers = await execute(client, statements)
      await this.#commit(client, numbers, at, told)
      broken = false
      return [{ seq: Number(numbers.seq), at, events }]
    } catch (error) {
      broken = databaseTrouble(error) instanceof Problem || !await rolledBack(client)
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** Commits. When the answer is lost on its way, only the database knows whether it did: it is asked. */
  async #commit(client: PoolClient, numbers: Numbers, at: number, told: string): Promise<void> {
    try {
      await client.query('commit')
    } catch (error) {
      if (databaseTrouble(error) instanceof Problem && await this.#committed(numbers, at, told)) return
      throw error
    }
  }

  /**
   * Whether a transaction whose end was not heard of did commit: its row in the feed tells, once it cannot come any more.
   * The number of a transaction alone does not: a server that crashed gives it away again, where nothing of it had
   * reached the disk, and `pg_xact_status` then speaks of somebody else's. Throws `unavailable` while nobody answers.
   */
  async #committed({ xid, seq }: Numbers, at: number, told: string): Promise<boolean> {
    const until = this.#clock.now() + DOUBT_MS
    for (;;) {
      try {
        const running = await this.#isRunning(xid) // asked for before its row is looked for
        const { rows } = await sql<{ found: boolean }>`
          select exists (select 1 from feed where seq = ${seq}::bigint and at = ${at} and origin = ${this.#database.origin} and events = ${told}) as found`.execute(this.#database.db)
        if (rows[0]?.found === true) return true
        if (!running) return false
      } catch (error) {
        if (!(error instanceof Problem) || this.#clock.now() > until) throw error
      }
      if (this.#clock.now() > until) throw new Problem('unavailable', 'The database did not say whether it stored a commit.')
      await sleep(this.#clock, DOUBT_PAUSE_MS)
    }
  }

  /** Whether a transaction of that number may still commit. One that the server has not given away yet was lost in its crash. */
  async #isRunning(xid: string): Promise<boolean> {
    const { rows } = await sql<{ running: boolean }>`
      select case when ${xid}::xid8 < pg_snapshot_xmax(pg_current_snapshot()) then coalesce(pg_xact_status(${xid}::xid8) = 'in progress', false) else false end as running`.execute(this.#database.db)
    return rows[0]?.running === true
  }
}

/**
 * Sends a whole transaction, but for its commit, at once, and answers its number. A statement that fails makes the ones
 * behind it fail too; the first one tells why.
 */
async function execute(client: PoolClient, statements: readonly Statement[]): Promise<Numbers> {
  const results = await Promise.allSettled([client.query('begin'), ...statements.map(({ name, text, values }) => client.query<Numbers, unknown[]>({ name, text, values }))])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const answers = results.slice(1).map((result) => (result as PromiseFulfilledResult<QueryResult<Numbers>>).value)
  for (const [index, { expected, otherwise }] of statements.entries()) {
    if (expected === null || answers[index]?.rowCount === expected) continue
    throw otherwise?.() ?? new BatchRefused('a row to be changed is not there, or not in the version before')
  }
  const numbers = answers.at(-1)?.rows[0]
  if (numbers === undefined) throw new Error('PostgreSQL gave no number for a transaction')
  return numbers
}

/** The last lock of a transaction: from here on commits are one behind the other, over all servers. */
const LOCK: Statement = { name: 'journal_lock', text: `select pg_advisory_xact_lock(${FEED_LOCK})`, values: [], expected: null }
const FEED = {
  name: 'journal_feed', expected: null,
  text: `insert into feed (at, events, origin, changes) values ($1, $2, $3, $4) returning seq::text, pg_current_xact_id()::text as xid, pg_notify('${CHANNEL}', $3)`,
}
const rolledBack = (client: PoolClient): Promise<boolean> => client.query('rollback').then(() => true, () => false)

const LEASES = 'select 1 from json_to_recordset($1) as held (scope text, token bigint) join leases using (scope, token)'
const UNSEEN = `select 1 from json_to_recordset($1) as u ("signalId" text, "webhookId" text, "bodyHash" text, "idempotencyKey" text, since float8, known json, slots json)
  where exists (select 1 from signals s where s.webhook_id = u."webhookId" and s.received_at >= u.since and s.id <> u."signalId"
    and s.id not in (select json_array_elements_text(u.known))
    and ((u."bodyHash" is not null and s.body_slot in (select json_array_elements_text(u.slots)) and s.body_hash = u."bodyHash") or s.idempotency_key = u."idempotencyKey"))`

/** What must hold for a group, checked under the lock: nothing can change it any more before the commit. */
function conditionsOf(group: readonly JournalBatch[], now: number): Statement[] {
  const held = leasesOf(group)
  const unseen = group.flatMap((batch) => batch.unseen ?? [])
  const conditions: Statement[] = []
  if (held.length > 0) {
    conditions.push({ name: 'journal_leases', text: LEASES, values: [JSON.stringify(held)], expected: held.length, otherwise: () => new Overtaken('a lease is held by another server') })
  }
  if (unseen.length > 0) {
    const rows = unseen.map((one) => ({ ...one, slots: slotsOf(one, now) }))
    conditions.push({ name: 'journal_unseen', text: UNSEEN, values: [JSON.stringify(rows)], expected: 0, otherwise: () => new Overtaken('another server has stored the same signal') })
  }
  return conditions
}

/** The slots of time that a repeated body can lie in, up to a clock that is ahead of ours. */
function slotsOf({ bodyHash, since }: Unseen, now: number): readonly string[] {
  if (bodyHash === null) return []
  const first = slotOf(since)
  const count = Math.min(slotOf(now + CLOCKS_APART_MS) - first + 1, SLOTS_LIMIT)
  return Array.from({ length: count }, (_, index) => bodySlot(first + index, bodyHash))
}

/** The statements of one kind of write for a group: usually none or one. */
function statementsOf({ write, name, text }: Prepared, group: readonly JournalBatch[]): Statement[] {
  const rows = group.flatMap((batch) => {
    try {
      return write.rows(batch)
    } catch (error) {
      throw new BatchRefused(String(error))
    }
  })
  if (rows.length === 0) return []
  return waves(write, rows).map((wave) => ({ name, text, values: [JSON.stringify(wave)], expected: write.how === 'update' ? wave.length : null }))
}

/** A statement may touch a row once: a second change of the same row goes into the next one, in order. */
function waves(write: Write, rows: readonly Row[]): readonly (readonly Row[])[] {
  if (write.how === 'insert' || write.how === 'absent' || rows.length === 1) return [rows]
  const all: Row[][] = []
  const times = new Map<string, number>()
  for (const row of rows) {
    const key = write.keys.map((name) => row[name]).join(' ')
    const wave = times.get(key) ?? 0
    times.set(key, wave + 1)
    const list = all[wave] ?? []
    list.push(row)
    all[wave] = list
  }
  return all
}

/** The SQL of a write, its rows a JSON list in `$1`. */
function textOf(db: Kysely<Tables>, write: Write): string {
  const table = sql.table(write.table)
  const rows = sql`json_populate_recordset(null::${table}, ${'rows'}) as r`
  const list = (names: readonly string[]): RawBuilder<unknown> => sql.join(names.map((name) => sql.ref(name)))
  if (write.how === 'update') {
    const sets = [
      ...write.columns.map((name) => sql`${sql.ref(name)} = ${sql.ref(`r.${name}`)}`),
      ...(write.add ?? []).map((name) => sql`${sql.ref(name)} = t.${sql.ref(name)} + ${sql.ref(`r.${name}`)}`),
    ]
    const wheres = write.keys.map((name) => sql`${sql.ref(`t.${name}`)} = ${sql.ref(`r.${name}`)}`)
    if (write.versioned === true) wheres.push(sql`t.version = r.version - 1`)
    return sql`update ${table} as t set ${sql.join(sets)} from ${rows} where ${sql.join(wheres, sql` and `)}`.compile(db).sql
  }
  const others = write.columns.filter((name) => !write.keys.includes(name))
  const conflict = write.how === 'upsert'
    ? sql` on conflict (${list(write.keys)}) do update set ${sql.join(others.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`))}`
    : write.how === 'absent' ? sql` on conflict (${list(write.keys)}) do nothing` : sql``
  return sql`insert into ${table} (${list(write.columns)}) select ${list(write.columns)} from ${rows}${conflict}`.compile(db).sql
}
