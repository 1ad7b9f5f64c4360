import { iso } from '#clock'
import type { Market, ProblemCode } from '#model'
import { list, member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { ACCOUNTS, MODE, modeOf, spotAccountIn, UID } from './account.ts'
import { problemOf } from './errors.ts'
import { get } from './manner.ts'

const KEY_INFO = '/v2/user/api-key'
const WHERE = 'under API Management → Edit'
const DAY_MS = 86_400_000

/** [S API key query: permission] */
const RIGHTS: RightsTable = { harmless: new Set(['readOnly', 'trade']), withdraw: new Set(['withdraw']), labels: { withdraw: 'Withdraw' }, where: WHERE }

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  // First: its refusals say what is wrong with a key, those of the next two do not.
  const accounts = await get(desk, call, 'spot', ACCOUNTS)
  if (accounts.kind === 'none') return noAnswer('HTX', accounts, checks)
  if (accounts.kind === 'refused') return rejectedKey(accounts, checks)
  checks.pass('reached', 'HTX answered')
  checks.pass('signature', 'HTX accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: HTX has no other')
  const identity = await get(desk, call, 'spot', UID)
  if (identity.kind === 'none') return noAnswer('HTX', identity, checks)
  if (identity.kind === 'refused') return rejectedKey(identity, checks)
  const uid = word(identity.body, 'data')
  const accessKey = call.key.apiKey.toString('latin1')
  const info = await get(desk, call, 'spot', KEY_INFO, { uid: uid ?? '', accessKey })
  if (info.kind === 'none') return noAnswer('HTX', info, checks)
  const judged = judge(info.kind === 'ok' ? list(member(info.body, 'data'))?.find((row) => word(row, 'accessKey') === accessKey) ?? null : null, desk.clock.now(), checks)
  if ('ok' in judged) return judged

  if (call.market === 'spot' && spotAccountIn(accounts.body) === null) return checks.fail('market', 'account_restricted', 'This account at HTX has no spot account')
  const tried = call.market === 'futures' ? await get(desk, call, 'futures', MODE) : accounts
  if (tried.kind === 'none') return noAnswer('HTX', tried, checks)
  if (tried.kind === 'refused') return refusedFutures(tried, checks)
  checks.pass('market', `The key may trade ${call.market}`)
  const missing = consentMissing(checks, consent)
  return missing ?? { ok: true, checks: checks.list(), accountId: uid, expiresAt: judged.expiresAt, positionMode: modeIn(tried, call.market) }
}

const modeIn = (answer: Answer, market: Market): ReturnType<typeof modeOf> => (market === 'futures' && answer.kind === 'ok' ? modeOf(answer.body) : null)

/** Reads what the key may do. Pure. The verdict of what speaks against it, worst first; else when it ends. `info` null: HTX did not say. */
export function judge(info: unknown, now: number, checks: Checklist): Verdict | { expiresAt: number | null } {
  const granted = (word(info, 'permission') ?? '').split(',').map((right) => right.trim()).filter((right) => right !== '')
  const status = word(info, 'status')
  if (status === 'expired') return checks.fail('expiry', 'key_expired', 'The key has ended: make a new one, bound to the address of this machine')
  if (status !== null && status !== 'normal') return checks.fail('rights', 'account_restricted', `HTX calls the key ${status.slice(0, 30)}: look into it ${WHERE}, or make a new one`)
  if (granted.length === 0) {
    checks.unverifiable('rights', 'HTX did not say what the key may do, as it does not for keys of sub-accounts')
    checks.unverifiable('withdrawal_off', 'HTX did not say whether the key can withdraw')
  } else {
    const excess = judgeExcess(granted, RIGHTS, checks)
    if (excess !== null) return excess
    if (!granted.includes('trade')) return checks.fail('market', 'permission_missing', `The key lacks the right to trade. Tick "Trade" ${WHERE}`)
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  const addresses = (word(info, 'ipAddresses') ?? '').split(',').filter((address) => address.trim() !== '')
  if (addresses.length > 0) checks.pass('ip_binding', `The key works from ${addresses.length} chosen address${addresses.length === 1 ? '' : 'es'} only`)
  else checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s, or it ends after 90 days')
  return expiry(info, now, checks)
}

/** HTX tells the whole days that are left, -1 for a key without an end; the same day is told however often it is asked. */
function expiry(info: unknown, now: number, checks: Checklist): { expiresAt: number | null } {
  const days = member(info, 'validDays')
  if (days === -1) {
    checks.pass('expiry', 'The key does not end')
    return { expiresAt: null }
  }
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 0) {
    checks.unverifiable('expiry', 'HTX did not say when the key ends')
    return { expiresAt: null }
  }
  const expiresAt = (Math.floor(now / DAY_MS) + days) * DAY_MS
  checks.pass('expiry', `The key works for another ${days} days, until ${iso(expiresAt)}`)
  return { expiresAt }
}

function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = saidIn(answer)
  const code = problemOf(answer.code, answer.status)
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

function refusedFutures(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const code = problemOf(answer.code, answer.status)
  if (code !== 'account_restricted') return rejectedKey(answer, checks)
  return checks.fail('market', code, `HTX does not serve this futures account: open it at HTX, and choose "Multi-Assets Collateral" in the settings of its futures (without open orders and positions), then connect again. ${saidIn(answer)}`)
}

const saidIn = (answer: Answer & { kind: 'refused' }): string => `HTX: ${withCode(answer)}`

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'HTX does not know this Access Key: was it copied whole, deleted, or swapped with the secret?',
  signature_rejected: 'HTX knows the key, but not a signature made with this secret: copy the Secret Key again; it belongs to exactly this Access Key and is shown only once',
  clock_skew: 'This machine\'s clock and HTX\'s differ, also after comparing them: switch on time synchronisation',
  key_expired: 'The key has ended: make a new one, bound to the address of this machine',
  permission_missing: `The key may not even read its account: tick "Read" and "Trade" ${WHERE}`,
  account_restricted: 'HTX does not serve this account, or the address or country of this machine',
}
