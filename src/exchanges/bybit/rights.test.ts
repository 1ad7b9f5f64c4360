import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judge } from './rights.ts'

const NOW = Date.UTC(2026, 10, 20)
const key = (fields: Record<string, unknown>): Record<string, unknown> => ({ readOnly: 0, uta: 1, ips: ['1.2.3.4'], expiredAt: '1970-01-01T00:00:00Z', permissions: { Spot: ['SpotTrade'], ContractTrade: ['Order', 'Position'] }, ...fields })
const verdict = (fields: Record<string, unknown>, market: 'spot' | 'futures' = 'spot'): unknown => {
  const judged = judge(key(fields), market, NOW, new Checklist())
  return 'ok' in judged ? (judged.ok ? 'ok' : judged.code) : judged.expiresAt
}

test.each([
  ['Wallet', ['Withdraw'], 'withdraw_permission'], ['Wallet', ['AccountTransfer'], 'permission_excess'], ['Wallet', ['SubMemberTransfer'], 'permission_excess'],
  ['Earn', ['Earn'], 'permission_excess'], ['BitCard', ['BitCard'], 'permission_excess'], ['SomethingNew', ['Anything'], 'permission_excess'], ['Strange', 'text', 'permission_excess'],
] as const)('%s %s refuses the key', (group, names, code) => {
  expect(verdict({ permissions: { Spot: ['SpotTrade'], [group]: names } })).toBe(code)
})

test('rights to trade elsewhere do no harm', () => {
  expect(verdict({ permissions: { Spot: ['SpotTrade'], ContractTrade: ['Order', 'Position'], Options: ['OptionsTrade'], Derivatives: ['DerivativesTrade'], Exchange: ['ExchangeHistory'], NFT: [] } })).toBeNull()
})

test('half of what futures need is not enough, and is named', () => {
  const checks = new Checklist()
  expect(judge(key({ permissions: { ContractTrade: ['Order'] } }), 'futures', NOW, checks)).toMatchObject({ ok: false, code: 'permission_missing', detail: expect.stringContaining('ContractTrade.Position') as unknown })
})

test('an end in the past refuses, one to come is told, 1970 is none', () => {
  expect(verdict({ expiredAt: '2026-11-19T00:00:00Z' })).toBe('key_expired')
  expect(verdict({ expiredAt: '2027-01-01T00:00:00Z' })).toBe(Date.UTC(2027, 0, 1))
  expect(verdict({})).toBeNull()
})

test('an answer without rights is not taken for one without excess', () => {
  const checks = new Checklist()
  judge({ uta: 1 }, 'spot', NOW, checks)
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding'])
})
