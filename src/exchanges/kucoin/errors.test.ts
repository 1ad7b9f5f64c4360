import { expect, test } from 'vitest'
import { isAbsent, isNotOpen, isPause, meaningOf, problemOf } from './errors.ts'
import { manner } from './manner.ts'

test.each([126_000, 126_038, 126_039, 230_005, 408_000, 429_000, 500_000, 503_000, 504_000, 505_000, 999_999, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code, 'whatever')).toBeNull()
})

test.each<[number, string]>([[126_033, ''], [126_044, ''], [300_018, ''], [400_100, 'clientOid duplicate'], [100_001, 'clientOid already exists']])('%s %s: an order with the id is there', (code, text) => {
  expect(meaningOf(code, text)).toBe('exists')
})

test.each([
  [400_100, 'Order size below the minimum requirement.', 'amount_below_minimum', 'rules'],
  [600_101, 'The order funds should more then 5 USDT.', 'amount_below_minimum', 'rules'],
  [400_100, 'Order size increment invalid.', 'rules_violated', 'rules'],
  [100_001, 'Quantity parameter must be a multiple of the lot size.', 'rules_violated', 'rules'],
  [100_001, 'The quantity exceeds the maximum.', 'rules_violated', 'rules'],
  [400_100, 'Something else is wrong', 'invalid_order', null],
  [900_001, '', 'unknown_symbol', 'rules'],
  [200_001, '', 'symbol_halted', null],
  [200_004, 'Balance insufficient!', 'insufficient_balance', 'position'],
  [300_003, '', 'insufficient_margin', 'position'],
  [300_009, '', 'reduce_only_rejected', 'position'],
  [330_011, '', 'position_mode_differs', 'mode'],
  [330_012, '', 'position_mode_differs', 'mode'],
  [300_005, '', 'position_limit', null],
  [300_001, '', 'too_many_open_orders', null],
  [330_005, '', 'account_restricted', null],
  [400_002, '', 'clock_skew', null],
  [126_041, '', 'clock_skew', null],
  [400_004, '', 'passphrase_rejected', null],
  [400_007, '', 'permission_missing', null],
] as const)('%s %s: %s', (code, text, ours, stale) => {
  expect(meaningOf(code, text)).toMatchObject({ code: ours, stale })
})

test('general codes are absence only in so many words', () => {
  expect(isAbsent(400_100, 'order_not_exist_or_not_allow_to_cancel')).toBe(true)
  expect(isAbsent(100_001, 'error.getOrder.orderNotExist')).toBe(true)
  expect(isAbsent(126_043, '')).toBe(true)
  expect(isAbsent(400_100, 'Parameter error')).toBe(false)
  expect(isAbsent(500_000, 'order not exist')).toBe(false)
  expect(isAbsent(100_004, 'Order is in not cancelable state')).toBe(false)
  expect(isNotOpen(100_004, 'Order is in not cancelable state')).toBe(true)
})

test('a request too many', () => {
  expect(isPause(429_000)).toBe(true)
  expect(isPause(429_001)).toBe(true)
  expect(isPause(400_100)).toBe(false)
})

test('what the test request meets', () => {
  expect(problemOf(400_003, 401)).toBe('credentials_rejected')
  expect(problemOf(400_006, 401)).toBe('ip_not_allowed')
  expect(problemOf(400_303, 200)).toBe('account_restricted')
  expect(problemOf(null, 401)).toBe('credentials_rejected')
  expect(problemOf(null, 403)).toBe('account_restricted')
  expect(problemOf(500_000, 200)).toBe('exchange_unreachable')
})

test.each([
  ['with HTTP 200', { code: '400100', msg: 'Balance insufficient' }, 400_100, 'Balance insufficient'],
  ['as a number', { code: 400_100, msg: 'x' }, 400_100, 'x'],
  ['without a code', { msg: 'Not Found' }, null, 'Not Found'],
  ['with a code that is none', { code: 'E400', msg: 'x' }, null, 'x'],
])('a refusal %s', (_name, body, code, text) => {
  expect(manner.wording.isRefusal?.(body)).toBe(true)
  expect(manner.wording.errorOf(body)).toEqual({ code, text })
})
