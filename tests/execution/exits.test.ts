import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newCredentials, until, type Credentials } from '../executor/harness.ts'
import { emptied, startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })
beforeEach(async () => { await emptied(desk) })

const held = (botId: string): string => desk.execution.position(botId)?.quantity ?? '0'
const flat = (botId: string): boolean => desk.execution.position(botId)?.dust === true || held(botId) === '0'
/** Findings about this bot that stand. */
const told = async (botId: string) => (await desk.store.findings.list(desk.userId, { botId, closed: false })).items
const sent = async (since: number) => (await desk.exchangeOrders()).slice(since)
const orderPath = (market: string): string => (market === 'spot' ? '/api/v3/order' : '/fapi/v1/order')

describe.each(['spot', 'futures'] as const)('%s', (market) => {
  test.each(['expire', 'cancel'] as const)('an exit whose rest the exchange ends (%s) is closed by further orders until nothing is left', async (rest) => {
    const bot = await desk.bot(await desk.connect(market))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await desk.world.sim('POST', '/fills', { side: 'SELL', fraction: '0.6', rest })
    await desk.world.sim('POST', '/fills', { side: 'SELL', fraction: '0.3', rest })
    const { found, decisions } = await desk.settled(await desk.signal({ side: 'SELL' }))
    expect(flat(bot.id)).toBe(true)
    expect(found).toHaveLength(3)
    expect(found.at(-1)?.order.state).toBe('filled')
    expect(decisions).toMatchObject([{ outcome: 'order', code: 'close', done: true }])
    expect(await told(bot.id)).toEqual([])
  })

  test('a close that its owner asked for is completed as well', async () => {
    const bot = await desk.bot(await desk.connect(market))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await desk.world.sim('POST', '/fills', { side: 'SELL', fraction: '0.5', rest: 'expire' })
    await desk.execution.close(bot.id)
    await until(() => !desk.execution.busy(bot.id))
    expect(flat(bot.id)).toBe(true)
  })

  test('an exit of a part is completed to that part, and not beyond', async () => {
    const bot = await desk.bot(await desk.connect(market))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    const before = Number(held(bot.id))
    await desk.world.sim('POST', '/fills', { side: 'SELL', fraction: '0.5', rest: 'expire' })
    const { found } = await desk.settled(await desk.signal({ side: 'SELL', size: '0.002' }))
    expect(found.map(({ order }) => order.filled)).toEqual(['0.001', '0.001'])
    expect(Number(held(bot.id))).toBeCloseTo(before - 0.002, 8)
    expect(await told(bot.id)).toEqual([])
  })

  test('a maximum that fell after the rules were read: the exit goes out in as many orders as it takes', async () => {
    await desk.world.sim('POST', '/markets', { market, symbol: 'SOLUSDT', base: 'SOL', quote: 'USDT', price: '100', stepSize: '0.01', marketMaxQty: '1000' })
    const bot = await desk.bot(await desk.connect(market), { symbol: 'SOLUSDT', base: 'SOL', amount: '400' })
    await desk.settled(await desk.signal({ symbol: 'SOLUSDT', side: 'BUY' }))
    await desk.world.sim('POST', '/markets', { market, symbol: 'SOLUSDT', maxQty: '1', marketMaxQty: '1' })
    const before = (await desk.exchangeOrders()).length
    await desk.settled(await desk.signal({ symbol: 'SOLUSDT', side: 'SELL' }))
    expect(flat(bot.id)).toBe(true)
    expect((await sent(before)).map(({ quantity }) => Number(quantity)).reduce((a, b) => a + b)).toBeGreaterThan(3.9)
    expect(await sent(before)).toHaveLength(4)
  })

  test('an exit that the exchange refuses for good is told at once, with what to do, and is over once the position is flat', async () => {
    const bot = await desk.bot(await desk.connect(market))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await desk.fault({ method: 'POST', path: orderPath(market), fault: 'status', status: 400, body: { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' } })
    const since = performance.now()
    const { found } = await desk.settled(await desk.signal({ side: 'SELL' }))
    expect(performance.now() - since).toBeLessThan(10_000)
    expect(found.map(({ order }) => [order.state, order.rejectCode])).toEqual([['rejected', 'credentials_rejected']])
    expect(await told(bot.id)).toMatchObject([{ code: 'exit_refused', botId: bot.id, ours: `${held(bot.id)} BTC` }])
    expect((await told(bot.id))[0]?.detail).toMatch(/are still held by "bot"\. Close it at the exchange/)
    expect(desk.notices.at(-1)).toMatchObject({ code: 'finding', finding: 'exit_refused' })
    await desk.settled(await desk.signal({ side: 'SELL', id: 'again' }))
    expect(flat(bot.id)).toBe(true)
    expect(await told(bot.id)).toEqual([])
  })

  test('an exit that is refused again and again is told within 10 s, and tried with a plan made anew meanwhile', async () => {
    const bot = await desk.bot(await desk.connect(market))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await desk.fault({ method: 'POST', path: orderPath(market), fault: 'status', status: 400, body: { code: -2020, msg: 'Unable to fill.' }, times: 50 })
    const since = performance.now()
    await desk.signal({ side: 'SELL' })
    await until(async () => (await told(bot.id)).length > 0)
    expect(performance.now() - since).toBeLessThan(10_000)
    await desk.quiet()
    await desk.world.sim('DELETE', '/faults')
    expect(await told(bot.id)).toMatchObject([{ code: 'exit_refused' }])
  })

  test('an exit that was under way when the process ended is completed after the restart', async () => {
    const bot = await desk.bot(await desk.connect(market))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    // The rest cannot be planned anew before the account can be read; the process ends meanwhile.
    await desk.world.sim('POST', '/fills', { side: 'SELL', fraction: '0.5', rest: 'expire' })
    await desk.fault({ method: 'POST', path: orderPath(market), fault: 'status', status: 400, body: { code: -2020, msg: 'Unable to fill.' }, skip: 1, times: 50 })
    const exit = await desk.signal({ side: 'SELL' })
    await until(async () => (await desk.store.orders.list(desk.userId, { signalId: exit })).items.length >= 2)
    await desk.restart()
    await desk.world.sim('DELETE', '/faults')
    await until(() => flat(bot.id))
    await desk.settled(exit)
    expect(await told(bot.id)).toEqual([])
  })
})

describe('spot', () => {
  test('a part sold by hand: the exit sells what is there, the rest is booked as closed elsewhere, and the next entry trades', async () => {
    const key = newCredentials()
    const bot = await desk.bot(await desk.connect('spot', { key }))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await desk.byHand('spot', key, { side: 'SELL', quantity: '0.002' })
    const { found } = await desk.settled(await desk.signal({ side: 'SELL' }))
    expect(found.at(-1)?.order.state).toBe('filled')
    expect(flat(bot.id)).toBe(true)
    expect(await told(bot.id)).toMatchObject([{ code: 'closed_elsewhere' }])
    const again = await desk.settled(await desk.signal({ side: 'BUY', id: 'again' }))
    expect(again.decisions).toMatchObject([{ code: 'open' }])
    expect(again.found[0]?.order.state).toBe('filled')
  })

  const lock = async (key: Credentials, quantity: string): Promise<void> => {
    await desk.byHand('spot', key, { side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', price: '200000', quantity })
  }

  test('coins locked in an order by hand are still held: nothing is booked away or bought again, and the lock is named', async () => {
    const key = newCredentials()
    const bot = await desk.bot(await desk.connect('spot', { key }))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    const before = held(bot.id)
    await lock(key, String(Math.floor(Number(before) * 1e5) / 1e5))
    await desk.settled(await desk.signal({ side: 'SELL' }))
    expect(held(bot.id)).toBe(before)
    expect(await told(bot.id)).toMatchObject([{ code: 'exit_incomplete' }])
    expect((await told(bot.id))[0]?.detail).toMatch(/locked at the exchange, by an order that is not Towerflow's/)
    const again = await desk.settled(await desk.signal({ side: 'BUY', id: 'again' }))
    expect(again.decisions).toMatchObject([{ code: 'already_long' }])
  })

  test('coins locked in part: what is free is sold, what is locked is named', async () => {
    const key = newCredentials()
    const bot = await desk.bot(await desk.connect('spot', { key }))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await lock(key, '0.004')
    await desk.settled(await desk.signal({ side: 'SELL' }))
    expect(Number(held(bot.id))).toBeGreaterThanOrEqual(0.004)
    expect(Number(held(bot.id))).toBeLessThan(0.0041)
    expect((await told(bot.id))[0]?.detail).toMatch(/0\.004 BTC are locked/)
  })
})

describe('futures', () => {
  test.each(['one-way', 'hedge'] as const)('an exit does not wait for the fills of an entry that cannot be read (%s)', async (positionMode) => {
    const bot = await desk.bot(await desk.connect('futures', { positionMode }))
    await desk.fault({ method: 'GET', path: '/fapi/v1/order', fault: 'status', status: 503, times: 500 })
    await desk.fault({ method: 'GET', path: '/fapi/v1/userTrades', fault: 'status', status: 503, times: 500 })
    await desk.fault({ method: 'GET', path: '/fapi/v1/allOrders', fault: 'status', status: 503, times: 500 })
    await desk.signal({ side: 'BUY' })
    const since = performance.now()
    const before = (await desk.exchangeOrders()).length
    await desk.signal({ side: 'SELL' })
    await until(async () => (await desk.exchangeOrders()).length > before + (before === 0 ? 1 : 0) && (await desk.exchangeOrders()).at(-1)?.side === 'SELL')
    expect(performance.now() - since).toBeLessThan(5000)
    await desk.world.sim('DELETE', '/faults')
    await desk.quiet()
    expect(held(bot.id)).toBe('0')
  })
})

test('an exit of a part that could only be sold in part says so: its rest is not forgotten', async () => {
  const key = newCredentials()
  const bot = await desk.bot(await desk.connect('spot', { key }))
  await desk.settled(await desk.signal({ side: 'BUY' }))
  await desk.byHand('spot', key, { side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', price: '200000', quantity: '0.008' })
  const before = Number(held(bot.id))
  const { found } = await desk.settled(await desk.signal({ side: 'SELL', size: '0.006' }))
  const sold = found.reduce((sum, { order }) => sum + Number(order.filled), 0)
  expect(sold).toBeGreaterThan(0)
  expect(Number(held(bot.id))).toBeCloseTo(before - sold, 8)
  expect(await told(bot.id)).toMatchObject([{ code: 'exit_incomplete' }])
})

describe('while it is not known what became of an opening', () => {
  /** The opening is executed; neither its answer nor any look-up gets through. */
  const blind = async (market: 'spot' | 'futures', fault: 'drop-response' | 'drop-request' = 'drop-response'): Promise<void> => {
    await desk.fault({ method: 'POST', path: orderPath(market), fault })
    for (const path of market === 'spot' ? ['/api/v3/order', '/api/v3/openOrders', '/api/v3/allOrders', '/api/v3/myTrades'] : ['/fapi/v1/order', '/fapi/v1/openOrders', '/fapi/v1/allOrders', '/fapi/v1/userTrades']) {
      await desk.fault({ method: 'GET', path, fault: 'status', status: 503, times: 500 })
    }
  }
  const sells = async (since: number): Promise<number> => (await sent(since)).filter(({ side }) => side === 'SELL').length

  test.each([['spot', undefined], ['futures', 'hedge'], ['futures', 'one-way']] as const)(
    'an exit closes at once what is known to be held, and the rest once that is known (%s %s)', async (market, positionMode) => {
      const bot = await desk.bot(await desk.connect(market, positionMode === undefined ? {} : { positionMode }))
      await desk.settled(await desk.signal({ side: 'BUY' }))
      await blind(market)
      await desk.signal({ side: 'BUY', dilution: true, id: 'more' })
      await until(async () => (await sent(0)).at(-1)?.side === 'BUY' && desk.execution.stats().uncertain > 0)
      const before = (await desk.exchangeOrders()).length
      const since = performance.now()
      const exit = await desk.signal({ side: 'SELL' })
      await until(async () => await sells(before) > 0)
      expect(performance.now() - since).toBeLessThan(3000)
      await desk.world.sim('DELETE', '/faults')
      await desk.settled(exit)
      await until(() => flat(bot.id) && !desk.execution.busy(bot.id))
      expect(await told(bot.id)).toEqual([])
    },
  )

  test('a close that its owner asks for goes ahead as well', async () => {
    const bot = await desk.bot(await desk.connect('futures'))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await blind('futures')
    await desk.signal({ side: 'BUY', dilution: true, id: 'more by hand' })
    await until(() => desk.execution.stats().uncertain > 0)
    const before = (await desk.exchangeOrders()).length
    const { orderIds } = await desk.execution.close(bot.id)
    expect(orderIds).toHaveLength(1)
    await until(async () => await sells(before) > 0)
    await desk.world.sim('DELETE', '/faults')
    await until(() => held(bot.id) === '0' && !desk.execution.busy(bot.id))
    expect(await told(bot.id)).toEqual([])
  })

  test.each([['found', 'drop-response'], ['absent', 'drop-request']] as const)('a close that went ahead is completed after a restart, and the opening is not sent again (%s)', async (_, fault) => {
    const bot = await desk.bot(await desk.connect('spot'))
    await desk.settled(await desk.signal({ side: 'BUY' }))
    await blind('spot', fault)
    const before = (await desk.exchangeOrders()).length
    await desk.signal({ side: 'BUY', dilution: true, id: `more ${fault}` })
    await until(() => desk.execution.stats().uncertain > 0)
    const { orderIds: [closing] } = await desk.execution.close(bot.id)
    await until(async () => (await desk.store.orders.get(desk.userId, closing ?? ''))?.settled === true)
    await desk.restart()
    await desk.world.sim('DELETE', '/faults')
    await until(() => flat(bot.id) && !desk.execution.busy(bot.id))
    expect((await sent(before)).filter(({ side }) => side === 'BUY')).toHaveLength(fault === 'drop-response' ? 1 : 0)
    expect(await told(bot.id)).toEqual([])
  })

  test('a close that cannot go out yet is answered all the same, told, and carried out later', async () => {
    const bot = await desk.bot(await desk.connect('spot'))
    await blind('spot')
    await desk.signal({ side: 'BUY' })
    await until(() => desk.execution.stats().uncertain > 0)
    expect((await desk.execution.close(bot.id)).orderIds).toEqual([])
    await until(async () => (await told(bot.id)).length > 0)
    expect(await told(bot.id)).toMatchObject([{ code: 'exit_waits' }])
    await desk.world.sim('DELETE', '/faults')
    await until(() => !desk.execution.busy(bot.id))
    expect(flat(bot.id)).toBe(true)
  })
})

test('an exit while the contract is in settlement is tried until it trades again, and is told meanwhile', { timeout: 60_000 }, async () => {
  const bot = await desk.bot(await desk.connect('futures'))
  await desk.settled(await desk.signal({ side: 'BUY' }))
  const trades = (status: string): Promise<unknown> => desk.world.sim('POST', '/markets', { market: 'futures', symbol: 'BTCUSDT', status })
  await trades('SETTLING')
  const since = performance.now()
  const exit = await desk.signal({ side: 'SELL' })
  await until(async () => (await told(bot.id)).length > 0)
  expect(performance.now() - since).toBeLessThan(10_000)
  expect(await told(bot.id)).toMatchObject([{ code: 'exit_waits' }])
  await until(() => performance.now() - since > 11_000)
  await trades('TRADING')
  const { found } = await desk.settled(exit)
  expect(found.at(-1)?.order.state).toBe('filled')
  expect([held(bot.id), await told(bot.id)]).toEqual(['0', []])
})
