import { createHash } from 'node:crypto'
import { link, open, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { newId, type Clock } from '#clock'
import { Problem } from '#model'
import { BACKUP_FORMAT, BACKUP_TABLES, BACKUP_VERSION, type BackupHeader, type BackupRow } from './backup-format.ts'
import type { Database } from './engine.ts'
import type { BackupContents, BackupReport, Progress } from './maintenance.ts'
import { readMeta } from './meta.ts'
import { SCHEMA_VERSION } from './migrate.ts'
import type { Tables } from './tables.ts'

/** Rows read at once; between them other work gets its turn. */
const ROWS_AT_ONCE = 500

/**
 * Writes a backup, as of one instant, while work goes on. The file appears under its name only when it is whole and on
 * disk, readable by its owner alone. Problems: `invalid_input` where there is a file of that name, or no such folder.
 */
export async function backUp(database: Database, clock: Clock, file: string, progress?: Progress): Promise<BackupReport> {
  const part = `${file}.${newId(clock)}.part`
  let handle: FileHandle
  try {
    handle = await open(part, 'wx', 0o600)
  } catch (error) {
    throw unwritable(file, error)
  }
  try {
    const written = await database.snapshot((trx) => write(trx, new Output(handle), clock.now(), progress))
    await handle.sync()
    await link(part, file).catch((error: unknown) => { throw unwritable(file, error) }) // unlike a rename, it replaces nothing
    await syncFolder(dirname(file))
    return { file, ...written }
  } finally {
    await handle.close()
    await rm(part, { force: true })
  }
}

async function write(db: Kysely<Tables>, output: Output, now: number, progress?: Progress): Promise<Omit<BackupReport, 'file'>> {
  const tables: Record<string, number> = {}
  for (const { table } of BACKUP_TABLES) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db)
    tables[table] = rows[0]?.count ?? 0
  }
  const contents = await contentsOf(db)
  const newest = await db.selectFrom('feed').select((eb) => eb.fn.max('seq').as('seq')).executeTakeFirst()
  const installation = JSON.parse(await readMeta(db, 'installation') ?? '{}') as { id: string }
  const header: BackupHeader = {
    format: BACKUP_FORMAT, version: BACKUP_VERSION, schema: SCHEMA_VERSION, installationId: installation.id, madeAt: now,
    feedSeq: newest?.seq ?? 0, tables,
  }
  await output.write([header])
  const total = Object.values(tables).reduce((sum, count) => sum + count, 0)
  let done = 0
  for (const { table, keys } of BACKUP_TABLES) {
    for await (const { columns, rows, first } of pages(db, table, keys)) {
      if (first) await output.write([{ table, columns }])
      await output.write(rows)
      done += rows.length
      progress?.(done, total)
    }
  }
  if (done !== total) throw new Error(`${done} of ${total} rows were read`)
  const sha256 = output.digest()
  await output.write([{ end: true, rows: done, sha256 }])
  return { rows: done, bytes: output.bytes, sha256, madeAt: now, contents }
}

async function contentsOf(db: Kysely<Tables>): Promise<BackupContents> {
  const { rows } = await sql<BackupContents>`select
    (select count(*) from users where deleted_at is null) as users,
    (select count(*) from connections where deleted_at is null) as connections,
    (select count(*) from webhooks) as webhooks,
    (select count(*) from bots where deleted_at is null) as bots,
    (select count(*) from positions where quantity <> '0' and dust = 0) as positions,
    (select count(*) from signals) as signals,
    (select count(*) from orders) as orders`.execute(db)
  const [counted] = rows
  if (counted === undefined) throw new Error('a count answered no row')
  return counted
}

interface PageOfRows { readonly columns: readonly string[]; readonly rows: readonly BackupRow[]; readonly first: boolean }

/** A table's rows in order of its key, page by page. */
async function* pages(db: Kysely<Tables>, table: string, keys: readonly string[]): AsyncGenerator<PageOfRows> {
  const order = sql.join(keys.map((key) => sql.ref(key)))
  let after: Readonly<Record<string, unknown>> | undefined
  for (;;) {
    const behind = after === undefined ? sql`` : sql` where (${order}) > (${sql.join(keys.map((key) => after?.[key]))})`
    const { rows } = await sql<Record<string, string | number | null>>`
      select * from ${sql.table(table)}${behind} order by ${order} limit ${sql.lit(ROWS_AT_ONCE)}`.execute(db)
    const [one] = rows
    if (one === undefined) return
    const columns = Object.keys(one)
    yield { columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)), first: after === undefined }
    if (rows.length < ROWS_AT_ONCE) return
    after = rows.at(-1)
    await new Promise((resolve) => { setImmediate(resolve) })
  }
}

/** JSON lines on their way into the file, hashed and counted. */
class Output {
  readonly #handle: FileHandle
  readonly #hash = createHash('sha256')
  bytes = 0

  constructor(handle: FileHandle) { this.#handle = handle }

  async write(lines: readonly unknown[]): Promise<void> {
    if (lines.length === 0) return
    const text = Buffer.from(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
    this.#hash.update(text)
    this.bytes += text.length
    await this.#handle.writeFile(text)
  }

  digest(): string { return this.#hash.copy().digest('hex') }
}

function unwritable(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  const why = { EEXIST: 'a file of that name exists', ENOENT: 'the folder does not exist', EACCES: 'access is denied', ENOTDIR: 'the folder does not exist' }[code ?? '']
  return why === undefined ? error : new Problem('invalid_input', `The backup cannot be written to ${file}: ${why}.`)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
