import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judge } from './rights.ts'

const FLAGS = { ipRestrict: true, createTime: 1, enableReading: true, enableSpotAndMarginTrading: true, enableFutures: false, enableWithdrawals: false, enableInternalTransfer: false, permitsUniversalTransfer: false, enableVanillaOptions: false }
const verdict = (info: unknown, market: 'spot' | 'futures' = 'spot'): unknown => {
  const judged = judge(info, market, new Checklist())
  return judged === null || judged.ok ? null : judged.code
}

test.each([
  ['enableWithdrawals', 'withdraw_permission'], ['enableInternalTransfer', 'permission_excess'], ['permitsUniversalTransfer', 'permission_excess'], ['enableTeleportation', 'permission_excess'],
  ['enableVanillaOptions', null],
])('%s: %s', (flag, code) => { expect(verdict({ ...FLAGS, [flag]: true })).toBe(code) })

test.each([[[1, 2], null], [[2, 3], 'wrong_market'], [[2], 'permission_missing'], [[1, 2, 4], 'permission_excess'], [[1, 2, 5], 'withdraw_permission'], [[1, 2, 7], 'permission_excess'], [[1, 2, 99], 'permission_excess']])(
  'the older form, %j: %s', (permissions, code) => { expect(verdict({ permissions, ipAddresses: [''] })).toBe(code) },
)

test('the market has to be one that the key may trade', () => {
  expect(verdict(FLAGS, 'futures')).toBe('wrong_market')
  expect(verdict({ ...FLAGS, enableSpotAndMarginTrading: false })).toBe('permission_missing')
})

test.each([null, {}, { enableReading: true, enableSpotAndMarginTrading: true }, []])('%j is neither form: what the key may do is not known, which needs consent', (info) => {
  const checks = new Checklist()
  expect(judge(info, 'spot', checks)).toBeNull()
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding'])
})

test('an address is bound by the flag, or by one in the older form\'s list', () => {
  const bound = (info: unknown): unknown => {
    const checks = new Checklist()
    judge(info, 'spot', checks)
    return checks.list().find(({ name }) => name === 'ip_binding')?.result
  }
  expect([bound(FLAGS), bound({ ...FLAGS, ipRestrict: false }), bound({ permissions: [1, 2], ipAddresses: ['1.2.3.4'] }), bound({ permissions: [1, 2], ipAddresses: [''] })]).toEqual(['pass', 'unverifiable', 'pass', 'unverifiable'])
})
