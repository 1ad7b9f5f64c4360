import type { ProblemCode } from '#model'
import { word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { problemOf } from './errors.ts'
import { get } from './manner.ts'

const WHERE = 'in the Developer Platform, under API keys → Edit'

/** [D get-api-key-permissions] `can_transfer` is said to be about deposits and transfers; whoever has it can send coins away. */
const RIGHTS: RightsTable = {
  harmless: new Set(['can_view', 'can_trade']), withdraw: new Set(['can_transfer']), labels: { can_transfer: 'Transfer' }, where: WHERE,
}

/** The test request: does the key work, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const answer = await get(desk, call, '/key_permissions')
  if (answer.kind === 'none') return noAnswer('Coinbase', answer, checks)
  if (answer.kind === 'refused') return rejectedKey(answer, checks)
  checks.pass('reached', 'Coinbase answered')
  checks.pass('signature', 'Coinbase accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: the sandbox has another server')
  const judged = judge(answer.body, checks)
  if (judged !== null) return judged
  const tried = await get(desk, call, '/accounts', { limit: 1 })
  if (tried.kind === 'none') return noAnswer('Coinbase', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(tried, checks)
  const missing = consentMissing(checks, consent)
  if (missing !== null) return missing
  return { ok: true, checks: checks.list(), accountId: word(answer.body, 'portfolio_uuid'), positionMode: null, expiresAt: null }
}

/** Reads what the key may do. Pure. The verdict of what speaks against it, worst first; null: nothing does. */
export function judge(body: unknown, checks: Checklist): Verdict | null {
  const flags = Object.entries((body ?? {}) as object).filter(([name]) => name.startsWith('can_')) as [string, unknown][]
  if (flags.length === 0) {
    checks.unverifiable('rights', 'Coinbase did not say what the key may do')
    checks.unverifiable('withdrawal_off', 'Coinbase did not say whether the key can withdraw')
  } else {
    // What is not plainly refused is granted.
    const granted = flags.flatMap(([name, value]) => (value === false ? [] : [name]))
    const excess = judgeExcess(granted, RIGHTS, checks)
    if (excess !== null) return excess
    const lacks = [['can_view', 'View'], ['can_trade', 'Trade']].filter(([name = '']) => !granted.includes(name)).map(([, label]) => `"${label}"`)
    if (lacks.length > 0) return checks.fail('market', 'permission_missing', `The key lacks the right to trade: tick ${lacks.join(' and ')} ${WHERE}`)
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  checks.presume('market', 'The key may trade spot')
  checks.unverifiable('ip_binding', 'Coinbase does not tell whether the key is bound to addresses: make sure that it is bound to this machine\'s')
  checks.pass('expiry', 'Coinbase names no end of the key')
  return null
}

function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = `Coinbase: ${withCode({ ...answer, code: null })}`
  const code = problemOf(answer.code, answer.status)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'Coinbase does not accept this key, and does not say why: is its name whole (organizations/…/apiKeys/…), does the private key belong to it, '
    + 'was it deleted, is it bound to another address than this machine\'s, or is this machine\'s clock off?',
  permission_missing: `The key may not read its account: tick "View" and "Trade" ${WHERE}`,
  account_restricted: 'Coinbase does not serve this account, or the address or country of this machine',
}
