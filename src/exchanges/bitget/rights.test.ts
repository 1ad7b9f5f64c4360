import { expect, test } from 'vitest'
import type { Market } from '#model'
import { Checklist } from '../checklist.ts'
import { judgeClassic, judgeUnified } from './rights.ts'

const code = (verdict: ReturnType<typeof judgeClassic>): unknown => (verdict === null ? 'ok' : verdict.ok ? null : verdict.code)
const classic = (authorities: readonly string[], market: Market = 'spot'): unknown => code(judgeClassic({ userId: '1', ips: '1.2.3.4', authorities }, market, new Checklist()))
const unified = (permissions: readonly string[], permType = 'read-and-write'): unknown => code(judgeUnified({ userId: '1', ips: '1.2.3.4', permType, permissions }, 'spot', new Checklist()))

test.each([
  [['stow'], 'spot', 'ok'], [['stor', 'wtor', 'taxr', 'chor', 'p2pr', 'ttor', 'pllr', 'smow', 'stow'], 'spot', 'ok'], [['coow', 'cpow'], 'futures', 'ok'], [['readonly', 'trade'], 'futures', 'ok'],
  [['stow', 'wwow'], 'spot', 'withdraw_permission'], [['stow', 'wtow'], 'spot', 'permission_excess'], [['stow', 'ttow'], 'spot', 'permission_excess'], [['stow', 'chow'], 'spot', 'permission_excess'],
  [['stow', 'p2p'], 'spot', 'permission_excess'], [['stow', 'pllw'], 'spot', 'permission_excess'], [['stow', 'taxw'], 'spot', 'permission_excess'], [['stow', 'neww'], 'spot', 'permission_excess'],
  [['stor'], 'spot', 'permission_missing'], [['coow'], 'futures', 'permission_missing'], [['stow'], 'futures', 'wrong_market'], [['coow', 'cpow'], 'spot', 'wrong_market'], [[], 'spot', 'permission_missing'],
] as const)('a classic key with %j on %s: %s', (authorities, market, expected) => { expect(classic(authorities, market)).toBe(expected) })

test.each([
  [['uta_mgt', 'uta_trade'], 'read-and-write', 'ok'], [['uta_mgt', 'uta_trade'], 'read-only', 'permission_missing'], [['uta_trade'], 'read-and-write', 'permission_missing'],
  [['uta_mgt', 'uta_trade', 'withdraw'], 'read-and-write', 'withdraw_permission'], [['uta_mgt', 'uta_trade', 'copy_futures_order'], 'read-and-write', 'permission_excess'],
  [['uta_mgt', 'uta_trade', 'something'], 'read-and-write', 'permission_excess'], [['uta_mgt', 'uta_trade'], 'something', 'permission_missing'],
] as const)('a unified key with %j (%s): %s', (permissions, permType, expected) => { expect(unified(permissions, permType)).toBe(expected) })

test('an answer without rights is not taken for one without excess', () => {
  for (const judge of [judgeClassic, judgeUnified]) {
    const checks = new Checklist()
    judge({ userId: '1' }, 'spot', checks)
    expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding'])
  }
})
