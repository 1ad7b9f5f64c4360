import { expect, test } from 'vitest'
import { codeOf, isNotOpen, meaningOf } from './errors.ts'

test.each([
  ['base-system-error', ''], ['base-record-invalid', 'record invalid'], ['gateway-internal-error', ''], ['timeout', ''], ['order-update-error', ''], ['system-maintenance', ''], ['invalid-parameter', 'request timeout'],
  ['bad-request', ''], ['403', 'something else'], [1000, ''], [1003, ''], [1004, ''], [1108, ''], [99_999, ''], [null, ''],
] as const)('%s %s proves nothing about an order', (code, text) => {
  expect(meaningOf(code, text)).toBeNull()
})

test.each([
  ['order-accountbalance-error', '', 'insufficient_balance', 'position'],
  ['order-value-min-error', '', 'amount_below_minimum', 'rules'],
  ['order-orderamount-precision-error', '', 'rules_violated', 'rules'],
  ['base-symbol-trade-disabled', '', 'market_closed', 'rules'],
  ['bad-request', 'invalid symbol nosuchusdt', 'unknown_symbol', 'rules'],
  ['base-symbol-error', '', 'unknown_symbol', 'rules'],
  [1047, '', 'insufficient_margin', 'position'],
  [1048, '', 'reduce_only_rejected', 'position'],
  [1492, '', 'reduce_only_rejected', 'position'],
  [1067, '', 'invalid_order', null],
  [6001, 'The Single-Asset Collateral mode is temporarily unavailable.', 'account_restricted', null],
  [12_004, '', 'key_expired', null],
] as const)('%s %s: %s', (code, text, ours, stale) => {
  expect(meaningOf(code, text)).toMatchObject({ code: ours, stale })
})

test('a repeated id means that such an order is there', () => {
  expect(['invalid-client-order-id', 1050].map((code) => meaningOf(code, ''))).toEqual(['exists', 'exists'])
})

test.each([
  ['Invalid submission time or incorrect time format [无效的提交时间，或时间格式错误]', 'clock_skew'], ['Incorrect Access key [Access key错误]', 'credentials_rejected'], ['Verification failure [校验失败]', 'signature_rejected'],
  ['Incorrect IP address [IP地址错误]:104.128.67.45', 'ip_not_allowed'], ['API key has no permission [API Key没有权限]', 'permission_missing'],
])('one code for all that is wrong with a key: "%s"', (text, ours) => {
  const spot = { status: 'error', 'err-code': 'api-signature-not-valid', 'err-msg': `Signature not valid: ${text}`, data: null }
  for (const body of [spot, { code: 403, msg: text, data: null }, { status: 'error', err_code: 403, err_msg: text }]) expect(meaningOf(codeOf(body), '')).toEqual({ code: ours, stale: null })
})

test('a good answer has no code; what is being canceled is still open', () => {
  expect(codeOf({ code: 200, data: 7 })).toBeNull()
  expect([1017, 1051, 1061, 1063, 'order-orderstate-error', 'base-record-invalid'].every(isNotOpen)).toBe(true)
  expect([1062, 1071, 1000, 'base-system-error', null].some(isNotOpen)).toBe(false)
})
