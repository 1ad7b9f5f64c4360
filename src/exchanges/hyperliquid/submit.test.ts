import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimal } from '#model'
import { limitOf } from './submit.ts'

test.each([
  ['113377', 'buy', 'futures', 5, '119040'], ['113377', 'sell', 'futures', 5, '107710'], ['1.2345', 'buy', 'futures', 1, '1.2962'], ['0.0012345', 'buy', 'futures', 0, '0.001296'],
  ['0.00001', 'sell', 'spot', 0, '0.0000095'], ['38.217', 'buy', 'spot', 2, '40.127'],
] as const)('%s, %s on %s with %d decimals: %s', (middle, side, market, decimals, limit) => { expect(limitOf(middle, side, market, decimals)).toBe(limit) })

test('five digits count at most, no more stand behind the point than the market has, and it is never worse than five per cent', () => {
  fc.assert(fc.property(fc.integer({ min: 100_000, max: 99_999_999 }), fc.integer({ min: -7, max: 0 }), fc.constantFrom('buy', 'sell'), fc.integer({ min: 0, max: 5 }), (digits, exponent, side, decimals) => {
    const middle = decimal('10').pow(exponent).times(digits)
    const limit = decimal(limitOf(middle.toFixed(), side, 'futures', decimals))
    expect(limit.decimalPlaces()).toBeLessThanOrEqual(6 - decimals)
    expect(limit.sd()).toBeLessThanOrEqual(5)
    if (side === 'buy') expect(limit.lessThanOrEqualTo(middle.times('1.05'))).toBe(true)
    else expect(limit.greaterThanOrEqualTo(middle.times('0.95'))).toBe(true)
  }))
})
