import { expect, test } from 'vitest'
import { isNotOpen, meaningOf } from './errors.ts'

test.each([101, 107, 108, 109, 400, 404, 9999, null])('%s proves nothing about an order', (code) => { expect(meaningOf(code, 'whatever')).toBeNull() })

test.each([
  [205, 'market parameter is invalid.', 'unknown_symbol', 'rules'], [205, 'amount parameter is invalid.', 'rules_violated', 'rules'], [205, 'side parameter is invalid.', 'invalid_order', null],
  [212, '', 'amount_below_minimum', 'rules'], [217, '', 'amount_below_minimum', 'rules'], [216, '', 'insufficient_balance', 'position'], [310, '', 'permission_missing', null], [304, '', 'clock_skew', null],
] as const)('%s %s: %s', (code, text, ours, stale) => { expect(meaningOf(code, text)).toMatchObject({ code: ours, stale }) })

test('a repeated id means that such an order is there; what cannot be canceled is not open', () => {
  expect(meaningOf(205, 'clientOrderId parameter is invalid.')).toBe('exists')
  expect([233, 240].every(isNotOpen)).toBe(true)
  expect([101, 109, null].some(isNotOpen)).toBe(false)
})
