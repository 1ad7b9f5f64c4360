import { expect, test } from 'vitest'
import { meaningOf, NOT_JSON } from './errors.ts'

test.each([['UNKNOWN_FAILURE_REASON', 200], ['UNKNOWN_PREVIEW_FAILURE_REASON', 200], ['PREVIEW_SOMETHING_NEW', 200], ['INTERNAL', 400], ['unknown', 400], [NOT_JSON, 403], [null, 400], [3, 400]])('%s proves nothing about an order', (code, status) => {
  expect(meaningOf(code, 'whatever', status)).toBeNull()
})

test('a token that is not accepted: nothing was carried out', () => { expect(meaningOf(NOT_JSON, 'Unauthorized', 401)).toEqual({ code: 'credentials_rejected', stale: null }) })

test.each([
  ['INSUFFICIENT_FUND', 'insufficient_balance', 'position'], ['PREVIEW_INSUFFICIENT_FUND', 'insufficient_balance', 'position'], ['PREVIEW_INVALID_BASE_SIZE_TOO_SMALL', 'amount_below_minimum', 'rules'],
  ['PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL', 'amount_below_minimum', 'rules'], ['INVALID_SIZE_PRECISION', 'rules_violated', 'rules'], ['PREVIEW_INVALID_PRODUCT_ID', 'unknown_symbol', 'rules'],
  ['ORDER_ENTRY_DISABLED', 'symbol_halted', null], ['INVALID_NO_LIQUIDITY', 'no_liquidity', null], ['GEOFENCING_RESTRICTION', 'account_restricted', null], ['PERMISSION_DENIED', 'permission_missing', null],
] as const)('%s: %s', (code, ours, stale) => { expect(meaningOf(code, '', 200)).toMatchObject({ code: ours, stale }) })
