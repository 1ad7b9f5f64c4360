import { expect, test } from 'vitest'
import type { Market } from '#model'
import { Checklist } from '../checklist.ts'
import { judge } from './rights.ts'

const config = (fields: Record<string, unknown>): Record<string, unknown> => ({ acctLv: '2', perm: 'read_only,trade', ip: '1.2.3.4', posMode: 'net_mode', uid: '1', ...fields })
const verdict = (fields: Record<string, unknown>, market: Market = 'spot'): unknown => {
  const judged = judge(config(fields), market, new Checklist())
  return judged === null ? 'ok' : judged.ok ? null : judged.code
}

test.each([
  ['read_only,trade', 'ok'], [' read_only , trade ', 'ok'], ['read_only,withdraw,trade', 'withdraw_permission'], ['withdraw', 'withdraw_permission'], ['read_only,trade,convert', 'permission_excess'],
  ['read_only', 'permission_missing'], ['read_only,Trade', 'permission_excess'],
])('a key with %s: %s', (perm, code) => { expect(verdict({ perm })).toBe(code) })

test.each<[string | undefined, Market, string]>([
  ['1', 'spot', 'ok'], ['2', 'spot', 'ok'], ['3', 'spot', 'account_restricted'], ['4', 'spot', 'account_restricted'],
  ['1', 'futures', 'account_restricted'], ['2', 'futures', 'ok'], ['3', 'futures', 'ok'], ['4', 'futures', 'account_restricted'],
  ['5', 'spot', 'account_restricted'], [undefined, 'futures', 'account_restricted'],
])('account mode %s on %s: %s', (acctLv, market, code) => { expect(verdict({ acctLv }, market)).toBe(code) })

test('an answer without rights is not taken for one without excess', () => {
  const checks = new Checklist()
  judge({ acctLv: '2', uid: '1' }, 'spot', checks)
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding'])
})
