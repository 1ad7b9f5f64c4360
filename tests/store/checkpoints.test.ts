import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock } from '#clock'
import type { Log } from '#log'
import type { Store } from '#store'
import { Checkpoints } from '../../src/store/checkpoints.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { until } from '../executor/harness.ts'
import { sqlite } from './engines.ts'
import { makeDesk, signalBatch } from './samples.ts'

// A server's store has its checkpoints done by a thread of its own. What a checkpoint has moved stands in the database
// file itself, without its log.

const engine = sqlite()

async function open(): Promise<{ store: Store; dataDir: string }> {
  const where = await engine.place()
  if (!('dataDir' in where)) throw new Error('not SQLite')
  const threaded = { ...where, checkpointThread: true }
  return { store: await engine.open(threaded), dataDir: where.dataDir }
}

/** Signals in the database file alone. */
function moved(dataDir: string): number {
  const copy = join(dataDir, 'copy.db')
  copyFileSync(join(dataDir, 'towerflow.db'), copy)
  const db = new DatabaseSync(copy)
  try {
    return (db.prepare('select count(*) as count from signals').get() as { count: number }).count
  } catch {
    return 0 // copied in the middle of a checkpoint, or before the first one
  } finally {
    db.close()
  }
}

test('a long log is moved into the file, and nothing is missing after the end', async () => {
  const { store, dataDir } = await open()
  const desk = await makeDesk(store)
  const made = Array.from({ length: 3000 }, () => signalBatch(desk, desk.bots[0]!).batch)
  for (let from = 0; from < made.length; from += 100) await Promise.all(made.slice(from, from + 100).map((batch) => store.journal.commit(batch)))
  await until(() => moved(dataDir) > 1000)
  await store.close()
  expect(existsSync(join(dataDir, 'towerflow.db-wal')), 'the last one to close moves the rest').toBe(false)
  expect(moved(dataDir)).toBe(3000)
})

test('a short log is moved once nothing more is written', async () => {
  const { store, dataDir } = await open()
  const desk = await makeDesk(store)
  await store.journal.commit(signalBatch(desk, desk.bots[0]!).batch)
  expect(moved(dataDir)).toBe(0)
  await until(() => moved(dataDir) === 1)
})

test('overwriting a deleted key waits for the checkpoint that is being done', async () => {
  const { store, dataDir } = await open()
  await store.close()
  let checkpoints: Checkpoints | undefined
  const database = openSqlite(dataDir, (file) => (checkpoints = new Checkpoints(file, systemClock, undefined)))
  database.file.raw.exec('create table filler (bytes blob)')
  const fill = database.file.raw.prepare('insert into filler values (zeroblob(30000000))')
  for (let round = 0; round < 5; round += 1) { // the thread has to start first, and must be met at work
    fill.run()
    database.wrote(100_000)
    await pause(3)
    expect(await database.scrub()).toBe(true)
    await checkpoints?.idle()
  }
  await database.close()
})

test('where the thread fails the commits do it again, and the log says so', async () => {
  const { store, dataDir } = await open()
  await store.close()
  const warnings: string[] = []
  const database = openSqlite(dataDir, (file) => (
    new Checkpoints({ path: join(dataDir, 'nowhere', 'towerflow.db'), raw: file.raw }, systemClock, { warn: (_: object, text: string) => { warnings.push(text) } } as unknown as Log)
  ))
  await until(() => warnings.length > 0)
  expect(warnings).toEqual([expect.stringContaining('the commits do them')])
  expect(database.file.raw.prepare('pragma wal_autocheckpoint').get()).toEqual({ wal_autocheckpoint: 1000 })
  database.wrote(100_000)
  expect(await database.scrub()).toBe(true)
  await database.close()
})
