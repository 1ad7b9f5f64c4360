import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { newId, sleep, systemClock } from '#clock'
import type { Bot, Freeze } from '#model'
import { until } from '../executor/harness.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { startFleet, type Fleet, type Server } from './fleet.ts'

// Two servers on one PostgreSQL, each with an executor of its own, and what one of them does heard late by the other.

const LATE_MS = 400

let postgres: TestPostgres
let fleet: Fleet
let a: Server
let b: Server

beforeAll(async () => {
  postgres = await startPostgres()
  fleet = await startFleet(await postgres.createDatabase())
  a = await fleet.startApart('a')
  b = await fleet.startApart('b')
})
afterEach(() => {
  for (const { lag } of [a, b]) {
    lag.botRow = 0
    for (const kinds of [lag.told, lag.telling]) for (const kind of Object.keys(kinds)) kinds[kind] = 0
  }
})
afterAll(async () => {
  await fleet.stop()
  await postgres.stop()
})

test('a signal goes to a bot that another server has just made, and to one that it has just linked', async () => {
  const { desk } = fleet
  const connectionId = await desk.connect('spot')
  const row = (await desk.store.connections.row(connectionId))!.connection
  const bot: Bot = {
    id: newId(systemClock), userId: desk.userId, name: 'new', webhookId: desk.webhookId, connectionId, exchange: row.exchange, market: row.market, symbol: 'BTCUSDT',
    base: 'BTC', quote: 'USDT', amount: '100', amountIn: 'quote', direction: 'long', maxSize: '10000', onOpposite: 'close', leverage: null, maxSignalAgeSeconds: 60,
    maxExitAgeSeconds: 900, exitAtOpen: false, acceptSize: false, acceptDilution: true, paused: false, createdAt: systemClock.now(),
  }
  b.lag.botRow = LATE_MS
  expect(await a.store.bots.create(bot)).toMatchObject({ kind: 'created' })
  await a.execution.botChanged(bot.id)
  const { signalId } = await b.send({ side: 'BUY' })
  const orders = async () => (await desk.store.orders.list(desk.userId, { signalId })).items
  await until(async () => (await orders()).length === 1 && (await orders()).every((order) => order.settled), () => [...a.log, ...b.log].join('\n'), 30_000)
  expect((await orders()).map(({ order }) => [order.botId, order.state])).toEqual([[bot.id, 'filled']])

  const webhook = { ...(await desk.store.webhooks.byHash(`hash-${desk.webhookId}`))!, id: newId(systemClock), hash: 'another', name: 'another' }
  await desk.store.webhooks.create(webhook)
  const ether = { ...bot, id: newId(systemClock), webhookId: webhook.id, symbol: 'ETHUSDT', base: 'ETH' }
  expect(await a.store.bots.create(ether)).toMatchObject({ kind: 'created' })
  await a.execution.botChanged(ether.id)
  const second = await b.send({ side: 'BUY', symbol: 'ETHUSDT' }, undefined, webhook.id)
  await until(async () => (await desk.store.signals.get(desk.userId, second.signalId))?.decisions.length === 1, () => [...a.log, ...b.log].join('\n'), 30_000)
})

test('a signal goes to each of many bots that another server has made a moment ago', async () => {
  const { desk } = fleet
  const [like] = (await desk.store.bots.list(desk.userId)).items
  const webhook = { ...(await desk.store.webhooks.byHash(`hash-${desk.webhookId}`))!, id: newId(systemClock), hash: 'of many', name: 'of many' }
  await desk.store.webhooks.create(webhook)
  b.lag.botRow = LATE_MS
  for (let made = 0; made < 60; made += 1) {
    const bot = { ...like!.bot, id: newId(systemClock), webhookId: webhook.id, name: `bot ${made}` }
    await a.store.bots.create(bot)
    await a.execution.botChanged(bot.id)
  }
  const { signalId } = await b.send({ side: 'BUY', flag: 'TEST' }, undefined, webhook.id)
  await until(async () => (await desk.store.signals.get(desk.userId, signalId))?.decisions.length === 60, () => [...a.log, ...b.log].join('\n'), 60_000)
})

const freeze = (server: Server): Promise<Freeze> => server.execution.freeze({ scope: 'all', id: null, mode: 'all', reason: 'stop it', by: fleet.desk.userId })
const thaw = (server: Server): Promise<boolean> => server.execution.thaw('all', null, 'over', fleet.desk.userId)
const isFrozen = async ({ executor }: Server): Promise<boolean> => (await executor.port.call({ verb: 'freezes' })).freezes.length > 0
/** How many freezes its executor told of, each time since so many pushes. */
const told = ({ executor }: Server, since: number): number[] => executor.pushes.slice(since).filter((push) => push.push === 'freezes').map((push) => push.freezes.length)
/** All have heard of everything, whatever comes late, and this is how it stands. */
const inTheEnd = async (frozen: boolean): Promise<void> => {
  await sleep(systemClock, 3 * LATE_MS)
  expect(await Promise.all([a, b].map(isFrozen))).toEqual([frozen, frozen])
}

test('a freeze that is lifted at once stays at no server', async () => {
  b.lag.told['freeze'] = LATE_MS
  await freeze(a)
  await thaw(a)
  await inTheEnd(false)
})

test('a freeze right behind a thaw holds at every server', async () => {
  await freeze(a)
  await until(() => isFrozen(b))
  b.lag.told['thaw'] = LATE_MS
  await thaw(a)
  await freeze(a)
  await inTheEnd(true)
  const seen = b.executor.pushes.length
  await thaw(a)
  await inTheEnd(false)
  expect(new Set(told(b, seen))).toEqual(new Set([0]))
})

test('a thaw that was told before a freeze does not lift it, for no moment', async () => {
  await freeze(b)
  await until(() => isFrozen(a))
  a.lag.told['thaw'] = LATE_MS
  await thaw(b)
  const seen = a.executor.pushes.length
  await freeze(a)
  await inTheEnd(true)
  expect(told(a, seen)).not.toContain(0)
  await thaw(b)
  await inTheEnd(false)
})

test('a freeze that another server told before a thaw is lifted by it, where it comes late too', async () => {
  await freeze(a)
  await until(() => isFrozen(b))
  a.lag.telling['thaw'] = LATE_MS
  a.lag.told['freeze'] = 2 * LATE_MS
  const thawing = thaw(a)
  await sleep(systemClock, LATE_MS / 4)
  await freeze(b)
  await thawing
  await inTheEnd(false)
})

test('a server that was frozen while it was away hears of it as it starts, and of what was lifted meanwhile not', async () => {
  await freeze(a)
  const c = await fleet.startApart('c')
  expect(await isFrozen(c)).toBe(true)
  await thaw(a)
  await until(async () => !await isFrozen(c))
  await c.stop()
  const d = await fleet.startApart('d')
  expect(await isFrozen(d)).toBe(false)
  await d.stop()
})
