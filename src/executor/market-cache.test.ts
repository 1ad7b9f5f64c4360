import { expect, test } from 'vitest'
import type { MarketRules } from '#model'
import { MarketCache } from './market-cache.ts'

const MINUTE = 60_000
const rules = (symbol: string): MarketRules[] => [{ symbol } as MarketRules]

function setUp() {
  let now = 0
  let loads = 0
  const cache = new MarketCache({ now: () => now, randomBytes: () => new Uint8Array(), after: () => () => undefined, nextTurn: () => undefined })
  const read = async (fails = false, fresh = false): Promise<string | undefined> => {
    const list = await cache.rules('binance', 'spot', () => {
      loads += 1
      return fails ? Promise.reject(new Error('down')) : Promise.resolve(rules(`v${loads}`))
    }, fresh)
    return list[0]?.symbol
  }
  return { cache, read, loads: () => loads, at: (minutes: number) => { now = minutes * MINUTE } }
}

test('asked for once, however many ask at once, and kept', async () => {
  const { read, loads } = setUp()
  expect(await Promise.all([read(), read(), read()])).toEqual(['v1', 'v1', 'v1'])
  expect(await read()).toBe('v1')
  expect(loads()).toBe(1)
})

test('past 50 minutes the old one answers while a new one is read; past an hour the new one is waited for', async () => {
  const { read, at } = setUp()
  await read()
  at(51)
  expect(await read()).toBe('v1')
  expect(await read()).toBe('v2')
  at(51 + 61)
  expect(await read()).toBe('v3')
})

test('a failure in the background is not seen; past the hour it is', async () => {
  const { read, at } = setUp()
  await read()
  at(51)
  expect(await read(true)).toBe('v1')
  at(61)
  await expect(read(true)).rejects.toThrow('down')
})

test('what was forgotten is read anew', async () => {
  const { cache, read } = setUp()
  await read()
  cache.forget('binance', 'spot')
  expect(await read()).toBe('v2')
})

test('fresh rules are read anew, at most once in 10 s, and a failure is told', async () => {
  const { read, loads, at } = setUp()
  await read()
  at(0.2)
  expect(await Promise.all([read(false, true), read(false, true)])).toEqual(['v2', 'v2'])
  at(0.36)
  expect(await read(false, true)).toBe('v2')
  expect(loads()).toBe(2)
  at(0.37)
  await expect(read(true, true)).rejects.toThrow('down')
  expect(await read()).toBe('v2')
  expect(await read(false, true)).toBe('v4')
})
