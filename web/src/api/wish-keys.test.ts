import { expect, test } from 'vitest'
import { WishKeys } from './wish-keys.ts'

function counted(): { readonly keys: WishKeys; readonly wait: (ms: number) => void } {
  let [made, now] = [0, 1000]
  return {
    keys: new WishKeys(
      () => `key ${++made}`,
      () => now,
    ),
    wait: (ms) => {
      now += ms
    },
  }
}
const BOT = { body: { symbol: 'BTCUSDT', amount: '100' } }
const OTHER = { body: { symbol: 'BTCUSDT', amount: '200' } }

test('a wish whose answer was lost keeps its key, however long it takes and whatever else was wished for', () => {
  const { keys, wait } = counted()
  const first = keys.keyOf(BOT)
  wait(60_000)
  expect(keys.keyOf(BOT)).toBe(first)
  expect(keys.keyOf(OTHER)).not.toBe(first)
  keys.answered(OTHER)
  expect(keys.keyOf(BOT)).toBe(first)
})

test('a wish that was granted keeps its key for as long as a finger is impatient, then it is another wish', () => {
  const { keys, wait } = counted()
  const first = keys.keyOf(BOT)
  keys.answered(BOT)
  wait(1500)
  expect(keys.keyOf(BOT)).toBe(first)
  wait(1000)
  const second = keys.keyOf(BOT)
  expect(second).not.toBe(first)
  wait(60_000)
  expect(keys.keyOf(BOT)).toBe(second)
})

test('a form that is used for days remembers few wishes, the last ones', () => {
  const { keys } = counted()
  const first = keys.keyOf(0)
  for (let wish = 1; wish < 20; wish += 1) keys.keyOf(wish)
  expect(keys.keyOf(0)).toBe(first)
  keys.keyOf(20)
  expect(keys.keyOf(0)).not.toBe(first)
})
