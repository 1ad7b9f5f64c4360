import { sql, type Transaction } from 'kysely'
import type { Clock } from '#clock'
import { Problem } from '#model'
import {
  BACKUP_FORMAT, BACKUP_TABLES, BACKUP_VERSION, notBackup, readLines, type BackupEnd, type BackupHeader, type BackupRow, type BackupTable,
} from './backup-format.ts'
import { isConstraint } from './database-trouble.ts'
import type { Database } from './engine.ts'
import type { Progress, RestoreReport } from './maintenance.ts'
import { FEED_FLOOR, noteRestore, writeMeta } from './meta.ts'
import { knowsSchema } from './migrate.ts'
import type { Tables } from './tables.ts'

const ROWS_AT_ONCE = 200
/** More commits than were made between the backup and its restoring: no old event id must mean a new event. */
const FEED_GAP = 1_000_000_000

/**
 * Fills an empty store from a backup, in one transaction: a file that turns out to be damaged at its very end leaves
 * nothing behind. Problems `invalid_input`: not a backup, damaged, of a newer schema, or the store is not empty.
 */
export async function restore(database: Database, clock: Clock, file: string, progress?: Progress): Promise<RestoreReport> {
  return database.transaction(async (trx) => {
    await demandEmpty(trx)
    await trx.deleteFrom('meta').execute()
    const { header, rows } = await fill(trx, file, progress)
    await trx.insertInto('traded_on').columns(['connection_id', 'bot_id']).expression(trx.selectFrom('orders').select(['connection_id', 'bot_id']).distinct()).execute()
    const floor = header.feedSeq + FEED_GAP
    await skipNumbers(trx, database.engine, floor)
    await writeMeta(trx, FEED_FLOOR, String(floor))
    await noteRestore(trx, clock.now())
    return { rows, installationId: header.installationId, madeAt: header.madeAt }
  })
}

async function fill(trx: Transaction<Tables>, file: string, progress?: Progress): Promise<{ header: BackupHeader; rows: number }> {
  let header: BackupHeader | null = null
  let total = 0
  let table: BackupTable | null = null
  let waiting: BackupRow[] = []
  let done = 0
  let end: BackupEnd | null = null
  const counts: Record<string, number> = {}
  const flush = async (): Promise<void> => {
    if (table === null || waiting.length === 0) return
    await insert(trx, table, waiting)
    counts[table.table] = (counts[table.table] ?? 0) + waiting.length
    done += waiting.length
    waiting = []
    progress?.(done, total)
  }
  for await (const line of lines(file)) {
    if (header === null) {
      header = readHeader(line)
      total = Object.values(header.tables).reduce((sum, count) => sum + count, 0)
    } else if (Array.isArray(line)) {
      if (table === null || line.length !== table.columns.length) throw notBackup('a row does not fit its table')
      waiting.push(line as BackupRow)
      if (waiting.length >= ROWS_AT_ONCE) await flush()
    } else {
      await flush()
      if (isEnd(line)) end = line
      else table = readTable(line)
    }
  }
  if (header === null || end === null || end.rows !== done) throw notBackup('rows of it are missing')
  for (const [name, count] of Object.entries(header.tables)) {
    if ((counts[name] ?? 0) !== count) throw notBackup(`rows of ${name} are missing`)
  }
  return { header, rows: done }
}

/** Reads a backup to its end, and stores nothing. Problems: those of `restore` that lie in the file. */
export async function demandBackup(file: string): Promise<void> {
  let header: BackupHeader | null = null
  for await (const line of lines(file)) header ??= readHeader(line)
  if (header === null) throw notBackup('it is empty')
}

async function* lines(file: string): AsyncGenerator<unknown> {
  try {
    yield* readLines(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') throw new Problem('invalid_input', `The backup ${file} cannot be read (${code}).`)
    throw error
  }
}

async function insert(trx: Transaction<Tables>, { table, columns }: BackupTable, rows: readonly BackupRow[]): Promise<void> {
  const names = sql.join(columns.map((name) => sql.ref(name)))
  const values = sql.join(rows.map((row) => sql`(${sql.join(row)})`))
  try {
    await sql`insert into ${sql.table(table)} (${names}) values ${values}`.execute(trx)
  } catch (error) {
    throw isConstraint(error) ? notBackup(`rows of ${table} contradict others, or others are missing`) : error
  }
}

function readHeader(line: unknown): BackupHeader {
  const header = line as Partial<BackupHeader> | null
  if (header?.format !== BACKUP_FORMAT || typeof header.tables !== 'object') throw notBackup('it does not begin as one')
  if (header.version !== BACKUP_VERSION || header.schema === undefined || !knowsSchema(header.schema)) {
    throw new Problem('invalid_input', 'The backup was made by a newer Towerflow. Upgrade this one first.')
  }
  return header as BackupHeader
}

/** Only tables and columns by plain names, and tables that belong into a backup. */
function readTable(line: unknown): BackupTable {
  const { table, columns } = (line ?? {}) as Partial<BackupTable>
  const known = BACKUP_TABLES.some((one) => one.table === table)
  if (!known || table === undefined || !Array.isArray(columns) || !columns.every((name) => typeof name === 'string' && /^[a-z_]+$/.test(name))) {
    throw notBackup('it holds a table that is not known')
  }
  return { table, columns }
}

const isEnd = (line: unknown): line is BackupEnd => typeof line === 'object' && line !== null && 'end' in line

async function demandEmpty(trx: Transaction<Tables>): Promise<void> {
  for (const { table } of BACKUP_TABLES) {
    if (table === 'meta') continue
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(trx)
    if (rows.length > 0) throw new Problem('invalid_input', 'The store is not empty. Restore into a new data folder or database.')
  }
}

/** From now on the feed's numbers are greater than that, and signals come after those that were restored. */
async function skipNumbers(trx: Transaction<Tables>, engine: Database['engine'], floor: number): Promise<void> {
  if (engine === 'postgres') {
    await sql`select setval('signals_position', (select coalesce(max(position), 1) from signals))`.execute(trx)
    await sql`select setval(pg_get_serial_sequence('feed', 'seq'), ${floor}::bigint)`.execute(trx)
    return
  }
  await trx.insertInto('feed').values({ seq: floor, at: 0, events: '[]' }).execute() // AUTOINCREMENT remembers the greatest it saw
  await trx.deleteFrom('feed').execute()
}
