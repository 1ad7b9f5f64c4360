import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, systemClock } from '#clock'
import type { Bot, Connection } from '#model'
import { openStore } from '#store'
import { createCharts } from '../../src/store/charts.ts'
import type { Database } from '../../src/store/engine.ts'
import { journalBooks } from '../../src/store/journal-books.ts'
import { createKeyUses } from '../../src/store/key-uses.ts'
import { createOrders } from '../../src/store/orders.ts'
import { createSessions } from '../../src/store/sessions.ts'
import { createSignals } from '../../src/store/signals.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { makeBot, makeConnection, makeDesk, makeWebhook, type Desk } from './samples.ts'

// What lists and charts ask is looked at as SQLite would carry it out, on 100,000 signals and orders of two users: along
// an index, newest first, never through a whole table.

const ROWS = 100_000
const folder = mkdtempSync(path.join(tmpdir(), 'towerflow-plans-'))
let database: Database & { engine: 'sqlite' }
let desk: Desk
/** One of a hundred thousand orders in 20,000 is its. */
let seldom: Connection
let seldomUsed: Bot
let plans: string[] = []

beforeAll(async () => {
  const store = await openStore({ dataDir: folder, clock: systemClock })
  desk = await makeDesk(store)
  const other = await makeDesk(store)
  const shared = makeWebhook(other.user.id)
  await store.webhooks.create(shared)
  await store.webhooks.share(other.user.id, shared.id, desk.user.id, newId(systemClock), 1)
  await store.connections.create(seldom = makeConnection(desk.user.id), 'sealed')
  await store.bots.create(seldomUsed = makeBot(desk.user.id, desk.webhook.id, seldom.id))
  await store.close()
  database = openSqlite(folder) as typeof database
  const begin = Date.parse('2026-01-01T00:00:00Z')
  database.file.raw.exec(`
    begin;
    create temp table n as with recursive n(n) as (select 0 union all select n + 1 from n where n < ${ROWS - 1}) select n,
      ${begin} + n * 60000 as at, substr(printf('%012x', ${begin} + n * 60000), 1, 8) || '-' || substr(printf('%012x', ${begin} + n * 60000), 9) || printf('-7000-8000-%012x', n) as id,
      n % 2 as mine from n;
    insert into signals (id, webhook_id, user_id, source, received_at, symbol, side, size, dilution, flags, label, fired_at, age_from, warnings, unsupported_fields, payload,
      duplicates, replay_of, body_hash, body_slot, idempotency_key, fanout, fanout_done) select id, case mine when 1 then '${desk.webhook.id}' else '${shared.id}' end, case mine when 1 then '${desk.user.id}' else '${other.user.id}' end, 'hook', at,
      case n % 10 when 1 then 'ETHUSDT' else 'BTCUSDT' end, 'BUY', null, 0, '[]', case n % 50 when 1 then 'label' end, null, at, '[]', '[]', '{}', 0, null, null, null, null, '1', 1 from n;
    insert into decisions (signal_id, bot_id, user_id, outcome, code, reason, decided_at, plan, done, would_send) select id, case mine when 1 then '${desk.bots[0]?.id}' else '${other.bots[0]?.id}' end, case mine when 1 then '${desk.user.id}' else '${other.user.id}' end, 'order', 'open', 'r', at, null, 1, null from n;
    insert into orders (id, user_id, bot_id, connection_id, signal_id, symbol, exchange, market, leg, kind, resend, account_key, client_order_id, exchange_order_id, state, side,
      position_side, type, quantity, quote_quantity, filled, average_price, reduce_only, reject_code, reject_text, not_after, needs_person, created_at, updated_at, version, timeline,
      settled, send_until, cause) select id, case mine when 1 then '${desk.user.id}' else '${other.user.id}' end, case mine when 1 then '${desk.bots[0]?.id}' else '${other.bots[0]?.id}' end,
      case mine when 1 then '${desk.connection.id}' else '${other.connection.id}' end, id, 'BTCUSDT', 'binance', 'spot', 0, 'open', 0, 'a', id, null,
      case n % 100 when 1 then 'rejected' when 3 then 'failed' else 'filled' end, 'buy', 'both', 'market', '1', null, '1', '1', 0, null, null, at, 0, at, at, 1, '[]', 1, null, id from n;
    update orders set connection_id = '${seldom.id}', bot_id = '${seldomUsed.id}' where rowid % 20000 = 2;
    insert into traded_on select distinct connection_id, bot_id from orders;
    insert into key_uses (seq, hash, at, event, connection_id, user_id, order_id, bot_id, signal_id, of_seq, outcome, reason, entry, chain)
      select n, n, at, 'submit', case n % 20000 when 1 then '${seldom.id}' else '${desk.connection.id}' end, '${desk.user.id}', id, null, null, null, null, null, '{}', '' from n;
    insert into fills select id, id, bot_id, '1', 'buy', '1', '1', '0', null, created_at from orders where state = 'filled';
    insert into profit_slots select '${desk.bots[0]?.id}', at / 900000, '1', '{}' from n where true on conflict do nothing;
    commit;`)
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The same database; notes how each query would be carried out. */
function watched(): Database {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      const { sql, parameters } = database.db.getExecutor().compileQuery(node, queryId)
      const steps = database.file.raw.prepare(`explain query plan ${sql}`).all(...parameters as string[]) as { detail: string }[]
      plans.push(`${sql}\n  ${steps.map(({ detail }) => detail).join('\n  ')}`)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return { ...database, db: database.db.withPlugin(plugin) }
}

/** Of a table that grows; the index of unsettled orders holds only a few, and of the numbers of uses only an end is looked at. */
const LARGE = /^ {2}SCAN (?:signals|orders|decisions|profit_slots|fills|sessions|key_uses)\b(?! USING INDEX orders_unsettled| USING COVERING INDEX sqlite_autoindex_key_uses_1)/m

/** How often both are tried, in turns, before a page counts as too slow: other work on the machine hits either. */
const MOST_TRIES = 25

/** A page must not cost more than reading all orders twice does, here and now: an index that is walked whole costs more. */
async function along(work: () => Promise<unknown>): Promise<void> {
  plans = []
  await work()
  expect(plans.length).toBeGreaterThan(0)
  for (const plan of plans) expect(plan).not.toMatch(LARGE)
  const all = database.file.raw.prepare('select count(*) from orders where reject_text = ?')
  const took = async (run: () => unknown): Promise<number> => {
    const begun = performance.now()
    await run()
    return performance.now() - begun
  }
  let [page, whole] = [Infinity, Infinity]
  for (let tries = 0; tries < MOST_TRIES && !(page < 2 * whole); tries += 1) {
    page = Math.min(page, await took(work))
    whole = Math.min(whole, await took(() => all.all('x')))
  }
  expect(page, plans.join('\n')).toBeLessThan(2 * whole)
}

const DAY = { from: Date.parse('2026-02-01T00:00:00Z'), to: Date.parse('2026-02-02T00:00:00Z') }

test('the check sees a query that reads a whole table', async () => {
  plans = []
  await watched().db.selectFrom('orders').select('id').where('reject_text', '=', 'x').execute()
  expect(plans[0]).toMatch(LARGE)
})

test.each([
  {}, { symbol: 'ETHUSDT' }, { label: 'label' }, { ...DAY }, { symbol: 'ETHUSDT', ...DAY }, { symbol: 'nothing' },
])('signals by %j', async (filter) => {
  const signals = createSignals(watched())
  const user = desk.user.id
  const { items: [first], next } = await signals.list(user, filter, { limit: 50 })
  if ('symbol' in filter && filter.symbol === 'nothing') expect(first).toBeUndefined()
  else expect(first).toBeDefined()
  await along(() => signals.list(user, filter, { limit: 50, ...(next === null ? {} : { cursor: next }) }))
  const withIds = { ...filter, webhookId: desk.webhook.id }
  await along(() => signals.list(user, withIds))
  await along(() => signals.list(user, { ...filter, botId: desk.bots[0]?.id }))
  for (const plan of plans) expect(plan.split('\n')[0]?.includes('"decisions"') === true || !plan.includes('TEMP B-TREE FOR ORDER BY'), plan).toBe(true)
})

test.each([
  {}, { state: 'filled' as const }, { state: 'rejected' as const }, { state: 'uncertain' as const }, { state: 'open' as const }, { symbol: 'BTCUSDT' }, { ...DAY },
])('orders by %j', async (filter) => {
  const orders = createOrders(watched())
  const user = desk.user.id
  for (const more of [{}, { botId: desk.bots[0]?.id }, { connectionId: desk.connection.id }, { webhookId: desk.webhook.id }]) {
    const { next } = await orders.list(user, { ...filter, ...more })
    await along(() => orders.list(user, { ...filter, ...more }, next === null ? {} : { cursor: next }))
  }
})

test('what a connection seldom did is found along indexes, behind everything that others did since', async () => {
  const orders = createOrders(watched())
  await along(() => orders.list(desk.user.id, { connectionId: seldom.id }))
  expect((await orders.list(desk.user.id, { connectionId: seldom.id })).items.map((view) => view.order.botId)).toEqual(Array.from({ length: 5 }, () => seldomUsed.id))
  const books = journalBooks(watched())
  await along(() => books.ordersSince(seldom.id, 0))
  expect(await books.ordersSince(seldom.id, 0)).toHaveLength(5)
  await along(() => books.ordersSince(desk.connection.id, Date.parse('2026-03-10T00:00:00Z')))
  await along(() => books.ordersByClientId('a', ['1', '2']))
  const uses = createKeyUses(watched(), { commit: async () => undefined }, '')
  for (const connectionId of [seldom.id, desk.connection.id, 'none']) await along(() => uses.list(desk.user.id, { connectionId }))
  expect((await uses.list(desk.user.id, { connectionId: seldom.id })).items.map((use) => use.seq)).toEqual([80_001, 60_001, 40_001, 20_001, 1])
})

test('charts over all of it go along indexes too', async () => {
  const charts = createCharts(watched())
  const begin = Date.parse('2026-01-01T00:00:00Z')
  const edges = Array.from({ length: 51 }, (_, day) => begin + day * 86_400_000)
  await along(() => charts.activity(desk.user.id, edges))
  const counts = await charts.activity(desk.user.id, edges)
  expect(counts.reduce((sum, { signals }) => sum + signals, 0)).toBe(36_000)
  expect(counts.reduce((sum, { failed }) => sum + failed, 0)).toBe(1440)
  await along(() => charts.orderTimes(desk.user.id, begin, begin + 90 * 86_400_000, 500, null))
  await along(() => charts.profit(desk.bots[0]?.id ?? '', begin + 86_400_000, begin + 2 * 86_400_000))
  expect(await charts.profit(desk.bots[0]?.id ?? '', begin + 86_400_000, begin + 2 * 86_400_000)).toHaveLength(97)
  await along(() => charts.marks(desk.user.id, desk.bots[0]?.id ?? '', begin, begin + 90 * 86_400_000))
  await along(() => createSessions(watched(), systemClock).verify('nothing'))
})
