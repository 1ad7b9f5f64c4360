import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, systemClock } from '#clock'
import { shardOf } from '#model'
import { newCredentials, until } from '../executor/harness.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { startFleet, type Fleet, type Server } from './fleet.ts'

// Two servers on one PostgreSQL, in one process, with one executor; the exchange's ledger is the judge.

let postgres: TestPostgres
let fleet: Fleet
let a: Server
let b: Server
let botId: string

beforeAll(async () => {
  postgres = await startPostgres()
  fleet = await startFleet(await postgres.createDatabase())
  const connectionId = await fleet.desk.connect('spot')
  botId = (await fleet.desk.bot(connectionId, { maxSize: '100000' })).id
  a = await fleet.start('a')
  b = await fleet.start('b')
})
afterAll(async () => {
  await fleet.stop()
  await postgres.stop()
})

const shards = async (server: Server): Promise<readonly number[]> => [...(await server.store.fleet.renew()).shards.keys()]
const isOwner = async (server: Server): Promise<boolean> => (await shards(server)).includes(shardOf(fleet.desk.userId))
const ordersOf = async (signalId: string) => (await fleet.desk.store.orders.list(fleet.desk.userId, { signalId })).items
const ended = (signalId: string): Promise<void> => until(async () => {
  const view = await fleet.desk.store.signals.get(fleet.desk.userId, signalId)
  const orders = await ordersOf(signalId)
  return view !== undefined && view.fanoutDone && orders.every((order) => order.settled)
}, () => [...a.log, ...b.log].join('\n'), 30_000)

test('two servers share the lanes, each lane with one owner', async () => {
  await until(async () => (await shards(a)).length === 32 && (await shards(b)).length === 32, () => [...a.log, ...b.log].join('\n'), 30_000)
  const [ofA, ofB] = [await shards(a), await shards(b)]
  expect(new Set([...ofA, ...ofB]).size).toBe(64)
})

test('a signal that comes to the server which does not own its lane is stored there and carried out by the owner, in milliseconds', async () => {
  for (const server of [a, b]) {
    const { signalId } = await server.send({ side: 'BUY', dilution: true })
    const sent = systemClock.now()
    await ended(signalId)
    expect((await ordersOf(signalId)).map(({ order }) => order.state)).toEqual(['filled'])
    expect(systemClock.now() - sent).toBeLessThan(10_000)
  }
  expect(await fleet.desk.exchangeOrders()).toHaveLength(2)
})

test('signals are decided in the order in which they were stored, whatever server took them', async () => {
  const before = (await fleet.desk.exchangeOrders()).length
  const sent: string[] = []
  for (let round = 0; round < 12; round += 1) sent.push((await (round % 2 === 0 ? a : b).send({ side: 'BUY', dilution: true })).signalId)
  for (const id of sent) await ended(id)
  const decided = await Promise.all(sent.map(async (id) => (await fleet.desk.store.signals.get(fleet.desk.userId, id))?.decisions[0]?.decision.decidedAt ?? 0))
  expect(decided).toEqual([...decided].sort((x, y) => x - y))
  const clientIds = await Promise.all(sent.map(async (id) => (await ordersOf(id))[0]?.order.clientOrderId))
  expect((await fleet.desk.exchangeOrders()).slice(before).map((order) => order.clientOrderId)).toEqual(clientIds)
})

test('the same delivery at both servers at the same instant is one signal', async () => {
  const before = (await fleet.desk.exchangeOrders()).length
  for (let round = 0; round < 8; round += 1) {
    const raw = JSON.stringify({ symbol: 'BTCUSDT', side: 'BUY', dilution: true, id: newId(systemClock) })
    const answers = await Promise.all([a, b, a, b].map((server) => server.send({}, raw)))
    expect(new Set(answers.map((one) => one.signalId)).size).toBe(1)
    expect(answers.filter((one) => !one.duplicate)).toHaveLength(1)
    await ended(answers[0]?.signalId ?? '')
  }
  expect(await fleet.desk.exchangeOrders()).toHaveLength(before + 8)
})

