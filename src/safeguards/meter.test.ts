import { expect, test } from 'vitest'
import type { Caps } from '#contract'
import { Meter } from './meter.ts'

const NOON = Date.UTC(2026, 10, 25, 12)
const caps = (fields: Partial<Caps>): Caps => ({ ordersPerMinute: null, notionalPerOrder: null, notionalPerDay: null, ...fields })
const goes = (meter: Meter, limits: Caps, notional: string | null, at: number): boolean => 'undo' in meter.take(limits, notional, at)

test('entries of any 60 s are counted, not of a minute of the clock', () => {
  const meter = new Meter(undefined)
  const limits = caps({ ordersPerMinute: 2 })
  expect([0, 30_000, 59_999, 60_000, 60_001, 89_999, 90_000].map((at) => goes(meter, limits, null, NOON + at))).toEqual([true, true, false, true, false, false, true])
})

test('the sum of a day is exact, reaches the cap and not beyond, and begins anew at midnight UTC', () => {
  const meter = new Meter(undefined)
  const limits = caps({ notionalPerDay: '0.3' })
  expect([goes(meter, limits, '0.1', NOON), goes(meter, limits, '0.2', NOON), goes(meter, limits, '0.00000001', NOON)]).toEqual([true, true, false])
  expect(meter.spent).toEqual({ day: '2026-11-25', notional: '0.3' })
  expect(goes(meter, limits, '0.3', Date.UTC(2026, 10, 26))).toBe(true)
})

test('goes on from what the file has of this day, and forgets another one', () => {
  expect(goes(new Meter({ day: '2026-11-25', notional: '90' }), caps({ notionalPerDay: '100' }), '11', NOON)).toBe(false)
  expect(goes(new Meter({ day: '2026-11-24', notional: '90' }), caps({ notionalPerDay: '100' }), '11', NOON)).toBe(true)
})

test('what was not sent is given back, once', () => {
  const meter = new Meter(undefined)
  const limits = caps({ ordersPerMinute: 1, notionalPerDay: '10' })
  const taken = meter.take(limits, '10', NOON)
  expect(goes(meter, limits, '1', NOON)).toBe(false)
  if ('undo' in taken) taken.undo()
  expect([meter.spent.notional, goes(meter, limits, '10', NOON), goes(meter, limits, '1', NOON)]).toEqual(['0', true, false])
})

test('one entry may not be worth more than its cap', () => {
  const meter = new Meter(undefined)
  expect(meter.take(caps({ notionalPerOrder: '100' }), '100.01', NOON)).toEqual({ refused: '100 for one entry; this one is worth 100.01' })
  expect(goes(meter, caps({ notionalPerOrder: '100' }), '100', NOON)).toBe(true)
})
