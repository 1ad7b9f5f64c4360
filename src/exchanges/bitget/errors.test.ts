import { expect, test } from 'vitest'
import { meaningOf, problemOf } from './errors.ts'
import { manner } from './manner.ts'

test.each([40_010, 40_015, 40_200, 40_725, 40_908, 40_910, 43_002, 43_059, 45_001, 45_023, 25_000, 25_001, 25_003, 99_999, 0, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code)).toBeNull()
})

test.each([40_708, 40_786, 43_118, 45_034, 50_060, 25_212])('%s: an order with the id is there already', (code) => { expect(meaningOf(code)).toBe('exists') })

test.each([
  [43_012, 'insufficient_balance', 'position'], [25_202, 'insufficient_balance', 'position'], [40_762, 'insufficient_margin', 'position'], [25_203, 'insufficient_margin', 'position'],
  [40_774, 'position_mode_differs', 'mode'], [25_236, 'position_mode_differs', 'mode'], [22_002, 'reduce_only_rejected', 'position'], [25_227, 'reduce_only_rejected', 'position'],
  [45_110, 'amount_below_minimum', 'rules'], [25_611, 'amount_below_minimum', 'rules'], [40_808, 'rules_violated', 'rules'], [40_034, 'unknown_symbol', 'rules'], [25_100, 'unknown_symbol', 'rules'],
  [45_043, 'symbol_halted', null], [40_308, 'symbol_halted', null], [43_128, 'too_many_open_orders', null], [22_029, 'position_limit', null], [40_078, 'clock_skew', null], [40_012, 'passphrase_rejected', null],
  [40_085, 'account_restricted', null], [25_209, 'no_liquidity', null],
] as const)('%s: %s', (code, ours, stale) => { expect(meaningOf(code)).toMatchObject({ code: ours, stale }) })

test('no code has two meanings that differ between an order and a test request', () => {
  for (const [code, ours] of [[40_006, 'credentials_rejected'], [40_009, 'signature_rejected'], [40_018, 'ip_not_allowed'], [40_014, 'permission_missing'], [40_034, 'unknown_symbol']] as const) {
    expect(problemOf(code, 400)).toBe(ours)
    expect(meaningOf(code)).toMatchObject({ code: ours })
  }
})

test.each([
  [{ code: '00000', data: {} }, false, 0], [{ code: '43012', msg: 'Insufficient balance' }, true, 43_012], [{ msg: 'no code' }, true, null], [{ code: 0 }, true, 0], [{ code: 'E1' }, true, null],
])('%j', (body, refuses, code) => {
  expect(manner.wording.isRefusal?.(body)).toBe(refuses)
  expect(manner.wording.errorOf(body).code).toBe(code)
})
