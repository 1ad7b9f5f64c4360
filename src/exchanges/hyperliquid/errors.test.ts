import { expect, test } from 'vitest'
import { isClockSkew, isNotOpen, meaningOf } from './errors.ts'

test.each(['Something new', 'Duplicate cloid.', 'Internal error', null, 5])('%s proves nothing about an order', (code) => { expect(meaningOf(code, '', 200)).toBeNull() })

test.each(['Invalid nonce: duplicate nonce 5', 'Action expired', 'Stale action'])('%s is about time: nothing was carried out', (code) => { expect(isClockSkew(code)).toBe(true) })

test.each([
  ['Order must have minimum value of $10.', 'amount_below_minimum', 'rules'], ['Price must be divisible by tick size.', 'rules_violated', 'rules'], ['Order has invalid size.', 'rules_violated', 'rules'],
  ['Insufficient margin to place order. asset=0', 'insufficient_margin', 'position'], ['Insufficient spot balance asset=10107', 'insufficient_balance', 'position'],
  ['Reduce only order would increase position. asset=0', 'reduce_only_rejected', 'position'], ['Order could not immediately match against any resting orders. asset=0', 'no_liquidity', null],
  ['User or API Wallet 0x12 does not exist.', 'credentials_rejected', null], ['Must deposit before performing actions. User: 0x12', 'account_restricted', null], ['Trading is halted.', 'symbol_halted', null],
] as const)('%s: %s', (text, ours, stale) => { expect(meaningOf(text, '', 200)).toMatchObject({ code: ours, stale }) })

test('a request that cannot be read was not carried out; an order that is gone cannot be canceled', () => {
  expect(meaningOf(null, '', 422)).toMatchObject({ code: 'invalid_order' })
  expect(isNotOpen('Order was never placed, already canceled, or filled. asset=0')).toBe(true)
})
