import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emptied, startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })
beforeEach(async () => { await emptied(desk) })

const recent = async (count: number): Promise<Awaited<ReturnType<Desk['exchangeOrders']>>> => (await desk.exchangeOrders()).slice(-count)

test('a long is opened by price, and closed reduce-only, never beyond itself', async () => {
  const bot = await desk.bot(await desk.connect('futures'))
  const opened = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(opened.found[0]?.order).toMatchObject({ state: 'filled', quoteQuantity: null, reduceOnly: false })
  const held = desk.execution.position(bot.id)?.quantity ?? '0'
  const closed = await desk.settled(await desk.signal({ side: 'SELL', size: '100' }))
  expect(closed.found[0]?.order).toMatchObject({ state: 'filled', quantity: held, reduceOnly: true })
  expect(desk.execution.position(bot.id)?.quantity).toBe('0')
})

test('a flip closes everything, then opens the other side with its own order', async () => {
  const bot = await desk.bot(await desk.connect('futures'), { onOpposite: 'flip' })
  await desk.settled(await desk.signal({ side: 'BUY' }))
  const flipped = await desk.settled(await desk.signal({ side: 'SELL', size: '1000' }))
  expect(flipped.found.map(({ order }) => [order.kind, order.leg, order.side, order.reduceOnly, order.state])).toEqual([
    ['close', 0, 'sell', true, 'filled'], ['open', 1, 'sell', false, 'filled'],
  ])
  expect(desk.execution.position(bot.id)?.quantity.startsWith('-')).toBe(true)
  expect(flipped.decisions).toMatchObject([{ code: 'flip', done: true }])
})

test('in hedge mode the position side closes, without reduce-only', async () => {
  const bot = await desk.bot(await desk.connect('futures', { positionMode: 'hedge' }))
  await desk.settled(await desk.signal({ side: 'SELL' }))
  expect(desk.execution.position(bot.id)?.quantity.startsWith('-')).toBe(true)
  const closed = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(closed.found[0]?.order).toMatchObject({ positionSide: 'short', reduceOnly: false, state: 'filled' })
  expect(desk.execution.position(bot.id)?.quantity).toBe('0')
})

test('two bots of one account never stand on opposite sides', async () => {
  const connection = await desk.connect('futures')
  const long = await desk.bot(connection, { direction: 'long' })
  const short = await desk.bot(connection, { direction: 'short' })
  await desk.settled(await desk.signal({ side: 'BUY' }))
  const signal = await desk.settled(await desk.signal({ side: 'SELL', id: 'short now' }))
  const of = (botId: string): unknown => signal.decisions.find((decision) => decision.botId === botId)
  expect(of(long.id)).toMatchObject({ outcome: 'order', code: 'close' })
  expect(of(short.id)).toMatchObject({ outcome: 'refused', code: 'opposite_position_on_account' })
})

test('an exit does not wait for an uncertain entry: it goes out reduce-only, and nothing is left', async () => {
  const bot = await desk.bot(await desk.connect('futures'))
  const before = (await desk.exchangeOrders()).length
  // The entry is executed; neither its answer nor the first look-ups get through.
  await desk.fault({ method: 'POST', path: '/fapi/v1/order', fault: 'drop-response' })
  await desk.fault({ method: 'GET', path: '/fapi/v1/order', fault: 'status', status: 500, times: 4 })
  const entry = await desk.signal({ side: 'BUY' })
  const exit = await desk.signal({ side: 'SELL' })
  await desk.settled(exit)
  const settled = await desk.settled(entry)
  expect(settled.found.map(({ order }) => order.state)).toEqual(['filled'])
  expect(desk.execution.position(bot.id)?.quantity).toBe('0')
  const seen = (await desk.exchangeOrders()).slice(before)
  expect(seen.map((order) => [order.side, order.reduceOnly])).toEqual([['BUY', false], ['SELL', true]])
  expect(await recent(1)).toMatchObject([{ side: 'SELL' }])
})

test('a close that somebody made by hand ends the bot\'s close as closed elsewhere, with a finding', async () => {
  const connection = await desk.connect('futures')
  const bot = await desk.bot(connection)
  await desk.settled(await desk.signal({ side: 'BUY' }))
  const other = await desk.bot(connection, { name: 'by hand' })
  await desk.execution.adjust(other.id, desk.execution.position(bot.id)?.quantity ?? '0', 'takes the same position')
  await desk.execution.close(other.id)
  await desk.quiet()
  const signal = await desk.settled(await desk.signal({ side: 'SELL' }))
  expect(signal.found.at(-1)?.order.state).toBe('rejected')
  expect(desk.execution.position(bot.id)?.quantity).toBe('0')
  expect((await desk.store.findings.list(desk.userId)).items.map((one) => one.code)).toContain('closed_elsewhere')
})

test('an opening that was not taken waits for a price before it goes out again, within its age limit', async () => {
  await desk.bot(await desk.connect('futures'))
  await desk.settled(await desk.signal({ side: 'BUY' })) // from here on there is a price, until the host has to be left alone
  await desk.fault({ method: 'POST', path: '/fapi/v1/order', fault: 'status', status: 429, body: { code: -1003, msg: 'Too many requests' }, headers: { 'Retry-After': '3' } })
  await desk.fault({ method: 'GET', path: '/fapi/v1/ticker/price', fault: 'status', status: 503, times: 6 })
  const { found } = await desk.settled(await desk.signal({ side: 'BUY', dilution: true }))
  expect(found.map(({ order }) => [order.state, order.rejectCode])).toEqual([['failed', 'rate_limited'], ['filled', null]])
})

test('the second half of a flip waits for a price, within its age limit', async () => {
  const bot = await desk.bot(await desk.connect('futures'), { onOpposite: 'flip' })
  await desk.settled(await desk.signal({ side: 'BUY' }))
  // The close is answered when the price has grown old, and a new one is not to be had at once.
  await desk.fault({ method: 'POST', path: '/fapi/v1/order', fault: 'delay', ms: 3000, after: true })
  await desk.fault({ method: 'GET', path: '/fapi/v1/ticker/price', fault: 'status', status: 503, times: 6 })
  const flipped = await desk.settled(await desk.signal({ side: 'SELL' }))
  expect(flipped.found.map(({ order }) => [order.kind, order.state])).toEqual([['close', 'filled'], ['open', 'filled']])
  expect(desk.execution.position(bot.id)?.quantity.startsWith('-')).toBe(true)
})
