import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#clock'
import { connectExecutor } from '#executor-client'
import type { ExecutorPush } from '#contract'
import { startWorld, until, type World } from './harness.ts'

let world: World
beforeAll(async () => { world = await startWorld(['binance']) })
afterAll(async () => { await world.stop() })

const asked = async (path: string): Promise<number> => ((await world.sim('GET', '/requests')) as Record<string, number>)[path] ?? 0
const pricesOf = (pushes: readonly ExecutorPush[]): Record<string, string>[] => pushes.flatMap((push) => (push.push === 'prices' ? [push.prices] : []))

test('watched prices are pushed about once a second, all at once where they are many, and changes come through', async () => {
  const symbols = ['BTCUSDT', 'ETHUSDT', 'NOSUCH']
  const before = await asked('GET /api/v3/ticker/price')
  world.pushes.length = 0
  const began = performance.now()
  expect(await world.port.call({ verb: 'watch', items: [{ exchange: 'binance', market: 'spot', symbols }] })).toEqual({ watching: 1 })
  await until(() => pricesOf(world.pushes).length >= 3)
  const spent = performance.now() - began
  expect(spent).toBeGreaterThan(1500)
  expect(spent).toBeLessThan(12_000)
  expect(await asked('GET /api/v3/ticker/price') - before).toBeLessThanOrEqual(6)
  expect(Object.keys(pricesOf(world.pushes)[0] ?? {}).toSorted()).toEqual(['BTCUSDT', 'ETHUSDT'])
  await world.sim('PUT', '/prices/BTCUSDT', { price: '12345.6' })
  await until(() => pricesOf(world.pushes).at(-1)?.['BTCUSDT'] === '12345.6')
})

test('an error does not end a feed; it comes back by itself', async () => {
  await world.sim('POST', '/faults', { path: '/ticker/price', fault: 'status', status: 500, body: '', times: 1 })
  world.pushes.length = 0
  await until(() => pricesOf(world.pushes).length >= 2)
})

test('two listeners share one feed; it stops when nobody listens any more', async () => {
  const other = connectExecutor(world.socketPath, systemClock)
  const heard: ExecutorPush[] = []
  other.onPush((push) => { heard.push(push) })
  await other.call({ verb: 'watch', items: [{ exchange: 'binance', market: 'spot', symbols: ['SOLUSDT'] }] })
  await until(() => pricesOf(heard).some((prices) => 'SOLUSDT' in prices && 'BTCUSDT' in prices))
  other.close()
  await world.port.call({ verb: 'watch', items: [] })
  let last = -1
  await until(async () => {
    const now = await asked('GET /api/v3/ticker/price')
    const still = now === last
    last = now
    await new Promise((resolve) => { setTimeout(resolve, 1300) })
    return still
  })
})

test('a watched market keeps sockets warm and clocks compared', async () => {
  const before = await asked('GET /fapi/v1/time')
  await world.port.call({ verb: 'watch', items: [{ exchange: 'binance', market: 'futures', symbols: ['BTCUSDT'] }] })
  await until(async () => await asked('GET /fapi/v1/time') > before)
  await world.port.call({ verb: 'watch', items: [] })
})
