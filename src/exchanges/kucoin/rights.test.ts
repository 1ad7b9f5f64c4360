import { expect, test } from 'vitest'
import type { Market } from '#model'
import { Checklist } from '../checklist.ts'
import { modeOf } from './account.ts'
import { judge } from './rights.ts'

const verdict = (info: Record<string, unknown>, market: Market = 'spot'): unknown => {
  const judged = judge({ uid: 1, ipWhitelist: '1.2.3.4', ...info }, market, new Checklist())
  return judged === null ? 'ok' : judged.ok ? null : judged.code
}

test.each<[string, Market, string]>([
  ['General,Spot', 'spot', 'ok'], [' General , Spot ', 'spot', 'ok'], ['General,Spot,Margin,Futures', 'futures', 'ok'],
  ['General,Spot', 'futures', 'wrong_market'], ['General,Futures', 'spot', 'wrong_market'], ['General', 'spot', 'permission_missing'], ['General,Margin', 'spot', 'permission_missing'],
  ['General,Spot,Transfer', 'spot', 'withdraw_permission'], ['Transfer', 'spot', 'withdraw_permission'], ['General,Spot,Withdrawal', 'spot', 'withdraw_permission'],
  ['General,Spot,InnerTransfer', 'spot', 'permission_excess'], ['General,Spot,Earn', 'spot', 'permission_excess'], ['General,spot', 'spot', 'permission_excess'],
])('a key with %s for %s: %s', (permission, market, code) => { expect(verdict({ permission }, market)).toBe(code) })

test('an answer without rights is not taken for one without excess', () => {
  const checks = new Checklist()
  judge({ uid: 1 }, 'spot', checks)
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding'])
})

test.each([[0, 'one-way'], ['0', 'one-way'], [1, 'hedge'], ['1', 'hedge'], [2, null], [undefined, null]])('position mode %s: %s', (positionMode, mode) => {
  expect(modeOf({ data: { positionMode } })).toBe(mode)
})
