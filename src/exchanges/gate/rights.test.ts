import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judge, ofKey } from './rights.ts'

const perm = (name: string, readOnly = false): unknown => ({ name, read_only: readOnly })
const KEY = 'c5dcfbf1f3a7d5a7b1b0f2a1c9e8d7f6'
const verdict = (info: unknown, market: 'spot' | 'futures' = 'spot', detail: unknown = {}): unknown => {
  const judged = judge(info, detail, market, new Checklist())
  return judged === null ? 'ok' : judged.ok ? 'accepted' : judged.code
}

test.each([
  ['wallet', 'withdraw_permission'], ['withdrawal', 'withdraw_permission'], ['earn', 'permission_excess'], ['loan', 'permission_excess'], ['unified', 'permission_excess'],
  ['account', 'permission_excess'], ['copy', 'permission_excess'], ['teleport', 'permission_excess'],
])('to write %s refuses the key, to read it does no harm where it is known', (name, code) => {
  expect(verdict({ state: 1, perms: [perm('spot'), perm(name)] })).toBe(code)
  expect(verdict({ state: 1, perms: [perm('spot'), perm(name, true)] })).toBe(name === 'teleport' ? code : 'ok')
})

test('the market has to be one that the key may write', () => {
  expect(verdict({ perms: [perm('spot', true), perm('account', true)] })).toBe('permission_missing')
  expect(verdict({ perms: [perm('futures')] })).toBe('wrong_market')
  expect(verdict({ perms: [perm('futures'), perm('options')] }, 'futures')).toBe('ok')
})

test('a locked or frozen key is refused', () => {
  expect([2, 3].map((state) => verdict({ state, perms: [perm('spot')] }))).toEqual(['account_restricted', 'account_restricted'])
})

test('silence is no "no": consent is needed', () => {
  const checks = new Checklist()
  expect(judge(null, { ip_whitelist: ['1.2.3.4'] }, 'spot', checks)).toBeNull()
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'expiry'])
})

test('a key is told by its beginning, and only where no other one has it', () => {
  const [mine, other] = [{ key: 'c5dcfbf1f3a7*****', perms: [] }, { key: '52fd0035f665*****', perms: [] }]
  expect(ofKey([mine, other], KEY)).toBe(mine)
  expect(ofKey([{ key: KEY, perms: [] }], KEY)).toEqual({ key: KEY, perms: [] })
  expect(ofKey([other], KEY)).toBeNull()
  expect(ofKey([mine, { ...mine }], KEY)).toBeNull()
  expect(ofKey([{ key: '*****', perms: [] }, { key: 'c5*****', perms: [] }], KEY)).toBeNull()
  expect(ofKey({ key: { mode: 1 }, perms: [perm('spot')] }, KEY)).toMatchObject({ perms: [perm('spot')] })
  expect(ofKey({ label: 'FORBIDDEN' }, KEY)).toBeNull()
})
