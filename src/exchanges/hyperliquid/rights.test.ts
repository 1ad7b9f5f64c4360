import { expect, test } from 'vitest'
import { Checklist } from '../checklist.ts'
import { judge, type Found } from './rights.ts'

const [ACCOUNT, AGENT, NOW] = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`, Date.UTC(2026, 10, 20)]
const found = (change: Partial<Found> = {}): Found => ({ account: ACCOUNT, agent: AGENT, role: { role: 'agent', data: { user: ACCOUNT.toUpperCase().replace('0X', '0x') } }, owner: { role: 'user' }, agents: [], now: NOW, ...change })
const verdict = (change: Partial<Found>): unknown => {
  const judged = judge(found(change), 'futures', new Checklist())
  return judged.ok ? judged.expiresAt : judged.code
}

test.each([
  ['an agent of this account', {}, null], ['a main wallet', { role: { role: 'user' } }, 'withdraw_permission'], ['a sub-account\'s', { role: { role: 'subAccount', data: { master: ACCOUNT } } }, 'withdraw_permission'],
  ['an agent of another account', { role: { role: 'agent', data: { user: AGENT } } }, 'credentials_rejected'], ['nobody', { role: { role: 'missing' } }, 'credentials_rejected'],
  ['a role that nobody knows', { role: { role: 'oracle' } }, 'exchange_unreachable'], ['no answer that can be read', { role: 'x' }, 'exchange_unreachable'],
  ['an account that is none', { owner: { role: 'missing' } }, 'account_restricted'], ['a vault', { owner: { role: 'vault' } }, 'account_restricted'],
  ['an agent with an end', { agents: [{ address: AGENT.toUpperCase().replace('0X', '0x'), validUntil: NOW + 1000 }] }, NOW + 1000], ['an agent that ended', { agents: [{ address: AGENT, validUntil: NOW - 1 }] }, 'key_expired'],
  ['the end of another agent', { agents: [{ address: ACCOUNT, validUntil: NOW - 1 }] }, null],
])('%s', (_name, change, outcome) => { expect(verdict(change)).toBe(outcome) })
