import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { systemClock } from '#clock'
import { Problem } from '#model'
import { openStore } from '#store'
import { onBothEngines, type Place } from './engines.ts'
import { makeDesk, makeKeyUse, makeOrder, signalBatch } from './samples.ts'

/** Opens a store in a process of its own and answers the installation that it found there. */
function openedElsewhere(where: Place): Promise<string> {
  const args = 'url' in where ? ['postgres', where.url] : ['sqlite', where.dataDir]
  const child = spawn(process.execPath, [fileURLToPath(new URL('./opener.ts', import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let trouble = ''
  child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { trouble += chunk.toString() })
  return new Promise((resolve, reject) => {
    child.on('close', (code) => { if (code === 0) resolve(said.trim()); else reject(new Error(trouble)) })
  })
}

async function execute(where: Place, sql: string): Promise<void> {
  if ('dataDir' in where) {
    const db = new DatabaseSync(join(where.dataDir, 'towerflow.db'))
    try {
      db.exec(sql)
    } finally {
      db.close()
    }
    return
  }
  const client = new Client({ connectionString: where.url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

onBothEngines((engine) => {
  test('processes that open a new store at once find one and the same installation', async () => {
    const where = await engine.place()
    const ids = await Promise.all([1, 2, 3].map(() => openedElsewhere(where)))
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(new Set(ids).size).toBe(1)
  })

  test('a database of the schema before is brought up with what it holds', async () => {
    const where = await engine.place()
    const before = await engine.open(where)
    const desk = await makeDesk(before)
    const { signal, order, batch } = signalBatch(desk, desk.bots[0]!)
    const [bot] = desk.bots
    await before.journal.commit(batch)
    await before.keyUses.add([
      makeKeyUse(1, { event: 'submit', connectionId: desk.connection.id, userId: desk.user.id }),
      makeKeyUse(2, { event: 'outcome', connectionId: desk.connection.id, userId: desk.user.id, of: 1, outcome: 'accepted' }),
    ])
    await before.close()
    await execute(where, `
      drop table traded_on;
      drop index orders_client_id;
      create unique index orders_client_id on orders (account_key, client_order_id);
      create index orders_by_connection on orders (connection_id, id);
      drop index key_uses_by_connection;
      drop index key_uses_by_user;
      create index key_uses_by_connection on key_uses (connection_id, seq);
      create index key_uses_by_user on key_uses (user_id, seq);
      create index signals_by_side on signals (webhook_id, symbol, side, received_at);
      alter table bots drop column exit_at_open;
      alter table idempotency drop column thing;
      delete from kysely_migration where name >= '0007'`)
    const after = await engine.open(where)
    expect((await after.signals.get(desk.user.id, signal.id))?.signal).toEqual(signal)
    expect(await after.journal.lastOfSide(signal.webhookId, signal.symbol, signal.side, signal.receivedAt)).toBe(signal.receivedAt)
    expect((await after.keyUses.list(desk.user.id, { connectionId: desk.connection.id })).items).toMatchObject([{ seq: 1, outcome: 'accepted' }])
    expect((await after.orders.list(desk.user.id, { connectionId: desk.connection.id })).items).toMatchObject([{ order: { id: order.order.id } }])
    expect(await after.journal.ordersSince(desk.connection.id, 0)).toMatchObject([{ order: { id: order.order.id } }])
    expect(await after.journal.ordersByClientId(order.accountKey, [order.order.clientOrderId])).toHaveLength(1)
    await after.journal.commit({ newOrders: [makeOrder(bot!, signal)] })
    expect(await after.journal.ordersSince(desk.connection.id, 0)).toHaveLength(2)
    await expect(execute(where, 'drop index orders_by_connection')).rejects.toThrow(/orders_by_connection/)
    await expect(execute(where, 'drop index signals_by_side')).rejects.toThrow(/signals_by_side/)
  })

  test('a database of a newer Towerflow is left alone', async () => {
    const where = await engine.place()
    const store = await engine.open(where)
    await store.close()
    await execute(where, "insert into kysely_migration (name, timestamp) values ('0999-later', '2027-01-01T00:00:00.000Z')")
    const error: unknown = await openStore({ ...where, clock: systemClock }).then(() => null, (reason: unknown) => reason)
    expect(error).toBeInstanceOf(Problem)
    expect((error as Problem).message).toContain('newer Towerflow')
  })
})

test('a PostgreSQL that is not there is a clear problem, without the password', async () => {
  const error: unknown = await openStore({ url: 'postgres://me:hunter2@127.0.0.1:1/none', clock: systemClock }).then(() => null, (reason: unknown) => reason)
  expect(error).toBeInstanceOf(Problem)
  expect((error as Problem).code).toBe('unavailable')
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2')
})
