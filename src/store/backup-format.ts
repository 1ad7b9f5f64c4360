import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Problem } from '#model'
import type { Tables } from './tables.ts'

// A backup is a text file of JSON lines, the same for both databases: a header, then for each table a line with its
// columns and one line per row, at the end the SHA-256 of all bytes before. Sealed keys are in it, as they are in the
// database; the master key is not.

export const BACKUP_FORMAT = 'towerflow-backup'
export const BACKUP_VERSION = 1

export interface BackupHeader {
  readonly format: typeof BACKUP_FORMAT
  readonly version: number
  /** The schema that the rows are of. */
  readonly schema: string
  readonly installationId: string
  /** Epoch ms. */
  readonly madeAt: number
  /** Number of the newest commit in the feed. */
  readonly feedSeq: number
  /** Rows per table. */
  readonly tables: Readonly<Record<string, number>>
}
export interface BackupTable { readonly table: string; readonly columns: readonly string[] }
export interface BackupEnd { readonly end: true; readonly rows: number; readonly sha256: string }
export type BackupRow = readonly (string | number | null)[]

/**
 * Tables of a backup with their keys, parents before children. The feed and candles are left out: they are news, not
 * books; `traded_on` follows from the orders. So is what lets somebody in for a time: nobody is signed in to a store that
 * was restored.
 */
export const BACKUP_TABLES: readonly { readonly table: Exclude<keyof Tables, Passing>; readonly keys: readonly string[] }[] = [
  { table: 'meta', keys: ['key'] },
  { table: 'users', keys: ['id'] },
  { table: 'tokens', keys: ['id'] },
  { table: 'passwords', keys: ['user_id'] },
  { table: 'totp', keys: ['user_id'] },
  { table: 'passkeys', keys: ['id'] },
  { table: 'recovery_codes', keys: ['user_id', 'hash'] },
  { table: 'connections', keys: ['id'] },
  { table: 'envelopes', keys: ['connection_id'] },
  { table: 'webhooks', keys: ['id'] },
  { table: 'shares', keys: ['id'] },
  { table: 'bots', keys: ['id'] },
  { table: 'listenings', keys: ['bot_id', 'webhook_id'] },
  { table: 'positions', keys: ['bot_id'] },
  { table: 'signals', keys: ['id'] },
  { table: 'decisions', keys: ['signal_id', 'bot_id'] },
  { table: 'orders', keys: ['id'] },
  { table: 'fills', keys: ['id'] },
  { table: 'adjustments', keys: ['id'] },
  { table: 'findings', keys: ['id'] },
  { table: 'reconciliations', keys: ['connection_id'] },
  { table: 'rejections', keys: ['id'] },
  { table: 'key_uses', keys: ['seq', 'hash'] },
  { table: 'idempotency', keys: ['scope', 'key'] },
  { table: 'profit_slots', keys: ['bot_id', 'slot'] },
]

type Passing = 'feed' | 'candles' | 'traded_on' | 'sessions' | 'totp_uses' | 'challenges' | 'invitations'

const LINE_LIMIT = 64 * 1024 * 1024
const NEWLINE = 0x0a

/**
 * Reads a backup line by line, hashing as it goes; the last line must be the end with that hash. Throws `invalid_input`
 * for a file that is cut, changed, or no backup.
 */
export async function* readLines(file: string): AsyncGenerator<unknown> {
  const hash = createHash('sha256')
  let held: Buffer | null = null
  let complete = false
  for await (const line of splitLines(file)) {
    if (complete) throw notBackup('it goes on after its end')
    if (held !== null) yield parse(held)
    held = line
    const end = line.length < 300 ? parse(line) : null
    if (isEnd(end)) {
      if (!matches(hash, end)) throw notBackup('its checksum is wrong: it was changed or damaged')
      complete = true
      yield end
      held = null
    } else {
      hash.update(line).update('\n')
    }
  }
  if (!complete) throw notBackup('its end is missing: it was cut off')
}

export const notBackup = (why: string): Problem => new Problem('invalid_input', `The file is not a usable backup: ${why}.`)

const isEnd = (value: unknown): value is BackupEnd => typeof value === 'object' && value !== null && 'end' in value
const matches = (hash: Hash, end: BackupEnd): boolean => hash.copy().digest('hex') === end.sha256

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw notBackup('a line of it cannot be read')
    throw error
  }
}

/** By bytes, and only at newlines: JSON may hold every other separator. */
async function* splitLines(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let length = 0
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)])
      rest = []
      length = 0
      from = at + 1
    }
    rest.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > LINE_LIMIT) throw notBackup('a line of it is too long')
  }
  if (length > 0) throw notBackup('its end is missing: it was cut off')
}
