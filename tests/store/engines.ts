import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { systemClock, type Clock } from '#clock'
import { openStore, type Store } from '#store'
import { memoryStore } from '../simulation/journal/memory-store.ts'
import { MemoryTables } from '../simulation/journal/memory-tables.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'

/** Places for stores of one engine; everything is closed and removed after the tests. */
export interface Engine<W = Place> {
  readonly name: 'sqlite' | 'postgres' | 'memory'
  /** A new, empty place: options for `openStore`. */
  place(): Promise<W>
  /** Opens a store there, or in a new place; it is closed at the end, if the test did not. */
  open(where?: W, clock?: Clock): Promise<Store>
}
export type Place = { readonly dataDir: string } | { readonly url: string }

/** The very same tests, on SQLite and on a real PostgreSQL. */
export function onBothEngines(tests: (engine: Engine) => void): void {
  describe('SQLite', () => { tests(sqlite()) })
  describe('PostgreSQL', () => { tests(postgres()) })
}

/** Those and the journal in memory, which the simulation has in their place: it must keep the same contract. */
export function onEveryJournal(tests: <W>(engine: Engine<W>) => void): void {
  onBothEngines(tests)
  describe('in memory', () => {
    tests<MemoryTables>({
      name: 'memory', place: async () => new MemoryTables(), open: async (tables = new MemoryTables(), clock = systemClock) => memoryStore(tables, clock),
    })
  })
}

export function sqlite(): Engine {
  const folders: string[] = []
  const stores = new Set<Store>()
  afterAll(async () => {
    await closeAll(stores)
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  const place = async (): Promise<Place> => {
    const folder = mkdtempSync(join(tmpdir(), 'towerflow-store-'))
    folders.push(folder)
    return { dataDir: join(folder, 'data') }
  }
  return { name: 'sqlite', place, open: async (where, clock) => opened(stores, where ?? await place(), clock) }
}

export function postgres(): Engine {
  let server: TestPostgres | undefined
  const stores = new Set<Store>()
  beforeAll(async () => { server = await startPostgres() })
  afterAll(async () => {
    await closeAll(stores)
    await server?.stop()
  })
  const place = async (): Promise<Place> => {
    if (server === undefined) throw new Error('PostgreSQL did not start')
    return { url: await server.createDatabase() }
  }
  return { name: 'postgres', place, open: async (where, clock) => opened(stores, where ?? await place(), clock) }
}

async function opened(stores: Set<Store>, where: Place, clock: Clock = systemClock): Promise<Store> {
  const store = await openStore({ ...where, clock })
  let closed = false
  const once = { ...store, close: async () => {
    if (closed) return
    closed = true
    await store.close()
  } }
  stores.add(once)
  return once
}

async function closeAll(stores: Set<Store>): Promise<void> {
  for (const store of stores) await store.close()
}
