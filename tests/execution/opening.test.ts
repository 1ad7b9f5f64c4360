import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { until } from '../executor/harness.ts'
import { emptied, startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk(['binance', 'alpaca']) })
afterAll(async () => { await desk.stop() })
beforeEach(async () => {
  await hours(true)
  await emptied(desk)
})

const hours = (open: boolean): Promise<never> => desk.world.sim('PUT', '/market-hours', { open }, 'alpaca')
const told = async (botId: string) => (await desk.store.findings.list(desk.userId, { botId, closed: false })).items
const held = (botId: string): string => desk.execution.position(botId)?.quantity ?? '0'

async function holding(exitAtOpen: boolean) {
  const connection = await desk.connect('spot', {}, 'alpaca')
  const bot = await desk.bot(connection, { symbol: 'AAPL', base: 'AAPL', quote: 'USD', exitAtOpen })
  await until(async () => (await desk.settled(await desk.signal({ symbol: 'AAPL', side: 'BUY' }))).decisions.some(({ code }) => code !== 'market_closed'))
  expect(held(bot.id)).not.toBe('0')
  await hours(false)
  // Its calendar is read in the background.
  await until(async () => (await desk.execution.rehearse(bot, 'SELL', null)).reason.includes('market is closed'), () => '', 90_000)
  return bot
}

test('an exit while the market is closed is told, with what to do', { timeout: 120_000 }, async () => {
  const bot = await holding(false)
  const { decisions } = await desk.settled(await desk.signal({ symbol: 'AAPL', side: 'SELL' }))
  expect(decisions).toMatchObject([{ outcome: 'refused', code: 'market_closed' }])
  expect(await told(bot.id)).toMatchObject([{ code: 'exit_refused' }])
  expect((await told(bot.id))[0]?.detail).toMatch(/exitAtOpen/)
})

test('a bot with exitAtOpen carries the exit over to the opening, across a restart, once', { timeout: 180_000 }, async () => {
  const bot = await holding(true)
  const exit = await desk.signal({ symbol: 'AAPL', side: 'SELL' })
  await until(async () => (await told(bot.id)).length > 0)
  expect(await told(bot.id)).toMatchObject([{ code: 'exit_at_open' }])
  const second = await desk.signal({ symbol: 'AAPL', side: 'SELL', id: 'again' })
  await until(async () => (await desk.store.signals.get(desk.userId, second))?.decisions[0]?.decision.code === 'exit_waits_for_opening')
  await desk.restart()
  await hours(true)
  await until(() => held(bot.id) === '0' && !desk.execution.busy(bot.id), () => held(bot.id), 90_000)
  const { decisions, found } = await desk.settled(exit)
  expect(found.map(({ order }) => [order.side, order.state])).toEqual([['sell', 'filled']])
  expect(decisions).toMatchObject([{ outcome: 'order', code: 'close', done: true }])
  expect(await told(bot.id)).toEqual([])
})
