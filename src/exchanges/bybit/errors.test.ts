import { expect, test } from 'vitest'
import { meaningOf } from './errors.ts'

test.each([10_000, 10_014, 10_016, 170_001, 170_007, 170_032, 170_035, 170_146, 170_149, 170_234, 429, -1, 99_999, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code, 'whatever')).toBeNull()
})

test.each([110_072, 170_141])('%s: the order is there already', (code) => { expect(meaningOf(code, '')).toBe('exists') })

test.each([
  [10_001, 'position idx not match position mode', 'position_mode_differs', 'mode'],
  [10_001, 'The number of contracts exceeds minimum limit allowed', 'amount_below_minimum', 'rules'],
  [10_001, 'Qty invalid', 'rules_violated', 'rules'],
  [10_001, 'params error: symbol invalid', 'unknown_symbol', 'rules'],
  [10_001, 'something else', 'invalid_order', null],
  [110_007, 'ab not enough for new order', 'insufficient_margin', 'position'],
  [110_017, 'current position is zero, cannot fix reduce-only order qty', 'reduce_only_rejected', 'position'],
  [110_094, '', 'amount_below_minimum', 'rules'],
  [170_131, 'Insufficient balance.', 'insufficient_balance', 'position'],
  [170_140, '', 'amount_below_minimum', 'rules'],
  [170_193, '', 'no_liquidity', null],
  [33_004, '', 'key_expired', null],
] as const)('%s %s: %s', (code, text, ours, stale) => {
  expect(meaningOf(code, text)).toMatchObject({ code: ours, stale })
})
