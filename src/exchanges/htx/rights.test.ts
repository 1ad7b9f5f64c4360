import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judge } from './rights.ts'

const NOW = Date.UTC(2026, 10, 20, 15)
const verdict = (fields: Record<string, unknown>): unknown => {
  const judged = judge({ permission: 'readOnly,trade', ipAddresses: '1.2.3.4', validDays: -1, status: 'normal', ...fields }, NOW, new Checklist())
  return 'ok' in judged ? (judged.ok ? 'ok' : judged.code) : judged.expiresAt
}

test.each([
  ['readOnly,trade,withdraw', 'withdraw_permission'], ['trade,readOnly,teleport', 'permission_excess'], ['readOnly', 'permission_missing'], [' trade , readOnly ', null],
])('"%s": %s', (permission, code) => { expect(verdict({ permission })).toBe(code) })

test('a key that has ended, or that HTX does not call normal, is refused', () => {
  expect(verdict({ status: 'expired' })).toBe('key_expired')
  expect(verdict({ status: 'frozen' })).toBe('account_restricted')
})

test('a key ends on a day, which is the same all day, or not at all', () => {
  expect(verdict({ ipAddresses: '', validDays: 82 })).toBe(Date.UTC(2027, 1, 10))
  expect(judge({ permission: 'trade', validDays: 82 }, NOW + 3_600_000, new Checklist())).toEqual({ expiresAt: Date.UTC(2027, 1, 10) })
  expect(verdict({ validDays: -1 })).toBeNull()
  expect(verdict({ validDays: -7 })).toBeNull()
})

test('silence about rights, as for keys of sub-accounts, needs consent', () => {
  const checks = new Checklist()
  judge(null, NOW, checks)
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding', 'expiry'])
})
