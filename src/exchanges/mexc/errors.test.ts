import { expect, test } from 'vitest'
import { isNotOpen, meaningOf } from './errors.ts'

test.each([500, 501, 503, 504, 603, 9999, 20_002, 22_222, 730_000, 999_999, 0, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code, 'whatever')).toBeNull()
})

test.each([
  [400, 'quantity scale is invalid', 'rules_violated', 'rules'],
  [600, 'Parameter error! positionMode', 'position_mode_differs', 'mode'],
  [600, 'Parameter error!', 'invalid_order', null],
  [30_002, 'The minimum transaction volume cannot be less than：5USDT', 'amount_below_minimum', 'rules'],
  [10_101, '', 'insufficient_balance', 'position'],
  [30_005, 'Oversold', 'insufficient_balance', 'position'],
  [30_018, 'market order is disabled', 'market_closed', 'rules'],
  [-1121, '', 'unknown_symbol', 'rules'],
  [700_007, '', 'permission_missing', null],
  [2005, '', 'insufficient_margin', 'position'],
  [2009, '', 'reduce_only_rejected', 'position'],
  [2011, '', 'rules_violated', 'rules'],
  [1001, '', 'unknown_symbol', 'rules'],
  [402, '', 'key_expired', null],
] as const)('%s %s: %s', (code, text, ours, stale) => {
  expect(meaningOf(code, text)).toMatchObject({ code: ours, stale })
})

test('400 without a known text proves nothing: it is also "api key required"', () => { expect(meaningOf(400, 'something')).toBeNull() })

test('what is not there or cannot be canceled is not open; nothing else says so', () => {
  expect([-2011, -2013, 2040, 2041].every(isNotOpen)).toBe(true)
  expect([500, 600, 2005, null].some(isNotOpen)).toBe(false)
})
