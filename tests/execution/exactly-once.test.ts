import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })
beforeEach(async () => {
  await desk.quiet()
  for (const { bot } of (await desk.store.bots.list(desk.userId)).items) {
    await desk.store.bots.remove(desk.userId, bot.id, Date.now())
    await desk.execution.botChanged(bot.id)
  }
})

const ORDER = { method: 'POST', path: '/api/v3/order' }
/** A bot on an account of its own, and what the exchange saw of it. */
async function freshBot(): Promise<{ botId: string; seen: () => Promise<readonly unknown[]> }> {
  const before = (await desk.exchangeOrders()).length
  const bot = await desk.bot(await desk.connect('spot'))
  return { botId: bot.id, seen: async () => (await desk.exchangeOrders()).slice(before) }
}

test('an order that was accepted and whose answer was cut is found, not sent again', async () => {
  const { botId, seen } = await freshBot()
  await desk.fault({ ...ORDER, fault: 'drop-response' })
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.found.map(({ order }) => [order.state, order.resend])).toEqual([['filled', 0]])
  expect(signal.found[0]?.timeline.map((entry) => entry.event)).toEqual(expect.arrayContaining(['submitting', 'sent', 'uncertain', 'found', 'filled']))
  expect(await seen()).toHaveLength(1)
  expect(Number(desk.execution.position(botId)?.quantity)).toBeGreaterThan(0)
})

test('a server error after acceptance leaves one order', async () => {
  const { seen } = await freshBot()
  await desk.fault({ ...ORDER, fault: 'status', status: 503, after: true })
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.found.map(({ order }) => order.state)).toEqual(['filled'])
  expect(await seen()).toHaveLength(1)
})

test('an order that provably never arrived is sent again under the next number, once', async () => {
  const { seen } = await freshBot()
  await desk.fault({ ...ORDER, fault: 'drop-request' })
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.found.map(({ order }) => [order.state, order.resend])).toEqual([['failed', 0], ['filled', 1]])
  expect(signal.found[0]?.order.clientOrderId).not.toBe(signal.found[1]?.order.clientOrderId)
  expect(await seen()).toHaveLength(1)
})

test('an exchange that never answers gets no second order before the first is proven absent', async () => {
  const { seen } = await freshBot()
  await desk.fault({ ...ORDER, fault: 'delay', ms: 20_000, after: true })
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.found.map(({ order }) => [order.state, order.resend])).toEqual([['filled', 0]])
  expect(await seen()).toHaveLength(1)
})

test('an order that arrives after its time window is refused by the exchange, and goes out anew', async () => {
  const { seen } = await freshBot()
  await desk.fault({ ...ORDER, fault: 'delay', ms: 5200 })
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.found.map(({ order }) => [order.state, order.resend])).toEqual([['failed', 0], ['filled', 1]])
  expect(await seen()).toHaveLength(1)
})

test('a rate limit is waited for, and the order then goes out once', async () => {
  const { seen } = await freshBot()
  await desk.fault({ ...ORDER, fault: 'status', status: 429, body: { code: -1003, msg: 'Too many requests' } , headers: { 'retry-after': '1' } })
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.found.at(-1)?.order.state).toBe('filled')
  expect(await seen()).toHaveLength(1)
})

test('a definite refusal ends it: nothing is sent again', async () => {
  const before = (await desk.exchangeOrders()).length
  await desk.bot(await desk.connect('spot', { balances: { USDT: '1' } }))
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.found.map(({ order }) => [order.state, order.rejectCode])).toEqual([['rejected', 'insufficient_balance']])
  expect(await desk.exchangeOrders()).toHaveLength(before)
})

test('the same body twice within the window is one signal and one order', async () => {
  const { seen } = await freshBot()
  const body = { side: 'BUY', id: 'the same' }
  const [first, second] = await Promise.all([desk.signal(body), desk.signal(body)])
  const third = await desk.signal(body)
  expect(second).toBe(first)
  expect(third).toBe(first)
  const signal = await desk.settled(first)
  expect(signal.signal.duplicates).toBe(2)
  expect(await seen()).toHaveLength(1)
})

test('the same body is new when the opposite side came in between', async () => {
  await freshBot()
  const body = { side: 'BUY', id: 'again' }
  const first = await desk.signal(body)
  await desk.signal({ side: 'SELL', id: 'between' })
  expect(await desk.signal(body)).not.toBe(first)
})

test('signals of one bot are carried out in the order in which they were stored', async () => {
  const { seen } = await freshBot()
  const ids = await Promise.all(['BUY', 'SELL', 'BUY', 'SELL'].map((side, index) => desk.signal({ side, id: `step ${index}` })))
  for (const id of ids) await desk.settled(id)
  expect((await seen() as { side: string }[]).map((order) => order.side)).toEqual(['BUY', 'SELL', 'BUY', 'SELL'])
})

test('a signal that is too old is not sent', async () => {
  const { seen } = await freshBot()
  const signal = await desk.settled(await desk.signal({ side: 'BUY', time: Date.now() - 120_000 }))
  expect(signal.decisions).toMatchObject([{ outcome: 'skipped', code: 'signal_too_old' }])
  expect(await seen()).toHaveLength(0)
})

test('a test sends nothing and says what would be sent', async () => {
  const { botId, seen } = await freshBot()
  const signal = await desk.settled(await desk.signal({ side: 'BUY', flag: 'TEST' }))
  expect(signal.decisions).toMatchObject([{ outcome: 'test', code: 'open' }])
  expect(await seen()).toHaveLength(0)
  expect(desk.execution.position(botId)?.quantity).toBe('0')
})
