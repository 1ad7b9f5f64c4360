import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judgeFutures, judgeSpot } from './rights.ts'

const NOW = Date.UTC(2026, 10, 20)
const TRADES = ['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades', 'close-trades']
const told = (judged: ReturnType<typeof judgeFutures>): unknown => ('ok' in judged ? (judged.ok ? 'ok' : judged.code) : judged.expiresAt)
const spot = (fields: Record<string, unknown>): unknown => told(judgeSpot({ permissions: TRADES, validUntil: '0', queryFrom: '0', queryTo: '0', ipAllowlist: ['1.2.3.4'], ...fields }, NOW, new Checklist()))
const futures = (permissions: unknown): unknown => told(judgeFutures({ permissions, allowedCidrBlocks: ['1.2.3.4/32'] }, new Checklist()))

test.each([
  ['withdraw-funds', 'withdraw_permission'], ['add-funds', 'permission_excess'], ['earn-funds', 'permission_excess'], ['something-new', 'permission_excess'],
])('spot: %s refuses the key', (right, code) => { expect(spot({ permissions: [...TRADES, right] })).toBe(code) })

test.each(TRADES)('spot: without %s it is not enough', (right) => { expect(spot({ permissions: TRADES.filter((each) => each !== right) })).toBe('permission_missing') })

test('spot: a key that sees orders of a limited time only is refused; an end is told', () => {
  expect(spot({ queryFrom: '1700000000' })).toBe('permission_missing')
  expect(spot({ queryTo: '1700000000' })).toBe('permission_missing')
  expect(spot({})).toBeNull()
  expect(spot({ validUntil: String(NOW / 1000 + 60) })).toBe(NOW + 60_000)
  expect(spot({ validUntil: String(NOW / 1000 - 60) })).toBe('key_expired')
})

test.each([
  [{ general: 'FULL_ACCESS', withdrawal: 'NO_ACCESS' }, null], [{ general: 'full-access' }, null], [{ general: 'Full access', withdrawal: 'No access' }, null],
  [{ general: 'READ_ONLY' }, 'permission_missing'], [{ general: 'NO_ACCESS' }, 'permission_missing'], [{ general: 'FULL_ACCESS', withdrawal: 'FULL_ACCESS' }, 'withdraw_permission'],
  [{ general: 'FULL_ACCESS', withdrawal: true }, 'withdraw_permission'], [{ general: 'FULL_ACCESS', withdrawal: 'SOMETHING' }, 'permission_excess'], [{ general: 'FULL_ACCESS', other: 'FULL_ACCESS' }, 'permission_excess'],
])('futures: %j: %s', (permissions, code) => { expect(futures(permissions)).toBe(code) })

test('an answer without rights is not taken for one without excess', () => {
  const checks = new Checklist()
  judgeFutures({}, checks)
  expect(checks.list().filter(({ result }) => result === 'unverifiable').map(({ name }) => name)).toEqual(['rights', 'withdrawal_off', 'ip_binding'])
})
