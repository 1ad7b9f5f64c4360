import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { systemClock } from '#clock'
import { sqlite } from './engines.ts'
import { makeConnection, makeDesk, makeUser } from './samples.ts'

/** The executor has its tombstone. */
const buried = async (): Promise<void> => undefined

const engine = sqlite()
const FILES = ['towerflow.db', 'towerflow.db-wal', 'towerflow.db-shm']

async function newFolder(): Promise<string> {
  const where = await engine.place()
  if (!('dataDir' in where)) throw new Error('not SQLite')
  return where.dataDir
}

/** In which of the database's files some bytes stand. */
const filesWith = (folder: string, bytes: string): string[] => (
  FILES.filter((name) => existsSync(join(folder, name)) && readFileSync(join(folder, name)).includes(bytes))
)

test('the folder and its files can be read by their owner alone', async () => {
  const dataDir = await newFolder()
  await makeDesk(await engine.open({ dataDir }))
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  for (const name of FILES) expect(statSync(join(dataDir, name)).mode & 0o777, name).toBe(0o600)
})

test('a deleted connection leaves none of its sealed bytes in the database file or its log', async () => {
  const dataDir = await newFolder()
  const store = await engine.open({ dataDir })
  const user = makeUser()
  await store.users.create(user)
  const connections = Array.from({ length: 300 }, (_, index) => ({ one: makeConnection(user.id), envelope: `SEALED-${index}-`.padEnd(40 + index % 900, `${index}x`) }))
  for (const { one, envelope } of connections) await store.connections.create(one, envelope)
  const mark = (index: number): string => `SEALED-${index}-`
  for (let index = 0; index < connections.length; index += 1) expect(filesWith(dataDir, mark(index)).length, mark(index)).toBeGreaterThan(0)

  // In an order that makes pages empty, half-empty and merge: there SQLite's own secure_delete leaves whole rows behind.
  const order = connections.map((_, index) => index).sort((a, b) => (a * 7919) % 300 - (b * 7919) % 300)
  for (const index of order) {
    expect(await store.connections.remove(user.id, connections[index]!.one.id, systemClock.now(), buried)).toEqual({ kind: 'deleted', scrubbed: true })
    expect(filesWith(dataDir, mark(index)), mark(index)).toEqual([])
  }
  await store.close()
  for (const index of order) expect(filesWith(dataDir, mark(index))).toEqual([])
}, 240_000)

test('while somebody reads an older state the scrubbing waits, and maintenance makes up for it', async () => {
  const dataDir = await newFolder()
  const store = await engine.open({ dataDir })
  const { user } = await makeDesk(store)
  const connection = makeConnection(user.id)
  await store.connections.create(connection, 'SEALED-AND-READ')
  const reader = new DatabaseSync(join(dataDir, 'towerflow.db'), { readOnly: true })
  reader.exec('begin')
  reader.prepare('select count(*) from users').get()
  expect(await store.connections.remove(user.id, connection.id, systemClock.now(), buried)).toEqual({ kind: 'deleted', scrubbed: false })
  expect(filesWith(dataDir, 'SEALED-AND-READ')).not.toEqual([])
  await store.maintenance.prune()
  expect(filesWith(dataDir, 'SEALED-AND-READ')).not.toEqual([])
  reader.close()
  await store.maintenance.prune()
  expect(filesWith(dataDir, 'SEALED-AND-READ')).toEqual([])
})

test('the schema is the one that was reviewed', async () => {
  const dataDir = await newFolder()
  await engine.open({ dataDir })
  const db = new DatabaseSync(join(dataDir, 'towerflow.db'), { readOnly: true })
  const rows = db.prepare("select sql from sqlite_master where sql is not null and name not like 'kysely%' and name not like 'sqlite%' order by rowid").all() as { sql: string }[]
  db.close()
  expect(rows.length).toBeGreaterThan(40)
  await expect(`${rows.map((row) => `${row.sql};`).join('\n\n')}\n`).toMatchFileSnapshot('schema.sql')
})

test('lists and look-ups go along an index', async () => {
  const dataDir = await newFolder()
  await engine.open({ dataDir })
  const db = new DatabaseSync(join(dataDir, 'towerflow.db'), { readOnly: true })
  const plan = (sql: string): string => (db.prepare(`explain query plan ${sql}`).all() as { detail: string }[]).map((row) => row.detail).join('; ')
  const cases: Record<string, string> = {
    "select * from orders where user_id = ? order by id desc limit 51": 'orders_by_user',
    "select * from orders where user_id = ? and bot_id = ? and id < ? order by id desc limit 51": 'orders_by_bot',
    "select * from orders where account_key = ? and client_order_id in (?) and substr(client_order_id, length(client_order_id) - 16) in (substr(?, length(?) - 16))": 'orders_client_id',
    "select * from key_uses where seq / 1024 in (7, 6) and connection_id = ? and of_seq is null": 'key_uses_by_connection',
    "select o.* from orders o join signals s on s.id = o.signal_id where o.user_id = ? and s.webhook_id = ? order by s.id desc, o.id desc limit 51": 'signals_by_webhook',
    "select * from orders where user_id = ? and symbol = ? order by id desc limit 51": 'orders_by_symbol',
    "select * from orders where user_id = ? and state = ? and orders.state in ('rejected', 'failed', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired') order by id desc limit 51": 'orders_by_trouble',
    "select * from signals where webhook_id = ? and body_slot = ? and body_hash = ? and received_at >= ?": 'signals_by_body',
    "select id from orders where settled = 0 and bot_id || '' in (?) order by id || ''": 'orders_unsettled',
    "select * from signals where fanout_done = 0 order by id": 'signals_undecided',
    "select * from signals where webhook_id = ? and user_id = ? order by id desc limit 51": 'signals_by_webhook',
    "select * from signals where user_id = ? and symbol = ? order by id desc limit 51": 'signals_by_symbol',
    "select * from signals where user_id = ? and label = ? order by id desc limit 51": 'signals_by_label',
    "select id from signals where webhook_id = ? and idempotency_key = ? and received_at >= ? order by received_at desc limit 10": 'signals_by_idempotency',
    "select max(received_at) from signals where webhook_id = ? and id >= ? and symbol = ? and side = ? and received_at >= ?": 'signals_by_webhook',
    "select * from decisions where done = 0": 'decisions_unfinished',
  }
  for (const [sql, index] of Object.entries(cases)) {
    expect(plan(sql), sql).toContain(index)
    if (!/\|\||join/.test(sql)) expect(plan(sql), sql).not.toContain('TEMP B-TREE')
  }
  db.close()
})
