import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type Key } from '../installation.ts'
import { systemClock } from '#clock'
import { shardOf } from '#model'
import { instanceOf } from '../../src/server/instance.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { ended, makePlace, startExchanges, wire, type Exchanges, type Place, type Wired } from './place.ts'

// Two whole installations, each with its own executor, on one PostgreSQL and one master key. One server is stopped
// (SIGSTOP), the other takes over, the first wakes up. The exchange's own ledger is the judge.

let postgres: TestPostgres
let exchanges: Exchanges
let database: string
let key: Key
let wired: Wired
const places: Place[] = []
let owner: Place
let other: Place

const query = async (text: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: database })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
/** The server that owns the trader's lane: all of a user's bots are in one shard. */
const ownerOf = async (scope: string): Promise<string> => (await query(`select owner from leases where scope = '${scope}'`))[0]?.['owner'] as string

beforeAll(async () => {
  [postgres, exchanges] = await Promise.all([startPostgres(), startExchanges(['binance'])])
  database = await postgres.createDatabase()
  await exchanges.control('binance', 'PUT', '/prices/BTCUSDT', { price: '50000' })
  key = await exchanges.account('binance')
  for (const name of ['one', 'two']) {
    const place = makePlace(exchanges.simulator.urls, { TOWERFLOW_DATABASE_URL: database, TOWERFLOW_LOG_LEVEL: 'info' })
    if (name === 'two') place.env['TOWERFLOW_MASTER_KEY_FILE'] = path.join(places[0]?.dataDir ?? '', 'master.key')
    places.push(place)
    await place.start()
    if (name === 'two') place.token = places[0]?.token ?? ''
  }
  const [one] = places as [Place, Place]
  const made = await one.connect('binance', 'spot', key)
  wired = await wire(one, made.body.id as string, { maxSize: '1000000', maxSignalAgeSeconds: 0 })
})
afterAll(async () => {
  for (const place of places) await place.remove()
  await exchanges.simulator.close()
  await postgres.stop()
})

const buy = (label: string): object => ({ symbol: 'BTCUSDT', side: 'BUY', dilution: true, id: label })
const send = async (place: Place, label: string): Promise<string> => {
  const answer = await place.deliver(wired.hash, buy(label))
  expect(answer.status, answer.text).toBe(202)
  return answer.body.signalId as string
}

test('a webhook, bot and connection made at one server work at the other', async () => {
  const [one, two] = places as [Place, Place]
  await ended(two, await send(two, 'through the second'))
  await ended(one, await send(one, 'through the first'))
  expect(await query('select id from servers')).toHaveLength(2)
})

test('a server that is stopped, replaced, and wakes up sends nothing; every signal becomes one order', async () => {
  const [one, two] = places as [Place, Place]
  const scope = `lane-${shardOf((await one.want(200, 'GET', '/me')).id as string)}`
  const first = await ownerOf(scope)
  ;[owner, other] = instanceOf(one.dataDir, systemClock) === first ? [one, two] : [two, one]
  const tokenBefore = Number((await query(`select token from leases where scope = '${scope}'`))[0]?.['token'])
  const before = (await exchanges.orders('binance')).length

  // Its orders do not arrive, so that it stops with one in doubt and others waiting behind it.
  await exchanges.control('binance', 'POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'drop-request', times: 1 })
  const sent: string[] = []
  for (let count = 0; count < 3; count += 1) sent.push(await send(owner, `before ${count}`))
  await eventually(async () => (await query("select state from orders where settled = 0")).length > 0, 'an order is under way')
  process.kill(owner.pid('server'), 'SIGSTOP')
  for (let count = 0; count < 3; count += 1) sent.push(await send(other, `while it is stopped ${count}`))

  // The lease and its time of grace have to pass first, then the order in doubt has to be proven absent.
  await eventually(async () => (await query('select id from signals where fanout_done = 0 union all select id from orders where settled = 0')).length === 0, 'the other has done all of it', 120_000)
  for (const id of sent) await ended(other, id)
  expect(await ownerOf(scope)).not.toBe(first)
  expect(Number((await query(`select token from leases where scope = '${scope}'`))[0]?.['token'])).toBeGreaterThan(tokenBefore)
  const ledger = async (): Promise<readonly string[]> => (await exchanges.orders('binance')).slice(before).map((order) => order.clientOrderId)
  const placed = await ledger()
  expect(placed).toHaveLength(sent.length)

  process.kill(owner.pid('server'), 'SIGCONT')
  // It is back when it serves again, as one that owns none of these lanes or got them back in due form.
  await eventually(async () => (await owner.call('GET', '/ready')).status === 200, 'it serves again', 30_000)
  sent.push(await send(owner, 'after it woke'), await send(other, 'after the other woke'))
  await eventually(async () => (await query('select id from signals where fanout_done = 0 union all select id from orders where settled = 0')).length === 0, 'both are done', 120_000)
  for (const id of sent) await ended(owner, id)
  expect(await ledger()).toHaveLength(sent.length)
  expect((await ledger()).slice(0, placed.length)).toEqual(placed)

  // Each has the copy of its own executor's audit.
  for (const place of places) expect(await place.want(200, 'POST', '/audit/verify')).toMatchObject({ ok: true, problems: [] })
  // The books are the exchange's.
  const filled = (await query(`select client_order_id from orders where state = 'filled'`)).map((row) => row['client_order_id'])
  const atExchange = (await exchanges.orders('binance')).map((order) => order.clientOrderId)
  expect(new Set(filled)).toEqual(new Set(atExchange))
  expect(filled).toHaveLength(atExchange.length)
}, 300_000)

test('a freeze at one server is held by the executors of both, and by one that is started later; a thaw at either ends it', async () => {
  const [one, two] = places as [Place, Place]
  const frozen = async (place: Place): Promise<readonly string[]> => ((await place.want(200, 'GET', '/freezes')).items as { scope: string }[]).map(({ scope }) => scope)
  await one.want(200, 'POST', '/freeze', { scope: 'all', mode: 'all', reason: 'something is wrong' })
  await eventually(async () => (await frozen(two)).includes('all'), 'the other executor holds it')
  await two.stop()
  await two.start()
  expect(await frozen(two)).toEqual(['all'])
  await two.want(200, 'POST', '/thaw', { scope: 'all' })
  await eventually(async () => (await frozen(one)).length === 0, 'the other executor let go of it')
  await two.stop()
  await two.start()
  expect([await frozen(one), await frozen(two)]).toEqual([[], []])
}, 120_000)
