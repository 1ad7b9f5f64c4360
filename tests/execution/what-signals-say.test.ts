import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newCredentials } from '../executor/harness.ts'
import { startDesk, type Desk } from './world.ts'

// What an alert says besides symbol and side decides whether anything opens: on a real store, executor and exchange.

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })
beforeEach(async () => {
  await desk.quiet()
  await desk.world.sim('DELETE', '/fills')
  for (const { bot } of (await desk.store.bots.list(desk.userId)).items) {
    const held = desk.execution.position(bot.id)?.quantity ?? '0'
    const back = held.startsWith('-') ? held.slice(1) : `-${held}`
    if (held !== '0') await desk.execution.adjust(bot.id, back, 'end of a test')
    await desk.store.bots.remove(desk.userId, bot.id, Date.now())
    await desk.execution.botChanged(bot.id)
  }
})

const decided = async (payload: Record<string, unknown>) => (await desk.settled(await desk.signal(payload))).decisions
const orders = async (): Promise<number> => (await desk.exchangeOrders()).length
const now = (): string => new Date().toISOString()

test('where the strategy is flat nothing opens, on whatever side the last order of it was', async () => {
  const bot = await desk.bot(await desk.connect('futures'))
  const before = await orders()
  for (const says of [
    { market_position: 'flat', prev_market_position: 'long', time: now() }, { sentiment: 'flat' }, { direction: 'flat' }, { position: 0 }, { exit: true },
    { action: 'close' }, { strategy: { market_position: 'flat' } }, { market_position: 'long' },
  ]) {
    const [field = ''] = Object.keys(says)
    expect(await decided({ side: 'sell', ...says })).toMatchObject([
      { outcome: 'refused', code: 'unsupported_field', reason: expect.stringContaining(field) },
    ])
  }
  expect(await orders()).toBe(before)
  expect(desk.execution.position(bot.id)?.quantity ?? '0').toBe('0')
})

test('a second exit after the position was closed by hand opens nothing', async () => {
  const key = newCredentials()
  const bot = await desk.bot(await desk.connect('futures', { key }))
  await decided({ side: 'BUY' })
  const { quantity = '0' } = desk.execution.position(bot.id) ?? {}
  await desk.byHand('futures', key, { side: 'SELL', quantity })
  await decided({ side: 'sell', market_position: 'flat', id: 'tp1' })
  expect(desk.execution.position(bot.id)?.quantity).toBe('0')
  const before = await orders()
  expect(await decided({ side: 'sell', market_position: 'flat', id: 'tp2' })).toMatchObject([{ code: 'unsupported_field' }])
  expect(await orders()).toBe(before)
})

test('the exit of an entry that filled nothing opens nothing', async () => {
  const bot = await desk.bot(await desk.connect('futures'))
  await desk.world.sim('POST', '/fills', { market: 'futures', fraction: '0', rest: 'expire', times: 1 })
  await decided({ side: 'BUY' })
  expect(desk.execution.position(bot.id)?.quantity ?? '0').toBe('0')
  const before = await orders()
  expect(await decided({ side: 'SELL', position: 'flat' })).toMatchObject([{ outcome: 'refused', code: 'unsupported_field' }])
  expect(await orders()).toBe(before)
})

test('a close runs whatever else the alert says, and names it', async () => {
  const bot = await desk.bot(await desk.connect('futures'), { onOpposite: 'flip' })
  await decided({ side: 'BUY' })
  const [decision] = await decided({ side: 'sell', market_position: 'flat', reduce_only: true, stop_loss_percent: 2 })
  expect(decision).toMatchObject({ outcome: 'order', code: 'close', reason: expect.stringContaining('market_position') })
  expect(desk.execution.position(bot.id)?.quantity).toBe('0')
})

test('an entry that is days or a year old is old, and is told what its time should be', async () => {
  await desk.bot(await desk.connect('spot'))
  const before = await orders()
  for (const seconds of [86_401, 178_215, 31_536_000]) {
    const at = Date.now() - seconds * 1000
    for (const time of [at, Math.floor(at / 1000), new Date(at).toISOString()]) {
      expect(await decided({ side: 'BUY', time })).toMatchObject([{ outcome: 'skipped', code: 'signal_too_old', reason: expect.stringContaining('{{timenow}}') }])
    }
  }
  expect(await orders()).toBe(before)
})

test('.P trades the perpetual only, and no other exchange\'s', async () => {
  const spot = await desk.bot(await desk.connect('spot'))
  const futures = await desk.bot(await desk.connect('futures'))
  const of = async (symbol: string) => new Map((await decided({ symbol, side: 'BUY' })).map(({ botId, code, reason }) => [botId, `${code} ${reason}`]))
  const other = await of('BYBIT:BTCUSDT.P')
  for (const { id } of [spot, futures]) expect(other.get(id)).toMatch(/^symbol_mismatch .*another exchange, BYBIT/)
  const perpetual = await of('BTCUSDT.P')
  expect(perpetual.get(futures.id)).toMatch(/^open /)
  expect(perpetual.get(spot.id)).toMatch(/^symbol_mismatch .*perpetual/)
})
