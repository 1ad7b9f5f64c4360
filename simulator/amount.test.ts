import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amount, cut, decimalsOf, fixed, floorTo, over, parseAmount, plain, times } from './amount.ts'

const units = fc.bigInt({ min: 0n, max: 10n ** 36n })

describe('amounts', () => {
  test('what is written is read back exactly', () => {
    fc.assert(fc.property(units, (value) => parseAmount(plain(value)) === value))
    fc.assert(fc.property(units, (value) => parseAmount(fixed(value, 18)) === value))
  })

  test.each(['', '.5', '5.', '-1', '+1', '1e3', ' 1', '1,0', '0x1', '1.0000000000000000000', '1'.repeat(21)])(
    '%j is no amount',
    (text) => expect(parseAmount(text)).toBeUndefined(),
  )

  test('eight decimals of price times eight of quantity lose nothing', () => {
    expect(plain(times(amount('0.00000001'), amount('0.00000001')))).toBe('0.0000000000000001')
    expect(plain(times(amount('50000.12345678'), amount('0.00000003')))).toBe('0.0015000037037034')
  })

  test('a quotient times its divisor is never above the dividend, and less than one unit per divisor below', () => {
    fc.assert(
      fc.property(units, fc.bigInt({ min: 1n, max: 10n ** 24n }), (a, b) => {
        const back = over(a, b) * b
        return back <= a * 10n ** 18n && back > a * 10n ** 18n - b
      }),
    )
  })

  test('cutting goes toward zero and leaves what fits', () => {
    expect([fixed(amount('1.239'), 2), fixed(amount('-1.239'), 2), fixed(amount('12'), 0)]).toEqual([
      '1.23',
      '-1.23',
      '12',
    ])
    expect(plain(cut(amount('0.129'), 2))).toBe('0.12')
    expect(plain(floorTo(amount('1.0379'), amount('0.005')))).toBe('1.035')
    expect(plain(floorTo(amount('1.0379'), 0n))).toBe('1.0379')
  })

  test('trailing zeros are no precision', () => {
    expect(['1', '1.0', '0.00100000', '0.0010001'].map(decimalsOf)).toEqual([0, 0, 3, 7])
  })
})
