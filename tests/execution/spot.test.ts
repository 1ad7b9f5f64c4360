import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDesk, type Desk } from './world.ts'

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })

test('a buy becomes one order, is filled, and its position is what was bought less the fee in base', async () => {
  const bot = await desk.bot(await desk.connect('spot'))
  const signal = await desk.settled(await desk.signal({ side: 'BUY' }))
  expect(signal.decisions).toMatchObject([{ botId: bot.id, outcome: 'order', code: 'open' }])
  expect(signal.found).toHaveLength(1)
  expect(signal.found[0]?.order).toMatchObject({ state: 'filled', quoteQuantity: '500', side: 'buy', kind: 'open' })
  const [seen] = await desk.exchangeOrders()
  expect(seen?.clientOrderId).toBe(signal.found[0]?.order.clientOrderId)
  const position = desk.execution.position(bot.id)
  const fills = signal.found[0]?.fills ?? []
  const net = fills.reduce((sum, fill) => sum + Number(fill.quantity) - Number(fill.fee), 0)
  expect(Number(position?.quantity)).toBeCloseTo(net, 8)

  const close = await desk.settled(await desk.signal({ side: 'SELL' }))
  expect(close.found[0]?.order).toMatchObject({ state: 'filled', side: 'sell', kind: 'close' })
  expect(desk.execution.position(bot.id)?.dust).toBe(Number(desk.execution.position(bot.id)?.quantity) > 0)
  expect(await desk.exchangeOrders()).toHaveLength(2)
})
