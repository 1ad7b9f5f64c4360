import { expect, test } from 'vitest'
import { currencyPlaces, figure, money, placesThatAddUp, price, rounded, sum } from './decimals.ts'

test.each([
  ['0.00384591', 'BTC', '+0.00384591'],
  ['-0.00384591', 'BTC', '−0.00384591'],
  ['0.5', 'BTC', '+0.5'],
  ['1.123456789', 'ETH', '+1.12345679'],
  ['0.0000000012', 'BTC', '+0.0000000012'],
  ['12', 'USDT', '+12.00'],
  ['1234567.891', 'USDT', '+1 234 567.89'],
  ['-0.045', 'USDT', '−0.045'],
  ['-0.0451', 'USDT', '−0.045'],
  ['0.0049', 'USDT', '+0.0049'],
  ['0.00000012345', 'USDC', '+0.00000012'],
  ['0.999', 'USDT', '+1.00'],
  ['-1.005', 'USD', '−1.01'],
  ['0', 'USDT', '0.00'],
  ['-0', 'USDT', '0.00'],
  ['-0.000', 'EUR', '0.00'],
  ['0', 'BTC', '0'],
  ['1234.5', 'JPY', '+1 235'],
  ['0.4', 'JPY', '+0.4'],
  ['99999999999999999999.995', 'USDT', '+100 000 000 000 000 000 000.00'],
])('a gain of %s %s is shown as %s', (amount, unit, shown) => {
  expect(money(amount, unit, { sign: true })).toBe(shown)
})

test.each([
  ['BTC', 8],
  ['DOGE', 8],
  ['USDT', 2],
  ['USDC', 2],
  ['FDUSD', 2],
  ['USD', 2],
  ['EUR', 2],
  ['TRY', 2],
  ['JPY', 0],
  ['KRW', 0],
])('%s has %i decimals', (unit, places) => {
  expect(currencyPlaces(unit)).toBe(places)
})

test.each([
  ['97123.456789012345', '97 123.457'],
  ['0.000012345678912', '0.000012345679'],
  ['1', '1'],
  ['100.10', '100.1'],
  ['123456789.5', '123 456 790'],
  ['0.1', '0.1'],
  ['0', '0'],
])('a price of %s is shown as %s', (decimal, shown) => {
  expect(price(decimal)).toBe(shown)
})

test.each([
  ['1.005', 2, '1.01'],
  ['-1.005', 2, '-1.01'],
  ['-0.004', 2, '0.00'],
  ['9.99', 1, '10.0'],
  ['5', 2, '5'],
  ['0.05', 0, '0'],
  ['-0.5', 0, '-1'],
  ['123.456', 3, '123.456'],
])('%s to %i decimals is %s', (decimal, places, text) => {
  expect(rounded(decimal, places)).toBe(text)
})

test.each([
  [['0.1', '0.2'], '0.3'],
  [['-0.5', '0.25'], '-0.25'],
  [['1', '2'], '3'],
  [[], '0'],
  [['0.01', '-0.01'], '0.00'],
])('%j add up to %s', (parts, total) => {
  expect(sum(parts)).toBe(total)
})

test('a figure keeps all its digits', () => {
  expect(figure('1234567.000000001')).toBe('1 234 567.000000001')
  expect(figure('-0.50')).toBe('−0.5')
  expect(figure('1e3')).toBe('1e3')
})

/** What stands in a column as a number of its last decimal. */
const counted = (shown: string, places: number): bigint => {
  const [whole = '', fraction = ''] = shown.replaceAll(/[ +]/g, '').replace('−', '-').split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}

test('what is shown in a column adds up to what is shown as its total, whatever the amounts', () => {
  // A walk through amounts with few and many decimals, of both signs; the same in every run.
  let state = 7
  const next = (most: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % most
  }
  let wider = 0
  for (let round = 0; round < 500; round += 1) {
    const parts = Array.from(
      { length: 2 + next(6) },
      () =>
        `${next(2) === 0 ? '-' : ''}${next(300)}.${String(next(100_000_000))
          .padStart(8, '0')
          .slice(0, 1 + next(8))}`,
    )
    const total = sum(parts)
    const places = placesThatAddUp([{ parts, total }], 'USDT')
    const shown = parts.map((part) => money(part, 'USDT', { sign: true, places }))
    expect(shown.reduce((so_far, part) => so_far + counted(part, places), 0n)).toBe(
      counted(money(total, 'USDT', { sign: true, places }), places),
    )
    if (places > 2) wider += 1
    expect(places).toBeLessThanOrEqual(8)
  }
  expect(wider).toBeGreaterThan(50)
})

test('two decimals suffice where they add up', () => {
  expect(placesThatAddUp([{ parts: ['1.50', '2.25'], total: '3.75' }], 'USDT')).toBe(2)
  expect(placesThatAddUp([{ parts: ['0.004', '0.004'], total: '0.008' }], 'USDT')).toBe(4)
  expect(placesThatAddUp([{ parts: ['1.004', '1.004'], total: '2.008' }], 'USDT')).toBe(3)
  expect(placesThatAddUp([], 'USDT')).toBe(2)
})
