import type { ProblemCode } from '#model'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { consentMissing, noAnswer } from '../verdicts.ts'
import { BALANCE } from './account.ts'
import { problemOf } from './errors.ts'
import { get } from './manner.ts'

/** The test request: does the key work? What it may do Bitvavo does not tell (`/account` names what the account may), so consent is needed. */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const answer = await get(desk, call, BALANCE)
  if (answer.kind === 'none') return noAnswer('Bitvavo', answer, checks)
  if (answer.kind === 'refused') {
    const code = problemOf(answer.code, answer.status)
    const step = code === 'ip_not_allowed' ? 'ip_binding' : code === 'permission_missing' ? 'rights' : code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature'
    return checks.fail(step, code, `${ADVICE[code] ?? 'The test request was refused'}. Bitvavo: ${answer.text} (${answer.code ?? `HTTP ${answer.status}`})`)
  }
  checks.pass('reached', 'Bitvavo answered')
  checks.pass('signature', 'Bitvavo accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: Bitvavo has no other')
  checks.pass('market', 'Bitvavo has spot markets only')
  checks.unverifiable('rights', 'Bitvavo does not tell what a key may do')
  checks.unverifiable('withdrawal_off', 'Bitvavo does not tell whether the key can withdraw: make sure that "Withdraw digital assets" is unticked')
  checks.unverifiable('ip_binding', 'Bitvavo does not tell whether the key is bound to addresses: bind it to this machine\'s')
  checks.pass('expiry', 'Bitvavo names no end of the key')
  return consentMissing(checks, consent) ?? { ok: true, checks: checks.list(), accountId: null, positionMode: null, expiresAt: null }
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'Bitvavo does not know this API key: was it copied whole (64 characters), confirmed by e-mail, or deleted?',
  signature_rejected: 'Bitvavo knows the key, but not a signature made with this secret: copy the secret again; it belongs to exactly this key and is shown only once',
  ip_not_allowed: 'The key does not allow the address of this machine: add it under Settings → API',
  permission_missing: 'The key may not even read its account: tick "Read only" and "Trade digital assets" under Settings → API',
  clock_skew: 'This machine\'s clock and Bitvavo\'s differ, also after comparing them: switch on time synchronisation',
  account_restricted: 'Bitvavo does not serve this account: ask their support',
}
