import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judgeRights } from './rights.ts'

const GOOD = {
  ipRestrict: true, createTime: 1, enableReading: true, enableWithdrawals: false, enableInternalTransfer: false, permitsUniversalTransfer: false,
  enableSpotAndMarginTrading: true, enableMargin: false, enableFutures: false, enableVanillaOptions: false, enablePortfolioMarginTrading: false,
  enableFixApiTrade: false, enableFixReadOnly: false,
}
const codeOf = (body: unknown, market: 'spot' | 'futures' = 'spot'): string | null => {
  const { refused } = judgeRights(body, market, 1000, new Checklist())
  return refused === null || refused.ok ? null : refused.code
}

test('the documented answer of a key that may read and trade passes', () => {
  expect(codeOf(GOOD)).toBeNull()
})

test('withdrawing is worse than anything else', () => {
  expect(codeOf({ ...GOOD, enableWithdrawals: true, permitsUniversalTransfer: true, enableSpotAndMarginTrading: false })).toBe('withdraw_permission')
})

test('whatever is granted under a name that is not known refuses the key', () => {
  const name = fc.stringMatching(/^[a-zA-Z]{3,20}$/).filter((text) => !(text in GOOD) && text !== 'tradingAuthorityExpirationTime')
  const granted = fc.oneof(fc.constant(true), fc.constant(1), fc.constant('true'), fc.constant(['WITHDRAW']), fc.constant({ a: 1 }))
  fc.assert(fc.property(name, granted, (right, value) => { expect(codeOf({ ...GOOD, [right]: value })).toBe('permission_excess') }))
  fc.assert(fc.property(name, (right) => { expect(codeOf({ ...GOOD, [right]: false })).toBeNull() }))
})

test('an answer that says nothing about trading is no right to trade', () => {
  for (const body of [{}, null, [], 'text', { enableReading: true }]) expect(codeOf(body)).toBe('permission_missing')
})

test('silence about withdrawing is not taken for "no"', () => {
  const checks = new Checklist()
  const { enableWithdrawals: _, ...silent } = GOOD
  expect(judgeRights(silent, 'spot', 1000, checks).refused).toBeNull()
  expect(checks.list().find(({ name }) => name === 'withdrawal_off')?.result).toBe('unverifiable')
})
