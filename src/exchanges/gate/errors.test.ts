import { expect, test } from 'vitest'
import { isNotOpen, meaningOf } from './errors.ts'

test.each(['INTERNAL', 'SERVER_ERROR', 'TOO_BUSY', 'FAILED_RETRIEVE_ASSETS', 'CANCEL_FAIL', 'SOMETHING_NEW', null])('%s proves nothing about an order', (label) => {
  expect(meaningOf(label, 'whatever')).toBeNull()
})

test.each(['REPEATED_CREATION', 'ORDER_EXISTS'])('%s: the order may be there already', (label) => { expect(meaningOf(label, '')).toBe('exists') })

test.each([
  ['INVALID_PARAM_VALUE', 'Your order size 0.5 USDT is too small. The minimum is 1 USDT', 'amount_below_minimum', 'rules'],
  ['INVALID_PARAM_VALUE', 'Invalid amount precision', 'rules_violated', 'rules'],
  ['INVALID_PARAM_VALUE', 'Invalid currency pair', 'unknown_symbol', 'rules'],
  ['INVALID_PARAM_VALUE', 'something else', 'invalid_order', null],
  ['SIZE_TOO_SMALL', '', 'amount_below_minimum', 'rules'],
  ['BALANCE_NOT_ENOUGH', '', 'insufficient_balance', 'position'],
  ['INSUFFICIENT_AVAILABLE', '', 'insufficient_margin', 'position'],
  ['POSITION_EMPTY', '', 'reduce_only_rejected', 'position'],
  ['POSITION_DUAL_MODE', '', 'position_mode_differs', 'mode'],
  ['CONTRACT_NOT_FOUND', '', 'unknown_symbol', 'rules'],
  ['READ_ONLY', '', 'permission_missing', null],
  ['REQUEST_EXPIRED', '', 'clock_skew', null],
] as const)('%s %s: %s', (label, text, ours, stale) => {
  expect(meaningOf(label, text)).toMatchObject({ code: ours, stale })
})

test('an order that is not found or has ended is not open; nothing else says so', () => {
  expect(['ORDER_NOT_FOUND', 'ORDER_CLOSED', 'ORDER_CANCELLED', 'ORDER_FINISHED'].every(isNotOpen)).toBe(true)
  expect(['INTERNAL', 'INVALID_PARAM_VALUE', null].some(isNotOpen)).toBe(false)
})
