import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../executor/harness.ts'
import { startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })

test('fees that the background\'s share is too small for are asked for again a few times, at once when a signal waits for them, and no more when it stops', async () => {
  // That share is of a minute, and all of this takes less than one.
  const left = 60_000 - Date.now() % 60_000
  if (left < 25_000) await pause(left)
  // Each order of Binance's futures is asked for once, for its fees (6 of 600 a minute): the share is used up before all are.
  const connection = await desk.connect('futures', { balances: { USDT: '10000000' } })
  const bots = await Promise.all(Array.from({ length: 130 }, () => desk.bot(connection, { symbol: 'ETHUSDT', base: 'ETH' })))
  const ids = new Set(bots.map((bot) => bot.id))
  await until(async () => (await desk.execution.rehearse(bots[0]!, 'BUY', null)).outcome === 'test')
  const unsettled = async () => (await desk.store.journal.unfinished()).orders.filter(({ order }) => ids.has(order.botId)).map(({ order }) => order)
  await desk.signal({ symbol: 'ETHUSDT', side: 'BUY' })
  await until(async () => bots.every((bot) => desk.execution.position(bot.id)?.quantity !== '0' || desk.execution.busy(bot.id)) && (await unsettled()).every(({ state }) => state === 'filled'))
  await pause(3500) // they are asked for after 0.5 and 3 s; the next time would be 10 s
  const waiting = await unsettled()
  expect(waiting.length, 'some wait for their fees').toBeGreaterThan(5)
  await desk.signal({ symbol: 'ETHUSDT', side: 'SELL' })
  const soldAt = Date.now()
  await until(async () => (await unsettled()).every((order) => order.side === 'sell'))
  expect(Date.now() - soldAt, 'the signal wakes what waits for fees').toBeLessThan(4000)
  const entries = readFileSync(desk.world.auditPath, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { event: string; orderId?: string; at: string })
  const looks = waiting.map(({ id }) => entries.filter((entry) => entry.event === 'lookup' && entry.orderId === id).length)
  expect(Math.max(...looks)).toBeLessThan(5)

  await until(async () => (await unsettled()).every(({ state }) => state === 'filled'))
  await pause(1000)
  expect((await unsettled()).length, 'some wait again').toBeGreaterThan(5)
  const stoppedAt = Date.now()
  await desk.execution.stop()
  expect(Date.now() - stoppedAt, 'a stop waits for no fees').toBeLessThan(1500)
  await desk.restart()
  await until(async () => (await unsettled()).length === 0)
}, 120_000)
