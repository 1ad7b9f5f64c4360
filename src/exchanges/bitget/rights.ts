import type { Market, ProblemCode } from '#model'
import { list, member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { modeOf, modeQuestion } from './account.ts'
import { isUnified, UNIFIED } from './api.ts'
import { IS_CLASSIC, mayBeUnified, OTHER_ENVIRONMENT, problemOf } from './errors.ts'
import { get } from './manner.ts'

const WHERE = 'under API Keys → Edit'

/** [D spot/account/Get-Account-Info, authorities]: the last letter says whether it reads (r) or writes (w). */
const CLASSIC: RightsTable = {
  harmless: new Set(['readonly', 'trade', 'coor', 'cpor', 'stor', 'smor', 'ttor', 'wtor', 'taxr', 'chor', 'p2pr', 'pllr', 'coow', 'cpow', 'stow', 'smow']),
  withdraw: new Set(['wwow']),
  labels: { wwow: 'Withdraw', wtow: 'Transfer', ttow: 'Copy trading', chow: 'Subaccount management', p2p: 'P2P', pllw: 'Crypto loans', taxw: 'Tax' },
  where: WHERE,
}
/** [D uta/guide; bitget-api 3.2.3, AccountPermissionV3] */
const V3: RightsTable = {
  harmless: new Set(['uta_mgt', 'uta_trade']), withdraw: new Set(['withdraw']), labels: { withdraw: 'Withdraw', copy_futures_position: 'Copy trading', copy_futures_order: 'Copy trading' }, where: WHERE,
}
const NEEDED = {
  spot: { rights: ['stow'], label: 'Spot: Trade' },
  futures: { rights: ['coow', 'cpow'], label: 'Futures: Orders, Holdings' },
} as const satisfies Record<Market, unknown>

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const { answer, unified } = await askAccount(desk, call)
  if (answer.kind === 'none') return noAnswer('Bitget', answer, checks)
  if (answer.kind === 'refused') return rejectedKey(answer, checks)
  checks.pass('reached', `Bitget answered, as to a ${unified ? 'unified' : 'classic'} account`)
  checks.pass('signature', 'Bitget accepted the key, its signature and its passphrase')
  checks.pass('live_account', 'The key belongs to a live account: Bitget refuses keys of demo trading here')
  const info = member(answer.body, 'data')
  const refusal = unified ? judgeUnified(info, call.market, checks) : judgeClassic(info, call.market, checks)
  if (refusal !== null) return refusal

  const found: Call = { ...call, key: { ...call.key, site: unified ? UNIFIED : null } }
  const tried = unified ? await get(desk, found, '/api/v3/account/settings')
    : call.market === 'spot' ? await get(desk, found, '/api/v2/spot/account/assets', { assetType: 'hold_only' }) : await get(desk, found, '/api/v2/mix/account/account', modeQuestion())
  if (tried.kind === 'none') return noAnswer('Bitget', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(tried, checks)
  const missing = consentMissing(checks, consent)
  if (missing !== null) return missing
  const settings = member(tried.body, 'data')
  return {
    ok: true, checks: checks.list(), accountId: word(info, 'userId'), positionMode: call.market === 'spot' ? null : modeOf(settings, unified ? 'holdMode' : 'posMode'), expiresAt: null,
    ...unified ? { site: UNIFIED } : {},
  }
}

/** Asks as a classic account's key, and where that is refused as a unified one's; a key that is connected, as what it is. */
async function askAccount(desk: Desk, call: Call): Promise<{ answer: Answer; unified: boolean }> {
  const v3 = (): Promise<Answer> => get(desk, call, '/api/v3/account/info')
  if (isUnified(call.key)) return { answer: await v3(), unified: true }
  const classic = await get(desk, call, '/api/v2/spot/account/info')
  if (classic.kind !== 'refused' || !mayBeUnified(classic.code)) return { answer: classic, unified: false }
  const second = await v3()
  // Of two refusals the one is told that is about the key, not about the kind of its account.
  return second.kind !== 'refused' || (second.code !== IS_CLASSIC && second.code !== classic.code) ? { answer: second, unified: true } : { answer: classic, unified: false }
}

/** Reads what a classic account's key may do. Pure. The verdict of what speaks against it, worst first; null: nothing does. */
export function judgeClassic(info: unknown, market: Market, checks: Checklist): Verdict | null {
  const granted = list(member(info, 'authorities'))?.map(String) ?? null
  if (granted === null) unverified(checks)
  else {
    const excess = judgeExcess(granted, CLASSIC, checks)
    if (excess !== null) return excess
    const lacking = lackingRight(granted, market, checks)
    if (lacking !== null) return lacking
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  checks.presume('market', `The key may trade ${market}`)
  binding(info, checks)
  return null
}

function lackingRight(granted: readonly string[], market: Market, checks: Checklist): Verdict | null {
  const { rights, label } = NEEDED[market]
  const missing = granted.includes('trade') ? [] : rights.filter((right) => !granted.includes(right))
  if (missing.length === 0) return null
  const other = market === 'spot' ? 'futures' : 'spot'
  const advice = `Choose "Read-write" and tick "${label}" ${WHERE}`
  if (missing.length === rights.length && NEEDED[other].rights.every((right) => granted.includes(right))) {
    return checks.fail('market', 'wrong_market', `This key may trade ${other}, not ${market} (${missing.join(', ')} is missing). ${advice}, or connect it for ${other}`)
  }
  return checks.fail('rights', 'permission_missing', `The key lacks the right to trade ${market}: ${missing.join(', ')}. ${advice}`)
}

/** The same for a unified account's key, which has no rights of their own for its markets. */
export function judgeUnified(info: unknown, market: Market, checks: Checklist): Verdict | null {
  const granted = list(member(info, 'permissions'))?.map(String) ?? null
  if (granted === null) unverified(checks)
  else {
    const excess = judgeExcess(granted, V3, checks)
    if (excess !== null) return excess
    if (word(info, 'permType') !== 'read-and-write') return checks.fail('rights', 'permission_missing', `The key may only read. Choose "Read-write" ${WHERE}, or make a new key`)
    const missing = ['uta_trade', 'uta_mgt'].filter((right) => !granted.includes(right))
    if (missing.length > 0) return checks.fail('rights', 'permission_missing', `The key lacks ${missing.join(', ')}: tick "Unified account trade" and "Unified account management" ${WHERE}`)
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  checks.presume('market', `The account may trade ${market}`)
  binding(info, checks)
  return null
}

function unverified(checks: Checklist): void {
  checks.unverifiable('rights', 'Bitget did not say what the key may do')
  checks.unverifiable('withdrawal_off', 'Bitget did not say whether the key can withdraw')
}

function binding(info: unknown, checks: Checklist): void {
  const addresses = (word(info, 'ips') ?? '').split(',').filter((address) => address.trim() !== '')
  if (addresses.length > 0) checks.pass('ip_binding', `The key works from ${addresses.length} chosen address${addresses.length === 1 ? '' : 'es'} only`)
  else checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s')
  checks.pass('expiry', 'Bitget names no end of the key')
}

function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = `Bitget: ${withCode(answer)}`
  if (answer.code === OTHER_ENVIRONMENT) {
    return checks.fail('live_account', 'demo_account', `This is a key of demo trading. Towerflow trades live accounts only: switch to live trading at Bitget, then API Keys → Create API Key. ${said}`)
  }
  const code = problemOf(answer.code, answer.status)
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'Bitget does not know this API Key: was it copied whole, deleted, or swapped with the secret? The API Key begins with "bg_"',
  signature_rejected: 'Bitget knows the key, but not a signature made with this secret: copy the Secret Key again; it belongs to exactly this API Key and is shown only once',
  passphrase_rejected: 'Bitget does not know this passphrase for this key: it is the one that was chosen when the key was made, not the password of the account; lost, it means a new key',
  clock_skew: 'This machine\'s clock and Bitget\'s differ, also after comparing them: switch on time synchronisation',
  permission_missing: `The key may not even read its account: tick the rights that the guide names ${WHERE}`,
  account_restricted: 'Bitget does not serve this account as it is, or the address or country of this machine. If the account became a unified one since, connect its key again',
}
