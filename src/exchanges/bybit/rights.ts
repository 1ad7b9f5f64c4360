import { iso } from '#clock'
import type { Market, ProblemCode } from '#model'
import { list, member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { POSITIONS_OF_USUAL_SYMBOL, readMode } from './account.ts'
import { description } from './description.ts'
import { problemOf, UNKNOWN_KEY } from './errors.ts'
import { get, rowsOf } from './manner.ts'

const QUESTION = '/v5/user/query-api'
const WHERE = 'under API → Edit'

/** [D user/apikey-info] `{"Spot": ["SpotTrade"], …}` is `Spot.SpotTrade` here. */
const RIGHTS: RightsTable = {
  harmless: new Set(['ContractTrade.Order', 'ContractTrade.Position', 'Spot.SpotTrade', 'Options.OptionsTrade', 'Derivatives.DerivativesTrade', 'Exchange.ExchangeHistory']),
  withdraw: new Set(['Wallet.Withdraw']),
  labels: { 'Wallet.Withdraw': 'Withdrawal', 'Wallet.AccountTransfer': 'Account Transfer', 'Wallet.SubMemberTransfer': 'Subaccount Transfer' },
  where: WHERE,
}
const NEEDED = {
  spot: { rights: ['Spot.SpotTrade'], label: 'SPOT: Trade' },
  futures: { rights: ['ContractTrade.Order', 'ContractTrade.Position'], label: 'Contracts: Orders, Positions' },
} as const satisfies Record<Market, unknown>

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const { answer, site } = await askSites(desk, call)
  if (answer.kind === 'none') return noAnswer('Bybit', answer, checks)
  if (answer.kind === 'refused') return rejectedKey(desk, call, answer, checks)
  checks.pass('reached', site === null ? 'Bybit answered' : `Bybit's site for ${siteName(site)} answered`)
  checks.pass('signature', 'Bybit accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: demo trading and the test network have other servers')
  const result = member(answer.body, 'result')
  const judged = judge(result, call.market, desk.clock.now(), checks)
  if ('ok' in judged) return judged

  const found: Call = { ...call, key: { ...call.key, site } }
  const tried = call.market === 'spot'
    ? await get(desk, found, '/v5/account/wallet-balance', { accountType: 'UNIFIED' }) : await get(desk, found, '/v5/position/list', POSITIONS_OF_USUAL_SYMBOL)
  if (tried.kind === 'none') return noAnswer('Bybit', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(desk, call, tried, checks)
  const missing = consentMissing(checks, consent)
  if (missing !== null) return missing
  return {
    ok: true, checks: checks.list(), accountId: word(result, 'userID'), expiresAt: judged.expiresAt, ...site === null ? {} : { site },
    positionMode: call.market === 'futures' ? readMode(rowsOf(tried.body) ?? []) : null,
  }
}

/** The main site, or the one that the key was connected on; a key that is new and not known there, all others at once. */
async function askSites(desk: Desk, call: Call): Promise<{ answer: Answer; site: string | null }> {
  const { site } = call.key
  const first = await get(desk, call, QUESTION)
  if (site !== null || first.kind !== 'refused' || first.code !== UNKNOWN_KEY) return { answer: first, site }
  const answers = await Promise.all(description.sites.map(async ({ id }) => ({ site: id, answer: await ask(desk, call, desk.host(`bybit:${id}`)) })))
  return answers.find(({ answer }) => answer.kind === 'ok') ?? answers.find(({ answer }) => answer.kind === 'refused' && isKnown(answer)) ?? { answer: first, site: null }
}

const ask = (desk: Desk, call: Call, host: Host): Promise<Answer> => desk.ask(call, host, { method: 'GET', path: QUESTION })

/** A site that has another complaint than that it does not know the key, knows it. */
const isKnown = (answer: Answer & { kind: 'refused' }): boolean => answer.code !== null && ['signature_rejected', 'ip_not_allowed', 'key_expired', 'permission_missing'].includes(problemOf(answer.code, answer.status))

/** Reads what the key may do. Pure. The verdict of what speaks against it, worst first; else when it ends. */
export function judge(result: unknown, market: Market, now: number, checks: Checklist): Verdict | { expiresAt: number | null } {
  const permissions = member(result, 'permissions')
  if (typeof permissions !== 'object' || permissions === null) {
    checks.unverifiable('rights', 'Bybit did not say what the key may do')
    checks.unverifiable('withdrawal_off', 'Bybit did not say whether the key can withdraw')
  } else {
    const granted = Object.entries(permissions).flatMap(([group, names]) => (list(names) ?? [names]).map((name) => `${group}.${String(name)}`))
    const excess = judgeExcess(granted, RIGHTS, checks)
    if (excess !== null) return excess
    if (member(result, 'readOnly') === 1) return checks.fail('rights', 'permission_missing', `The key may only read. Choose "Read-Write" ${WHERE}, or make a new key`)
    const missing = missingRight(granted, market, checks)
    if (missing !== null) return missing
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  if (member(result, 'uta') === 0) {
    return checks.fail('market', 'account_restricted', 'This is not a unified trading account, and Bybit\'s API trades those only: upgrade it at Bybit (Assets → Upgrade to UTA), then connect again')
  }
  checks.presume('market', `The key may trade ${market}`)
  const ips = (list(member(result, 'ips')) ?? []).filter((address) => address !== '*')
  if (ips.length > 0) checks.pass('ip_binding', `The key works from ${ips.length} chosen address${ips.length === 1 ? '' : 'es'} only`)
  else checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s, or it ends after three months')
  return expiry(result, now, checks)
}

function missingRight(granted: readonly string[], market: Market, checks: Checklist): Verdict | null {
  const { rights, label } = NEEDED[market]
  const missing = rights.filter((right) => !granted.includes(right))
  if (missing.length === 0) return null
  const other = market === 'spot' ? 'futures' : 'spot'
  const advice = `Tick "${label}" ${WHERE}`
  if (NEEDED[other].rights.every((right) => granted.includes(right)) && missing.length === rights.length) {
    return checks.fail('market', 'wrong_market', `This key may trade ${other}, not ${market} (${missing.join(', ')} is missing). ${advice}, or connect it for ${other}`)
  }
  return checks.fail('market', 'permission_missing', `The key lacks the right to trade ${market}: ${missing.join(', ')}. ${advice}`)
}

/** "Only for those api key with no IP bound or the password has been changed"; 1970 where it does not apply. */
function expiry(result: unknown, now: number, checks: Checklist): Verdict | { expiresAt: number | null } {
  const at = Date.parse(word(result, 'expiredAt') ?? '')
  if (!(at > 0)) {
    checks.pass('expiry', 'Bybit names no end of the key')
    return { expiresAt: null }
  }
  if (at <= now) return checks.fail('expiry', 'key_expired', `The key ended on ${iso(at)}: make a new one, bound to the address of this machine`)
  checks.pass('expiry', `The key works until ${iso(at)}`)
  return { expiresAt: at }
}

async function rejectedKey(desk: Desk, call: Call, answer: Answer & { kind: 'refused' }, checks: Checklist): Promise<Verdict> {
  const said = `Bybit: ${withCode(answer)}`
  const code = problemOf(answer.code, answer.status)
  if (code === 'credentials_rejected') {
    // Asked only to be able to say so: nothing is ever traded there.
    const [demo, testnet] = await Promise.all([ask(desk, call, desk.host('bybit:demo')), ask(desk, call, desk.host('bybit:testnet'))])
    if (demo.kind === 'ok') return elsewhere('demo trading', checks)
    if (testnet.kind === 'ok') return elsewhere('the test network', checks)
  }
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const elsewhere = (where: string, checks: Checklist): Verdict => checks.fail('live_account', 'demo_account',
  `This is a key of ${where}. Towerflow trades live accounts only: switch to the live account at Bybit, then API → Create New Key`)

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'Bybit does not know this API Key, on none of its sites: was it copied whole, deleted, or swapped with the secret? The API Key is the shorter one',
  signature_rejected: 'Bybit knows the key, but not a signature made with this secret: copy the API Secret again; it belongs to exactly this API Key and is shown only once',
  clock_skew: 'This machine\'s clock and Bybit\'s differ, also after comparing them: switch on time synchronisation',
  key_expired: 'The key has ended: make a new one, bound to the address of this machine',
  permission_missing: `The key may not even read its account: tick the rights that the guide names ${WHERE}`,
  account_restricted: 'Bybit does not serve this account, or the address or country of this machine',
}

const siteName = (site: string): string => description.sites.find(({ id }) => id === site)?.name ?? site
