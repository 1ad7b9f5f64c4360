import { expect, test } from 'vitest'
import { meaningOf } from './errors.ts'
import { manner } from './manner.ts'

test.each([1, 2, 50_001, 50_004, 50_005, 50_013, 50_026, 50_042, 51_054, 51_149, 99_999, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code, 'whatever')).toBeNull()
})

test.each([51_016, 50_071])('%s: an open order with the id is there', (code) => { expect(meaningOf(code, '')).toBe('exists') })

test.each([
  [51_000, 'Parameter posSide error', 'position_mode_differs', 'mode'],
  [51_000, 'Parameter sz error', 'invalid_order', null],
  [51_008, 'Order failed. Insufficient USDT balance in account', 'insufficient_balance', 'position'],
  [51_008, 'Order failed. Insufficient USDT margin in account', 'insufficient_margin', 'position'],
  [51_020, '', 'amount_below_minimum', 'rules'],
  [51_121, '', 'rules_violated', 'rules'],
  [51_001, '', 'unknown_symbol', 'rules'],
  [51_169, '', 'reduce_only_rejected', 'position'],
  [51_112, '', 'reduce_only_rejected', 'position'],
  [51_022, '', 'symbol_halted', null],
  [51_102, '', 'too_many_open_orders', null],
  [51_004, '', 'position_limit', null],
  [50_036, '', 'clock_skew', null],
  [50_037, '', 'clock_skew', null],
  [50_105, '', 'passphrase_rejected', null],
  [51_155, '', 'account_restricted', null],
] as const)('%s %s: %s', (code, text, ours, stale) => {
  expect(meaningOf(code, text)).toMatchObject({ code: ours, stale })
})

test.each([
  ['the order\'s own code comes before the general one', { code: '1', data: [{ sCode: '51008', sMsg: 'Order failed.' }], msg: 'All operations failed' }, 51_008, 'Order failed.'],
  ['a sub-code is cut off', { code: '1', data: [{ sCode: '51008_1000', sMsg: 'x' }], msg: '' }, 51_008, 'x'],
  ['what is refused before', { code: '50113', data: [], msg: 'Invalid signature.' }, 50_113, 'Invalid signature.'],
  ['no code at all', { msg: 'Not Found' }, null, 'Not Found'],
  ['a code that is none', { code: 'E51008', msg: '' }, null, null],
])('%s', (_name, body, code, text) => {
  expect(manner.wording.isRefusal?.(body)).toBe(true)
  expect(manner.wording.errorOf(body)).toEqual({ code, text })
})

test('a refusal inside a good answer is one', () => {
  expect(manner.wording.isRefusal?.({ code: '0', data: [{ sCode: '51008', sMsg: 'x' }] })).toBe(true)
  expect(manner.wording.isRefusal?.({ code: '0', data: [{ sCode: '0', sMsg: '' }] })).toBe(false)
})
