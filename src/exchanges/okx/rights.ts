import type { Market, ProblemCode } from '#model'
import { word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { modeOf } from './account.ts'
import { description } from './description.ts'
import { isUnknownKey, OTHER_ENVIRONMENT, problemOf } from './errors.ts'
import { get, rowOf } from './manner.ts'

const QUESTION = '/api/v5/account/config'
const WHERE = 'under API → Edit'

/** [D account configuration, perm] */
const RIGHTS: RightsTable = { harmless: new Set(['read_only', 'trade']), withdraw: new Set(['withdraw']), labels: { withdraw: 'Withdraw' }, where: WHERE }

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const { answer, site } = await askSites(desk, call)
  if (answer.kind === 'none') return noAnswer('OKX', answer, checks)
  if (answer.kind === 'refused') return rejectedKey(answer, checks)
  checks.pass('reached', site === null ? 'OKX answered' : `OKX's site for ${siteName(site)} answered`)
  checks.pass('signature', 'OKX accepted the key, its signature and its passphrase')
  checks.pass('live_account', 'The key belongs to a live account: OKX refuses keys of demo trading here')
  const config = rowOf(answer.body)
  const refusal = judge(config, call.market, checks)
  if (refusal !== null) return refusal
  const missing = consentMissing(checks, consent)
  if (missing !== null) return missing
  return {
    ok: true, checks: checks.list(), accountId: word(config, 'uid'), positionMode: call.market === 'futures' ? modeOf(config) : null, expiresAt: null,
    ...site === null ? {} : { site },
  }
}

/** The main site, or the one that the key was connected on; a key that is new and not known there, all others at once. */
async function askSites(desk: Desk, call: Call): Promise<{ answer: Answer; site: string | null }> {
  const { site } = call.key
  const first = await get(desk, call, QUESTION)
  if (site !== null || first.kind !== 'refused' || !isUnknownKey(first.code)) return { answer: first, site }
  const answers = await Promise.all(description.sites.map(async ({ id }) => ({ site: id, answer: await get(desk, { ...call, key: { ...call.key, site: id } }, QUESTION) })))
  // A site that has another complaint than that it does not know the key, knows it.
  return answers.find(({ answer }) => answer.kind === 'ok') ?? answers.find(({ answer }) => answer.kind === 'refused' && answer.code !== null && !isUnknownKey(answer.code))
    ?? { answer: first, site: null }
}

/** Reads what the key may do and what its account is. Pure. The verdict of what speaks against it, worst first; null: nothing does. */
export function judge(config: unknown, market: Market, checks: Checklist): Verdict | null {
  const perm = word(config, 'perm')
  if (perm === null) {
    checks.unverifiable('rights', 'OKX did not say what the key may do')
    checks.unverifiable('withdrawal_off', 'OKX did not say whether the key can withdraw')
  } else {
    const granted = perm.split(',').map((right) => right.trim()).filter((right) => right !== '')
    const excess = judgeExcess(granted, RIGHTS, checks)
    if (excess !== null) return excess
    if (!granted.includes('trade')) return checks.fail('rights', 'permission_missing', `The key may only read. Tick "Trade" ${WHERE}, or make a new key`)
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  const unfit = unfitMode(word(config, 'acctLv'), market)
  if (unfit !== null) return checks.fail('market', 'account_restricted', unfit)
  checks.pass('market', `The account may trade ${market}`)
  const addresses = (word(config, 'ip') ?? '').split(',').filter((address) => address.trim() !== '')
  if (addresses.length > 0) {
    checks.pass('ip_binding', `The key works from ${addresses.length} chosen address${addresses.length === 1 ? '' : 'es'} only`)
    checks.pass('expiry', 'OKX names no end of the key')
  } else {
    checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s')
    checks.pass('expiry', 'OKX names no end of the key, but ends it after 14 days without use, as it is bound to no address')
  }
  return null
}

const SETTINGS = 'OKX → Trade → Settings → Account mode, then connect again'

/** Which account modes fit is said in the description's `refuses`. [D account configuration, acctLv; place order, tdMode and reduceOnly] */
function unfitMode(acctLv: string | null, market: Market): string | null {
  if (acctLv === '2' || (acctLv === '1' && market === 'spot') || (acctLv === '3' && market === 'futures')) return null
  switch (acctLv) {
    case '1': return `This account is in spot mode, which has no contracts: choose "Futures mode" under ${SETTINGS}`
    case '3': return `This account is in multi-currency margin mode, where spot orders are margin orders: choose "Spot mode" or "Futures mode" under ${SETTINGS}`
    case '4': return market === 'spot' ? `This account is in portfolio margin mode, where spot orders are margin orders: choose "Spot mode" or "Futures mode" under ${SETTINGS}`
      : `This account is in portfolio margin mode, which knows no reduce-only orders: choose "Futures mode" or "Multi-currency margin mode" under ${SETTINGS}`
    default: return `This account is in a mode that is not known here (${acctLv ?? 'none was told'}): choose "Futures mode" under ${SETTINGS}`
  }
}

function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = `OKX: ${withCode(answer)}`
  if (answer.code === OTHER_ENVIRONMENT) {
    return checks.fail('live_account', 'demo_account', `This is a key of demo trading. Towerflow trades live accounts only: switch to live trading at OKX, then API → Create API key. ${said}`)
  }
  const code = problemOf(answer.code, answer.status)
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'OKX does not know this API key, on none of its sites: was it copied whole, deleted, or swapped with the secret key? The API key has dashes',
  signature_rejected: 'OKX knows the key, but not a signature made with this secret key: copy it again; it belongs to exactly this API key',
  passphrase_rejected: 'OKX knows the key, but not this passphrase: it is the one that was chosen when the key was made, not the password of the account; lost, it means a new key',
  clock_skew: 'This machine\'s clock and OKX\'s differ, also after comparing them: switch on time synchronisation',
  permission_missing: `The key may not even read its account: tick "Read" and "Trade" ${WHERE}`,
  account_restricted: 'OKX does not serve this account, or the address or country of this machine',
}

const siteName = (site: string): string => description.sites.find(({ id }) => id === site)?.name ?? site
