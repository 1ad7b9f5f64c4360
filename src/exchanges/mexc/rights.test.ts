import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judge } from './rights.ts'

const NOW = Date.UTC(2026, 10, 20, 15)
const TRADES = 'SPOT_ACCOUNT_READ,SPOT_DEAL_READ,SPOT_DEAL_WRITE'
const verdict = (fields: Record<string, unknown>, market: 'spot' | 'futures' = 'spot'): unknown => {
  const judged = judge({ permissions: TRADES, ipWhiteList: '1.2.3.4', status: 'VALID', ...fields }, market, NOW, new Checklist())
  return 'ok' in judged ? (judged.ok ? 'ok' : judged.code) : judged.expiresAt
}

test.each([
  ['SPOT_WITHDRAW_WRITE', 'withdraw_permission'], ['SPOT_TRANSFER_WRITE', 'permission_excess'], ['SPOT_ACCOUNT_WRITE', 'permission_excess'],
  ['CONTRACT_ACCOUNT_WRITE', 'permission_excess'], ['SPOT_TELEPORT_READ', 'permission_excess'],
])('%s refuses the key', (right, code) => { expect(verdict({ permissions: `${TRADES},${right}` })).toBe(code) })

test('the market has to be one that the key may trade', () => {
  expect(verdict({}, 'futures')).toBe('wrong_market')
  expect(verdict({ permissions: 'SPOT_ACCOUNT_READ' })).toBe('permission_missing')
  expect(verdict({ permissions: `${TRADES}, CONTRACT_DEAL_WRITE` }, 'futures')).toBeNull()
})

test('a key without addresses ends on a day, which is the same all day; a bound one does not', () => {
  expect(verdict({ ipWhiteList: '', remainingValidity: 82 })).toBe(Date.UTC(2027, 1, 10))
  expect(judge({ permissions: TRADES, remainingValidity: 82 }, 'spot', NOW + 3_600_000, new Checklist())).toEqual({ expiresAt: Date.UTC(2027, 1, 10) })
  expect(verdict({ remainingValidity: 82 })).toBeNull()
})

test('a key that MEXC does not call valid is refused; silence about rights needs consent', () => {
  expect(verdict({ status: 'EXPIRED' })).toBe('account_restricted')
  const checks = new Checklist()
  judge(null, 'spot', NOW, checks)
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding', 'expiry'])
})
