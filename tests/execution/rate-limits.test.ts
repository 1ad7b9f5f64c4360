import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, systemClock } from '#clock'
import { until } from '../executor/harness.ts'
import { startDesk, type Desk } from './world.ts'

// An exchange that asks for a pause while closes and openings wait: nothing leaves meanwhile, closes go first, nothing is
// lost, nothing doubled, and what has become too old in the meantime is not sent.

const EACH = 6
let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })

const PAUSE_MS = 4000
const sent = async (): Promise<{ side: string }[]> => desk.exchangeOrders() as unknown as Promise<{ side: string }[]>
const posts = async (): Promise<number> => (await desk.world.sim('GET', '/requests') as Record<string, number>)['POST /api/v3/order'] ?? 0

test('a storm of 429: closes arrive before openings, nothing is sent during the pause, each order arrives once', async () => {
  const connection = await desk.connect('spot', { balances: { USDT: '1000000' } })
  const holders = await Promise.all(Array.from({ length: EACH }, () => desk.bot(connection, { symbol: 'BTCUSDT' })))
  await desk.settled(await desk.signal({ side: 'BUY' }))
  // From now on other bots open ETH while these close BTC.
  const openers = await Promise.all(Array.from({ length: EACH }, (_, index) => (
    desk.bot(connection, { symbol: 'ETHUSDT', base: 'ETH', maxSignalAgeSeconds: index === 0 ? 2 : 60 })
  )))
  await until(async () => (await desk.execution.rehearse(openers[0]!, 'BUY', null)).outcome === 'test')
  const before = await sent()
  const until429 = Date.now() + PAUSE_MS
  await desk.fault({ method: 'POST', path: '/api/v3/order', fault: 'status', status: 429, times: 1, body: { code: -1003, msg: `Way too much request weight used; IP banned until ${until429}.` } })
  await desk.fault({ method: 'POST', path: '/api/v3/order', fault: 'status', status: 418, times: EACH, body: { code: -1003, msg: `Way too much request weight used; IP banned until ${until429}.` } })

  // Openings first, so that they would be first if nothing put the closes in front.
  const opening = await desk.signal({ symbol: 'ETHUSDT', side: 'BUY', id: newId(systemClock) })
  await until(async () => (await posts()) > EACH)
  const closing = await desk.signal({ symbol: 'BTCUSDT', side: 'SELL', id: newId(systemClock) })
  const duringPause = await posts()
  await until(async () => {
    if (Date.now() < until429 - 100) expect(await posts(), 'nothing leaves during the pause').toBe(duringPause)
    return Date.now() >= until429 - 100
  }, () => '', 20_000)
  await desk.world.sim('DELETE', '/faults')
  const [opened, closed] = [await desk.settled(opening), await desk.settled(closing)]

  const after = (await sent()).slice(before.length)
  expect(after.slice(0, EACH).every((order) => order.side === 'SELL'), 'closes first').toBe(true)
  expect(after.filter((order) => order.side === 'SELL')).toHaveLength(EACH)
  expect(after.filter((order) => order.side === 'BUY')).toHaveLength(EACH - 1)
  for (const bot of holders) expect(Number(desk.execution.position(bot.id)?.quantity)).toBeLessThan(0.0001)
  const last = (botId: string, found: typeof opened.found) => found.filter((one) => one.order.botId === botId).at(-1)?.order
  for (const bot of holders) expect(last(bot.id, closed.found)?.state).toBe('filled')
  for (const bot of openers.slice(1)) expect(last(bot.id, opened.found)?.state).toBe('filled')
  expect(last(openers[0]!.id, opened.found), 'its age ran out during the pause').toMatchObject({ state: 'failed', rejectCode: 'signal_too_old' })
}, 60_000)

test('a limit of one account holds up that account alone', async () => {
  const [limited, free] = [await desk.connect('spot'), await desk.connect('spot')]
  const [slow, fast] = [await desk.bot(limited, { symbol: 'SOLUSDT', base: 'SOL' }), await desk.bot(free, { symbol: 'SOLUSDT', base: 'SOL' })]
  await until(async () => (await desk.execution.rehearse(fast, 'BUY', null)).outcome === 'test')
  await desk.fault({ method: 'POST', path: '/api/v3/order', fault: 'status', status: 429, body: { code: -1015, msg: 'Too many new orders; current limit is 10 orders per 3 SECOND.' } })
  const signal = await desk.settled(await desk.signal({ symbol: 'SOLUSDT', side: 'BUY' }))
  const of = (botId: string) => signal.found.filter((one) => one.order.botId === botId).map(({ order }) => order)
  const [held, passed] = of(slow.id).length > 1 ? [slow, fast] : [fast, slow]
  expect(of(passed.id).map((order) => [order.state, order.resend])).toEqual([['filled', 0]])
  expect(of(held.id).map((order) => [order.state, order.rejectCode])).toEqual([['failed', 'rate_limited'], ['filled', null]])
  const [first, second] = of(held.id)
  expect((second?.createdAt ?? 0) - (first?.createdAt ?? 0)).toBeGreaterThan(2500)
}, 60_000)

test('a close that becomes too old while the exchange wants a pause is not sent, and its owner is told', async () => {
  const connection = await desk.connect('spot')
  const bot = await desk.bot(connection, { symbol: 'BNBUSDT', base: 'BNB', maxExitAgeSeconds: 2 })
  await until(async () => (await desk.execution.rehearse(bot, 'BUY', null)).outcome === 'test')
  await desk.settled(await desk.signal({ symbol: 'BNBUSDT', side: 'BUY' }))
  const before = (await sent()).length
  await desk.fault({ method: 'POST', path: '/api/v3/order', fault: 'status', status: 418, body: { code: -1003, msg: `IP banned until ${Date.now() + 5000}.` } })
  const closing = await desk.settled(await desk.signal({ symbol: 'BNBUSDT', side: 'SELL' }))
  expect(closing.found.filter((one) => one.order.botId === bot.id).at(-1)?.order).toMatchObject({ state: 'failed', rejectCode: 'signal_too_old' })
  expect(desk.notices).toContainEqual(expect.objectContaining({ code: 'exit_too_old', critical: true, botId: bot.id }))
  expect(await sent()).toHaveLength(before)
}, 60_000)
