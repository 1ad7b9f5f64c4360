import { expect, test } from 'vitest'
import { problemOfStatus, REFUSED, refusalOfStatus } from './refusal.ts'

test('a market that does not trade for now is what passes by itself, and nothing else', () => {
  const passing = Object.values(REFUSED).filter((refusal) => refusal.passing === true).map(({ code }) => code)
  expect(passing).toEqual(['market_closed', 'symbol_halted'])
})

test.each([
  [401, 'credentials_rejected'], [403, 'account_restricted'], [451, 'account_restricted'],
] as const)('HTTP %i alone proves that nothing was carried out: %s', (status, code) => {
  expect(refusalOfStatus(status)).toEqual({ code, stale: null })
  expect(problemOfStatus(status)).toBe(code)
})

test.each([200, 202, 302, 400, 404, 408, 409, 418, 422, 425, 429, 500, 502, 503, 504])('HTTP %i alone proves nothing about an order', (status) => {
  expect(refusalOfStatus(status)).toBeNull()
  expect(problemOfStatus(status)).toBe('exchange_unreachable')
})
