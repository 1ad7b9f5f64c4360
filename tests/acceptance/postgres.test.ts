import { cpSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../cli/command.ts'
import type { Answer, Key } from '../installation.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { Search } from '../security/search.ts'
import { makePlace, signal, startExchanges, wire, type Exchanges, type Place, type Wired } from './place.ts'

// One installation's life on a real PostgreSQL, then in the embedded database, then on PostgreSQL again, by commands.

let postgres: TestPostgres
let exchanges: Exchanges
let place: Place
let key: Key
let wired: Wired
const databases: string[] = []

beforeAll(async () => {
  [postgres, exchanges] = await Promise.all([startPostgres(), startExchanges(['binance'])])
  databases.push(await postgres.createDatabase(), await postgres.createDatabase())
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  key = await exchanges.account('binance')
  place = makePlace(exchanges.simulator.urls, { TOWERFLOW_DATABASE_URL: databases[0] ?? '' })
})
afterAll(async () => {
  await place.remove()
  await exchanges.simulator.close()
  await postgres.stop()
})

const buy = { symbol: 'BTCUSDT', side: 'BUY', dilution: true }
const filled = async (payload: object): Promise<Answer['body']> => {
  const seen = await signal(place, wired.hash, payload)
  expect(seen.decisions[0].orders, JSON.stringify(seen.decisions)).toMatchObject([{ state: 'filled' }])
  return seen
}
const mine = async (): Promise<number> => (await exchanges.orders('binance')).filter(({ apiKey }) => apiKey === key.apiKey).length
const held = async (): Promise<string> => (await place.want(200, 'GET', `/positions?botId=${wired.botId}`)).items[0].quantity as string
/** What the books say, whatever database they are in. */
const books = async (): Promise<unknown> => ({
  orders: (await place.want(200, 'GET', '/orders')).items, signals: (await place.want(200, 'GET', '/signals')).items, positions: (await place.want(200, 'GET', '/positions')).items,
  connections: ((await place.want(200, 'GET', '/connections')).items as object[]).map((one) => ({ ...one, lastUsedAt: null, reconciledAt: null })),
  webhooks: ((await place.want(200, 'GET', '/webhooks')).items as { id: string; hash: string }[]).map(({ id, hash }) => [id, hash]),
})
const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

/** Moves the books: a backup, then everything from an empty folder and another database, with the same master key. */
async function move(file: string, databaseUrl: string | null): Promise<void> {
  const from = place.dataDir
  const to = path.join(place.folder, `moved-${file}`)
  await place.stop()
  const backup = path.join(place.folder, file)
  const report = await place.json(['backup', backup])
  expect(report).toMatchObject({ file: backup, masterKeyIncluded: false })
  const { TOWERFLOW_DATABASE_URL: _, ...rest } = place.env
  const env = { ...rest, ...(databaseUrl === null ? {} : { TOWERFLOW_DATABASE_URL: databaseUrl }) }
  const restored = await run(['restore', backup, '--json'], { env: { ...env, TOWERFLOW_DATA_DIR: to } })
  expect([restored.code, restored.stderr]).toEqual([0, ''])
  expect(JSON.parse(restored.stdout)).toMatchObject({ rows: report.rows as number })
  mkdirSync(to, { recursive: true, mode: 0o700 })
  cpSync(path.join(from, 'master.key'), path.join(to, 'master.key'))
  place.moveTo(to, env)
  await place.start()
}

describe('an installation on PostgreSQL', () => {
  test('connects a key and trades', async () => {
    place.token = (await place.json(['token', 'create'])).token as string
    await place.start()
    const made = await place.connect('binance', 'spot', key)
    expect(made.status, made.text).toBe(201)
    wired = await wire(place, made.body.id as string)
    await filled({ symbol: 'BTCUSDT', side: 'BUY' })
    expect(await mine()).toBe(1)
    expect(await query(databases[0] ?? '', 'select state from orders')).toEqual([{ state: 'filled' }])
    expect((await place.json(['doctor'])).checks).toContainEqual(expect.objectContaining({ name: 'ready', result: 'ok' }))
  })

  test('goes on where it was after a restart, with tokens that were made meanwhile', async () => {
    const [position, before] = [await held(), await books()]
    expect(Number(position)).toBeCloseTo(0.002, 4)
    await place.stop()
    place.token = (await place.json(['token', 'create', '--name', 'while it is down'])).token as string
    await place.start()
    expect(await books()).toEqual(before)
    place.token = (await place.json(['token', 'create', '--name', 'while it runs'])).token as string
    expect(await held()).toBe(position)
    await filled(buy)
    expect(await mine()).toBe(2)
  })

  test('keeps no credential in it', async () => {
    const search = new Search({ ...key })
    const tables = await query(databases[0] ?? '', "select table_name from information_schema.tables where table_schema = 'public'")
    expect(tables.length).toBeGreaterThan(15)
    for (const { table_name: table } of tables) expect(search.in(JSON.stringify(await query(databases[0] ?? '', `select * from "${String(table)}"`)), String(table))).toEqual([])
    expect(search.inFolder(place.dataDir).traces).toEqual([])
  })

  test('moves into the embedded database by backup and restore, and trades on there', async () => {
    const before = await books()
    await move('first.backup', null)
    expect(await books()).toEqual(before)
    await filled({ symbol: 'BTCUSDT', side: 'SELL' })
    expect(Number(await held())).toBeLessThan(0.00001)
    expect(await mine()).toBe(3)
    await filled(buy)
  })

  test('and back again to PostgreSQL', async () => {
    const before = await books()
    await move('second.backup', databases[1] ?? '')
    expect(await books()).toEqual(before)
    await filled({ symbol: 'BTCUSDT', side: 'SELL' })
    expect(await mine()).toBe(5)
    const again = await run(['restore', path.join(place.folder, 'second.backup'), '--json'], { env: { ...place.env, TOWERFLOW_DATA_DIR: path.join(place.folder, 'other') } })
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('not empty')])
  })
})

describe('a database of a newer program stops this one, and says so', () => {
  const stopped = async (env: Record<string, string>): Promise<void> => {
    for (const words of [['start'], ['token', 'create'], ['backup', path.join(place.folder, 'never.backup')]]) {
      const { code, stderr, stdout } = await run(words, { env: { TOWERFLOW_PORT: '0', ...env } })
      expect([words, code, stdout]).toEqual([words, 1, ''])
      expect(stderr.trimEnd().split('\n').at(-1), words.join(' ')).toMatch(/^error: The database was made by a newer Towerflow\. Upgrade this one/)
      expect(stderr).not.toMatch(/\bat \w+ \(|starting it again/)
    }
  }

  test('PostgreSQL', async () => {
    await place.stop()
    await query(databases[1] ?? '', "insert into kysely_migration (name, timestamp) values ('9999-newer', '2030-01-01T00:00:00Z')")
    const before = await query(databases[1] ?? '', 'select count(*) from tokens')
    await stopped(place.env)
    expect(await query(databases[1] ?? '', 'select count(*) from tokens')).toEqual(before)
  }, 60_000)

  test('the embedded one', async () => {
    const dataDir = path.join(place.folder, 'moved-first.backup')
    const database = new DatabaseSync(path.join(dataDir, 'towerflow.db'))
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-newer', '2030-01-01T00:00:00Z')")
    database.close()
    await stopped({ TOWERFLOW_DATA_DIR: dataDir })
  }, 60_000)
})
