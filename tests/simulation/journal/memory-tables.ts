import { flatPosition, type Bot, type Connection } from '#model'
import type { FeedEvent, JournalBatch } from '#store'
import { BatchRefused, refusalOf } from '../../../src/store/database-trouble.ts'
import { WRITES, type Row, type Write } from '../../../src/store/journal-writes.ts'

type TableName = Write['table']

/** Columns whose values together name one row at most, besides its key. */
const UNIQUE: Readonly<Partial<Record<TableName, readonly (readonly string[])[]>>> = {
  orders: [['account_key', 'client_order_id']],
  fills: [['order_id', 'trade_id']],
}
/** Columns that name a row of another table; null is nobody. */
const REFERENCES: Readonly<Partial<Record<TableName, Readonly<Record<string, TableName>>>>> = {
  decisions: { signal_id: 'signals', bot_id: 'bots' },
  orders: { bot_id: 'bots', connection_id: 'connections', signal_id: 'signals' },
  fills: { order_id: 'orders', bot_id: 'bots' },
  positions: { bot_id: 'bots' },
  adjustments: { bot_id: 'bots', user_id: 'users' },
  findings: { user_id: 'users' },
}

/** One commit, as the servers that share a database see it. */
export interface LogRow { readonly seq: number; readonly at: number; readonly origin: string; readonly events: readonly FeedEvent[]; readonly changes: readonly string[] }
export interface RequestRow { readonly botId: string; readonly kind: string; readonly args: string; readonly claimedBy: string | null; readonly result: string | null }
/** Times are the database's. */
export interface LeaseRow { readonly owner: string | null; readonly session: string | null; readonly token: number; readonly until: number }

/** A bot as stored: with its number and version. */
export interface BotRecord { bot: Bot; number: number; version: number }
export interface ConnectionRecord { connection: Connection; envelope: string }

/**
 * The database of a simulation: rows in memory, written by the very list of writes that SQLite and PostgreSQL get, under
 * the same constraints. What is in here is durable.
 */
export class MemoryTables {
  readonly users = new Set<string>()
  readonly bots = new Map<string, BotRecord>()
  readonly connections = new Map<string, ConnectionRecord>()
  /** Every commit of every server, in order; the first one has number 1. */
  readonly log: LogRow[] = []
  /** Who owns which shards of lanes, by scope. */
  readonly leases = new Map<string, LeaseRow>()
  /** Servers that are there, by name. */
  readonly servers = new Map<string, { readonly session: string; readonly until: number }>()
  readonly requests = new Map<string, RequestRow>()
  readonly #rows = new Map<TableName, Map<string, Row>>()
  readonly #told = new Set<() => void>()
  readonly #unique = new Map<string, Set<string>>()

  /** Writes a commit into the log; answers its number. */
  tell(row: Omit<LogRow, 'seq'>): number {
    const seq = this.log.length + 1
    this.log.push({ seq, ...row })
    for (const hear of this.#told) hear()
    return seq
  }

  /** `hear` is called with every new commit; who is told has no business in the commit itself. */
  onTold(hear: () => void): void { this.#told.add(hear) }
  offTold(hear: () => void): void { this.#told.delete(hear) }

  /** A new bot gets the next number, and is flat. */
  addBot(bot: Bot): BotRecord {
    const record = { bot, number: this.bots.size + 1, version: 1 }
    this.bots.set(bot.id, record)
    this.apply({ positions: [flatPosition(bot.id, bot.symbol)] })
    return record
  }

  changeBot(id: string, more: Partial<Bot>): void {
    const record = this.bots.get(id)
    if (record !== undefined) this.bots.set(id, { ...record, bot: { ...record.bot, ...more }, version: record.version + 1 })
  }

  rows(table: TableName): ReadonlyMap<string, Row> { return this.#table(table) }

  /** Writes a batch, all of it or nothing; answers why it was refused, or null. */
  apply(batch: JournalBatch): Error | null {
    const undo: (() => void)[] = []
    try {
      for (const write of WRITES) {
        for (const row of write.rows(batch)) this.#write(write, row, undo)
      }
      return null
    } catch (error) {
      for (const back of undo.reverse()) back()
      return refusalOf(error)
    }
  }

  #write(write: Write, row: Row, undo: (() => void)[]): void {
    const table = this.#table(write.table)
    const key = keyOf(row, write.keys)
    const before = table.get(key)
    if (write.how === 'update') {
      const versioned = write.versioned === true && before?.['version'] !== Number(row['version']) - 1
      if (before === undefined || versioned) throw new BatchRefused(`${write.table} ${key} is not there, or not in the version before`)
      const after: Record<string, Row[string]> = { ...before }
      for (const name of write.columns) after[name] = row[name] ?? null
      for (const name of write.add ?? []) after[name] = Number(before[name]) + Number(row[name])
      table.set(key, after)
    } else {
      if (write.how === 'insert' && before !== undefined) throw new BatchRefused(`${write.table} ${key} is there already`)
      this.#checkReferences(write.table, row)
      if (before === undefined) this.#claim(write.table, row, undo)
      table.set(key, row)
    }
    undo.push(() => { if (before === undefined) table.delete(key); else table.set(key, before) })
  }

  #checkReferences(table: TableName, row: Row): void {
    for (const [column, target] of Object.entries(REFERENCES[table] ?? {})) {
      const id = row[column]
      if (id === null || id === undefined) continue
      const known = target === 'users' ? this.users.has(String(id))
        : target === 'bots' ? this.bots.has(String(id))
          : target === 'connections' ? this.connections.has(String(id)) : this.#table(target).has(String(id))
      if (!known) throw new BatchRefused(`${table}: ${column} names nothing`)
    }
  }

  #claim(table: TableName, row: Row, undo: (() => void)[]): void {
    for (const columns of UNIQUE[table] ?? []) {
      const name = `${table} ${columns.join(' ')}`
      const taken = this.#unique.get(name) ?? new Set<string>()
      this.#unique.set(name, taken)
      const value = keyOf(row, columns)
      if (taken.has(value)) throw new BatchRefused(`${name} is not unique: ${value}`)
      taken.add(value)
      undo.push(() => { taken.delete(value) })
    }
  }

  #table(name: TableName): Map<string, Row> {
    let table = this.#rows.get(name)
    if (table === undefined) this.#rows.set(name, table = new Map())
    return table
  }
}

const keyOf = (row: Row, names: readonly string[]): string => (names.length === 1 ? String(row[names[0] ?? '']) : names.map((name) => String(row[name])).join(' '))
