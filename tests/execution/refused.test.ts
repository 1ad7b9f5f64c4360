import { afterAll, beforeAll, expect, test } from 'vitest'
import { bitget } from '../exchanges/fixtures/bitget.ts'
import { htx } from '../exchanges/fixtures/htx.ts'
import { startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk(['binance', 'bitget', 'htx']) })
afterAll(async () => { await desk.stop() })

const market = (status: string): Promise<unknown> =>
  desk.world.sim('POST', '/markets', { market: 'futures', symbol: 'BTCUSDT', status })

const states = async (payload: Record<string, unknown>): Promise<string[]> =>
  (await desk.settled(await desk.signal(payload))).found.map(({ order }) => order.state)

test('an entry while the contract is in settlement is refused at once: never uncertain, sent once, in nobody\'s way', async () => {
  const bot = await desk.bot(await desk.connect('futures'))
  // From here on the market's rules are known, and say that it trades.
  for (const side of ['BUY', 'SELL']) await desk.settled(await desk.signal({ side, id: `before ${side}` }))
  await market('SETTLING')
  const { found } = await desk.settled(await desk.signal({ side: 'BUY' }))
  await market('TRADING')
  expect(found.map(({ order }) => [order.state, order.rejectCode])).toEqual([['rejected', 'symbol_halted']])
  expect(found.flatMap(({ timeline }) => timeline.map(({ event }) => event))).not.toContain('uncertain')
  expect(desk.execution.busy(bot.id)).toBe(false)
  expect(await states({ side: 'BUY' })).toEqual(['filled'])
  expect(await states({ side: 'SELL' })).toEqual(['filled'])
  await desk.store.bots.remove(desk.userId, bot.id, Date.now())
  await desk.execution.botChanged(bot.id)
})

test.each([bitget, htx])('$exchange: an exit is refused where the key is, in the question for the mode before it', async (fixture) => {
  const credentials = fixture.credentials() as { apiKey: string; secret: string }
  const { symbol, quantity } = fixture.markets.futures ?? { symbol: '', quantity: '' }
  const connection = await desk.connect('futures', { key: credentials, positionMode: 'hedge' }, fixture.exchange)
  const bot = await desk.bot(connection, { symbol, amount: quantity, amountIn: 'base' })
  await desk.settled(await desk.signal({ side: 'BUY' }))
  await desk.world.sim('DELETE', `/accounts/${credentials.apiKey}`, undefined, fixture.exchange)
  const { found } = await desk.settled(await desk.signal({ side: 'SELL' }))
  expect(found.map(({ order }) => [order.state, order.rejectCode])).toEqual([['failed', 'credentials_rejected']])
  await desk.store.bots.remove(desk.userId, bot.id, Date.now())
  await desk.execution.botChanged(bot.id)
})

test.each([451, 403])('an exit answered HTTP %i for good is refused; nobody is asked what became of it', async (status) => {
  const bot = await desk.bot(await desk.connect('futures'))
  await desk.settled(await desk.signal({ side: 'BUY' }))
  const forbidden = { fault: 'status', status, body: '<html></html>', times: 50 }
  await desk.fault({ method: 'POST', path: '/fapi/v1/order', ...forbidden })
  const { found } = await desk.settled(await desk.signal({ side: 'SELL' }))
  expect(found.length).toBeGreaterThan(0)
  for (const { order, timeline } of found) {
    expect([order.state, order.rejectCode, order.needsPerson]).toEqual(['rejected', 'account_restricted', false])
    expect(timeline.map(({ event }) => event)).not.toContain('uncertain')
  }
  expect(desk.execution.position(bot.id)?.quantity).not.toBe('0')
  await desk.world.sim('DELETE', '/faults')
  await desk.settled(await desk.signal({ side: 'SELL', id: 'again' }))
  expect(desk.execution.position(bot.id)?.quantity).toBe('0')
  await desk.store.bots.remove(desk.userId, bot.id, Date.now())
  await desk.execution.botChanged(bot.id)
})