test('both servers tell the events of both, each once and in one order', async () => {
  await until(async () => a.events.length > 0 && a.events.at(-1)?.id === b.events.at(-1)?.id)
  const ids = (server: Server): string[] => server.events.map((event) => event.id)
  const common = ids(a).slice(ids(a).indexOf(ids(b)[0] ?? ''))
  expect(ids(b)).toEqual(common)
  expect(new Set(common).size).toBe(common.length)
  const places = common.map((id) => id.split('.').map(Number) as [number, number])
  expect(places).toEqual([...places].sort((x, y) => x[0] - y[0] || x[1] - y[1]))
})

test('what is changed through one server holds at the other, and what only the owner can do is asked of it', async () => {
  const [owner, other] = await isOwner(a) ? [a, b] : [b, a]
  await other.store.bots.change(fleet.desk.userId, botId, { paused: true })
  await other.execution.botChanged(botId)
  const { signalId } = await owner.send({ side: 'BUY', dilution: true })
  await ended(signalId)
  expect((await fleet.desk.store.signals.get(fleet.desk.userId, signalId))?.decisions.map(({ decision }) => decision.code)).toEqual(['bot_paused'])
  await other.store.bots.change(fleet.desk.userId, botId, { paused: false })
  await other.execution.botChanged(botId)

  // The other server follows the position, and has it adjusted and closed by the owner.
  const held = owner.execution.position(botId)?.quantity
  await until(async () => other.execution.position(botId)?.quantity === held)
  const adjusted = await other.execution.adjust(botId, '0.001', 'found in a drawer')
  expect(owner.execution.position(botId)).toEqual(adjusted)
  await other.execution.adjust(botId, '-0.001', 'put back')
  const { orderIds } = await other.execution.close(botId)
  expect(orderIds).toHaveLength(1)
  await until(async () => (await fleet.desk.store.orders.get(fleet.desk.userId, orderIds[0] ?? ''))?.settled === true)
  await expect(other.execution.close(botId)).rejects.toMatchObject({ code: 'nothing_to_close' })
  await expect(other.execution.cancel(orderIds[0] ?? '', botId)).rejects.toMatchObject({ code: 'order_final' })
})

test('a server that stops gives its lanes to the other at once; one that is left alone decides before it answers again', async () => {
  await b.stop()
  const said = (): string => [...a.log, ...b.log].join('\n')
  await until(async () => (await shards(a)).length === 64, said)
  let last = ''
  await until(async () => {
    if (last !== '') await ended(last)
    last = (await a.send({ side: 'BUY', dilution: true })).signalId
    return (await fleet.desk.store.signals.get(fleet.desk.userId, last))?.decisions.length === 1
  }, said)
})

test('the lanes of a server that died are taken over when its lease is over, with what was waiting in them', async () => {
  b = await fleet.start('b')
  await until(async () => (await shards(b)).length === 32, () => b.log.join('\n'), 30_000)
  const [owner, other] = await isOwner(a) ? [a, b] : [b, a]
  const before = (await fleet.desk.exchangeOrders()).length
  owner.crash()
  const died = systemClock.now()
  const { signalId } = await other.send({ side: 'BUY', dilution: true })
  await until(async () => (await ordersOf(signalId)).length > 0, () => other.log.join('\n'), 60_000)
  await ended(signalId)
  // Not before the lease, an order's deadline and a margin are over.
  expect((await ordersOf(signalId))[0]?.order.createdAt ?? 0).toBeGreaterThan(died + 5000)
  expect(await fleet.desk.exchangeOrders()).toHaveLength(before + 1)
  await other.stop()
})

