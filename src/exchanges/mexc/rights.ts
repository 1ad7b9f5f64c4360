import { iso } from '#clock'
import type { Market, ProblemCode } from '#model'
import { member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { MODE, modeOf, UID } from './account.ts'
import { problemOf } from './errors.ts'
import { get } from './manner.ts'

const KEY_INFO = '/api/v3/apiKeyInfo'
const WHERE = 'under API Management → Edit'
const DAY_MS = 86_400_000

/** [S create an APIKey for a sub-account, withdraw: permissions] */
const RIGHTS: RightsTable = {
  harmless: new Set(['SPOT_ACCOUNT_READ', 'SPOT_DEAL_READ', 'SPOT_DEAL_WRITE', 'SPOT_TRANSFER_READ', 'SPOT_WITHDRAW_READ', 'CONTRACT_ACCOUNT_READ', 'CONTRACT_DEAL_READ', 'CONTRACT_DEAL_WRITE']),
  withdraw: new Set(['SPOT_WITHDRAW_WRITE']),
  labels: { SPOT_WITHDRAW_WRITE: 'Withdraw', SPOT_TRANSFER_WRITE: 'Transfer', SPOT_ACCOUNT_WRITE: 'Account: Edit', CONTRACT_ACCOUNT_WRITE: 'Futures Account: Edit' },
  where: WHERE,
}
const NEEDED = {
  spot: { right: 'SPOT_DEAL_WRITE', label: 'Spot Trading: Trade' }, futures: { right: 'CONTRACT_DEAL_WRITE', label: 'Futures: Order Placing' },
} as const satisfies Record<Market, unknown>

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const identity = await get(desk, call, UID)
  if (identity.kind === 'none') return noAnswer('MEXC', identity, checks)
  if (identity.kind === 'refused') return rejectedKey(identity, checks)
  checks.pass('reached', 'MEXC answered')
  checks.pass('signature', 'MEXC accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: MEXC has no other')
  const info = await get(desk, call, KEY_INFO, { accessKey: call.key.apiKey.toString('latin1') })
  if (info.kind === 'none') return noAnswer('MEXC', info, checks)
  const judged = judge(info.kind === 'ok' ? info.body : null, call.market, desk.clock.now(), checks)
  if ('ok' in judged) return judged

  const tried = await get(desk, call, call.market === 'spot' ? '/api/v3/account' : MODE)
  if (tried.kind === 'none') return noAnswer('MEXC', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(tried, checks)
  const missing = consentMissing(checks, consent)
  return missing ?? {
    ok: true, checks: checks.list(), accountId: word(identity.body, 'uid'), expiresAt: judged.expiresAt, positionMode: call.market === 'futures' ? modeOf(tried.body) : null,
  }
}

/** Reads what the key may do. Pure. The verdict of what speaks against it, worst first; else when it ends. `info` null: MEXC did not say. */
export function judge(info: unknown, market: Market, now: number, checks: Checklist): Verdict | { expiresAt: number | null } {
  const granted = (word(info, 'permissions') ?? '').split(',').map((right) => right.trim()).filter((right) => right !== '')
  const status = word(info, 'status')
  if (status !== null && status !== 'VALID') return checks.fail('rights', 'account_restricted', `MEXC calls the key ${status.slice(0, 30)}: look into it ${WHERE}, or make a new one`)
  if (granted.length === 0) {
    checks.unverifiable('rights', 'MEXC did not say what the key may do')
    checks.unverifiable('withdrawal_off', 'MEXC did not say whether the key can withdraw')
  } else {
    const refused = judgeExcess(granted, RIGHTS, checks) ?? missingRight(granted, market, checks)
    if (refused !== null) return refused
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  checks.presume('market', `The key may trade ${market}`)
  const addresses = (word(info, 'ipWhiteList') ?? '').split(',').filter((address) => address.trim() !== '')
  if (addresses.length > 0) {
    checks.pass('ip_binding', `The key works from ${addresses.length} chosen address${addresses.length === 1 ? '' : 'es'} only`)
    checks.pass('expiry', 'A key that is bound to addresses does not end')
    return { expiresAt: null }
  }
  checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s, or it ends after 90 days')
  return expiry(info, now, checks)
}

function missingRight(granted: readonly string[], market: Market, checks: Checklist): Verdict | null {
  if (granted.includes(NEEDED[market].right)) return null
  const advice = `Tick "${NEEDED[market].label}" ${WHERE}`
  const other = market === 'spot' ? 'futures' : 'spot'
  if (granted.includes(NEEDED[other].right)) return checks.fail('market', 'wrong_market', `This key may trade ${other}, not ${market} (${NEEDED[market].right} is missing). ${advice}, or connect it for ${other}`)
  return checks.fail('market', 'permission_missing', `The key lacks the right to trade ${market}: ${NEEDED[market].right}. ${advice}`)
}

/** MEXC tells the whole days that are left; the same day is told however often it is asked. */
function expiry(info: unknown, now: number, checks: Checklist): { expiresAt: number | null } {
  const days = member(info, 'remainingValidity')
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 0) {
    checks.unverifiable('expiry', 'MEXC did not say when the key ends')
    return { expiresAt: null }
  }
  const expiresAt = (Math.floor(now / DAY_MS) + days) * DAY_MS
  checks.pass('expiry', `The key works for another ${days} days, until ${iso(expiresAt)}`)
  return { expiresAt }
}

function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = `MEXC: ${withCode(answer)}`
  const code = problemOf(answer.code, answer.status)
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'MEXC does not know this Access Key: was it copied whole, deleted, ended, or swapped with the secret? The Access Key begins with mx0',
  signature_rejected: 'MEXC knows the key, but not a signature made with this secret: copy the Secret Key again; it belongs to exactly this Access Key and is shown only once',
  clock_skew: 'This machine\'s clock and MEXC\'s differ, also after comparing them: switch on time synchronisation',
  key_expired: 'The key has ended: make a new one, bound to the address of this machine',
  permission_missing: `The key may not even read its account: tick "View Account Details" and what the guide names ${WHERE}`,
  account_restricted: 'MEXC does not serve this account, or the address or country of this machine',
}
