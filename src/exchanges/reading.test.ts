import { describe, expect, test } from 'vitest'
import { Checklist } from './checklist.ts'
import { reasonOf, withCode, type Answer, type Wording } from './reading.ts'

const wording: Wording = { name: 'Kraken', errorOf: () => ({ code: null, text: null }), isPause: () => false, problemOf: () => 'exchange_unreachable' }
const refusal = (code: string | number | null, text: string, status = 200): Answer & { kind: 'refused' } => (
  { kind: 'refused', status, code, text, reply: { kind: 'answered', status, headers: {}, text: '', sentAt: 0, answeredAt: 0 } as never })

describe('an exchange\'s words', () => {
  test('come with their code, and once where the code is the words', () => {
    expect(withCode(refusal(-2010, 'Account has insufficient balance.', 400))).toBe('Account has insufficient balance. (-2010)')
    expect(withCode(refusal('EOrder:Insufficient funds', 'EOrder:Insufficient funds'))).toBe('EOrder:Insufficient funds')
    expect(withCode(refusal('INSUFFICIENT_FUND', 'INSUFFICIENT_FUND'))).toBe('INSUFFICIENT_FUND')
    expect(withCode(refusal(null, 'HTTP 403', 403))).toBe('HTTP 403')
    expect(withCode(refusal(null, 'an answer that is not JSON (HTTP 502)', 502))).toBe('an answer that is not JSON (HTTP 502)')
    expect(withCode(refusal(1, 'HTTP 401', 401))).toBe('HTTP 401 (1)')
  })

  test('are told as what the exchange answered', () => {
    expect(reasonOf(refusal('EGeneral:Permission denied', 'EGeneral:Permission denied'), wording)).toBe('Kraken answered EGeneral:Permission denied')
    expect(reasonOf(refusal(50011, 'Too many requests', 400), wording)).toBe('Kraken answered Too many requests (50011)')
  })
})

test('advice that is joined with an exchange\'s words ends no sentence twice', () => {
  const checks = new Checklist()
  for (const [text, read] of [
    ['was it deleted?. Coinbase: Unauthorized (HTTP 401)', 'was it deleted? Coinbase: Unauthorized (HTTP 401)'],
    ['Make a new one.. Gate: no (X)', 'Make a new one. Gate: no (X)'], ['Look there!.', 'Look there!'],
    ['a version such as 1.2.3, and more ...', 'a version such as 1.2.3, and more ...'],
  ] as const) {
    const verdict = checks.fail('signature', 'credentials_rejected', text)
    expect(verdict.ok ? '' : verdict.detail).toBe(read)
    expect(checks.list()[0]?.detail).toBe(read)
  }
})