test('a server that is started anew under its own name has its lanes back at once, and its former self writes nothing more', async () => {
  const first = await fleet.start('c', 'the one')
  const { shards: held } = await first.store.fleet.renew()
  expect(held.size).toBeGreaterThan(0)
  const began = systemClock.now()
  const second = await fleet.start('c again', 'the one')
  const { shards: again } = await second.store.fleet.renew()
  expect(again.size).toBe(held.size)
  for (const [shard, token] of again) expect(token).toBeGreaterThan(held.get(shard) ?? 0)
  expect(systemClock.now() - began).toBeLessThan(10_000)

  await expect(first.store.fleet.renew()).rejects.toMatchObject({ extra: { reason: 'superseded' } })
  const [shard, token] = [...held][0] ?? []
  const stale = first.store.journal.commit({ feed: [], held: [{ scope: `lane-${shard}`, token: token ?? 0 }] })
  await expect(stale).rejects.toMatchObject({ code: 'unavailable', extra: { reason: 'overtaken' } })
  await expect(first.send({ side: 'BUY', dilution: true })).rejects.toMatchObject({ code: 'not_stored' })
  await first.stop()

  // The executor has seen the newer token, and refuses the older one: the second lock.
  const { desk } = fleet
  const scope = `lane-${shardOf(desk.userId)}`
  const { signalId } = await second.send({ side: 'BUY', dilution: true })
  await ended(signalId)
  const row = await desk.store.connections.row((await ordersOf(signalId))[0]?.order.connectionId ?? '')
  if (row === undefined) throw new Error('no connection')
  const { id: connectionId, userId, exchange, market, rowVersion } = row.connection
  const before = (await desk.exchangeOrders()).length
  const answer = await desk.world.port.call({
    verb: 'submitOrder', kind: 'open', fence: { scope, token: held.get(shardOf(desk.userId)) ?? 0 }, purpose: { botId },
    connection: { connectionId, userId, exchange, market, rowVersion, envelope: row.envelope },
    order: {
      clientOrderId: 'TWOKENTOOLATE12345', symbol: 'BTCUSDT', side: 'buy', quantity: null, quoteQuantity: '100', reduceOnly: false, positionSide: 'both',
      notAfter: systemClock.now() + 5000,
    },
  })
  expect(answer).toMatchObject({ kind: 'not_sent', code: 'fenced' })
  expect(await desk.exchangeOrders()).toHaveLength(before)
  await second.stop()
})

test('an order that was refused over a stale balance, and whose server died before it was decided anew, is taken up where it was', async () => {
  const { desk } = fleet
  const key = newCredentials()
  const connectionId = await desk.connect('spot', { key })
  const alone = await desk.bot(connectionId, { symbol: 'ETHUSDT', base: 'ETH' })
  const settled = (id: string): Promise<void> => until(async () => (await ordersOf(id)).length > 0 && (await ordersOf(id)).every((order) => order.settled), () => '', 30_000)
  const first = await fleet.start('d', 'another one')
  const bought = await first.send({ symbol: 'ETHUSDT', side: 'BUY' })
  await settled(bought.signalId)
  // Half of it is sold by hand; the bot does not know, and the account cannot be read when it asks.
  const half = (Number(first.execution.position(alone.id)?.quantity) / 2).toFixed(2)
  await desk.byHand('spot', key, { symbol: 'ETHUSDT', side: 'SELL', quantity: half })
  await desk.fault({ method: 'GET', path: '/api/v3/account', fault: 'hang', times: 100 })
  const sold = await first.send({ symbol: 'ETHUSDT', side: 'SELL' })
  await until(async () => (await ordersOf(sold.signalId)).some(({ order }) => order.state === 'rejected'))
  first.crash()
  await desk.world.sim('DELETE', '/faults')
  const second = await fleet.start('d again', 'another one')
  await settled(sold.signalId)
  expect((await ordersOf(sold.signalId)).map(({ order }) => [order.resend, order.state]).reverse()).toEqual([[0, 'rejected'], [1, 'filled']])
  await second.stop()
})

test('a server that was stopped past its lease sends nothing when it wakes up, until it knows what it owns', async () => {
  for (const one of [a, b]) await one.stop() // where the tests before did not
  let asleep = 0
  const server = await fleet.start('e', 'a sleeper', { ...systemClock, now: () => systemClock.now() + asleep })
  await until(async () => (await shards(server)).length === 64, () => server.log.join('\n'), 60_000)
  await ended((await server.send({ side: 'BUY', dilution: true })).signalId)
  const before = (await fleet.desk.exchangeOrders()).length
  asleep = 20_000 // as after SIGSTOP: time has passed, and no timer has run
  const { signalId } = await server.send({ side: 'BUY', dilution: true })
  await ended(signalId)
  const sent = (await ordersOf(signalId)).map(({ order }) => [order.state, order.rejectCode]).reverse()
  expect(sent[0]).toEqual(['failed', 'lease_over'])
  expect(sent.at(-1)).toEqual(['filled', null])
  expect(await fleet.desk.exchangeOrders()).toHaveLength(before + 1)
  await server.stop()
})
