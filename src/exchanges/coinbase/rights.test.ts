import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judge } from './rights.ts'

const verdict = (flags: Record<string, unknown>): unknown => {
  const judged = judge({ can_view: true, can_trade: true, can_transfer: false, ...flags }, new Checklist())
  return judged === null ? 'ok' : judged.ok ? 'accepted' : judged.code
}

test.each([
  [{}, 'ok'], [{ can_transfer: true }, 'withdraw_permission'], [{ can_transfer: null }, 'withdraw_permission'], [{ can_mint: true }, 'permission_excess'], [{ can_mint: 'yes' }, 'permission_excess'],
  [{ can_mint: false }, 'ok'], [{ can_trade: false }, 'permission_missing'], [{ can_view: false }, 'permission_missing'],
])('%j: %s', (flags, code) => { expect(verdict(flags)).toBe(code) })

test('an answer without rights is not taken for one without excess', () => {
  const checks = new Checklist()
  judge({ portfolio_uuid: 'x' }, checks)
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding'])
})
