import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { dueBetween, EVERY_MS } from './key-checks.ts'

test('every key has one instant in each period, whatever the beat, and they are spread', () => {
  const ids = Array.from({ length: 2000 }, () => randomUUID())
  const start = 1_800_000_000_123
  const beats = Array.from({ length: 4 * 60 }, (_, minute) => ids.filter((id) => dueBetween(id, start + minute * 60_000, start + (minute + 1) * 60_000)))
  expect(beats.flat().sort()).toEqual([...ids].sort())
  expect(Math.max(...beats.map((one) => one.length))).toBeLessThan(40)
  for (const id of ids.slice(0, 50)) expect(dueBetween(id, start, start + EVERY_MS)).toBe(true)
  expect(ids.some((id) => dueBetween(id, start, start))).toBe(false)
})
