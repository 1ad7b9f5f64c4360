import { iso } from '#clock'
import type { Market, PositionMode } from '#model'
import { member, time, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { consentMissing } from '../verdicts.ts'
import { askFuturesAccount, get, readMode } from './account.ts'
import { isMissing, type Answer } from '../reading.ts'
import { rejectedKey, refusedRequest } from './rejected-key.ts'

const RESTRICTIONS = '/sapi/v1/account/apiRestrictions'

/**
 * Rights that a key may have: reading, and trading on spot, margin and derivatives (FIX is another way to the same).
 * Everything else refuses the key, a name that is not known here included. [W "Get API Key Permission"]
 */
const HARMLESS: ReadonlySet<string> = new Set([
  'enableReading', 'enableSpotAndMarginTrading', 'enableMargin', 'enableFutures', 'enableVanillaOptions',
  'enablePortfolioMarginTrading', 'enableFixApiTrade', 'enableFixReadOnly',
])
/** Members of the answer that are no rights. */
const NO_RIGHTS: ReadonlySet<string> = new Set(['ipRestrict', 'createTime', 'tradingAuthorityExpirationTime'])
const NEEDED = {
  spot: { flag: 'enableSpotAndMarginTrading', label: 'Enable Spot & Margin Trading' },
  futures: { flag: 'enableFutures', label: 'Enable Futures' },
} as const
const EXCESS_LABELS: Readonly<Record<string, string>> = {
  enableInternalTransfer: 'Enable Internal Transfer', permitsUniversalTransfer: 'Permits Universal Transfer',
}

/**
 * The test request: does the key work, for this market, and may it do no more than read and trade? A server that does
 * not serve the question about rights (404: a private gateway) leaves them unverifiable, which needs consent.
 */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const restrictions = await get(desk, call, 'spot', RESTRICTIONS)
  const served = !isMissing(restrictions)
  if (served) {
    const refused = await refusedRequest(desk, call, restrictions, checks)
    if (refused !== null) return refused
    reached(checks)
  }

  let expiresAt: number | null = null
  if (restrictions.kind === 'ok') {
    const judged = judgeRights(restrictions.body, call.market, desk.clock.now(), checks)
    if (judged.refused !== null) return judged.refused
    expiresAt = judged.expiresAt
  } else {
    checks.unverifiable('rights', 'This server does not tell what the key may do')
    checks.unverifiable('withdrawal_off', 'This server does not tell whether the key can withdraw')
    checks.unverifiable('ip_binding', 'This server does not tell whether the key is bound to addresses')
  }

  const tried = await tryMarket(desk, call, checks)
  if ('ok' in tried) return tried
  const missing = consentMissing(checks, consent)
  if (missing !== null) return missing
  return { ok: true, checks: checks.list(), accountId: tried.accountId, positionMode: tried.positionMode, expiresAt }
}

function reached(checks: Checklist): void {
  checks.pass('reached', 'Binance answered')
  checks.pass('signature', 'Binance accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: the test network has other servers')
}

/** Reads apiRestrictions. Pure. `refused`: the first thing that speaks against the key, worst first. */
export function judgeRights(body: unknown, market: Market, now: number, checks: Checklist): { refused: Verdict | null; expiresAt: number | null } {
  const flags = Object.entries(typeof body === 'object' && body !== null ? body : {}).filter(([name]) => !NO_RIGHTS.has(name))
  const granted = flags.filter(([, value]) => value !== false && value !== null && value !== 0 && value !== '').map(([name]) => name)
  const expiresAt = time(body, 'tradingAuthorityExpirationTime')
  const refuse = (refused: Verdict): { refused: Verdict; expiresAt: number | null } => ({ refused, expiresAt })

  if (granted.includes('enableWithdrawals')) {
    return refuse(checks.fail('withdrawal_off', 'withdraw_permission',
      'This key can withdraw. Towerflow never needs that: untick "Enable Withdrawals" under API Management, or make a new key without it'))
  }
  if (member(body, 'enableWithdrawals') === false) checks.pass('withdrawal_off', 'The key cannot withdraw')
  else checks.unverifiable('withdrawal_off', 'Binance did not say whether the key can withdraw')

  const excess = granted.filter((name) => !HARMLESS.has(name) && name !== 'enableWithdrawals')
  if (excess.length > 0) {
    const names = excess.map((name) => (EXCESS_LABELS[name] === undefined ? `"${name}"` : `"${EXCESS_LABELS[name]}" (${name})`)).join(', ')
    const refused = checks.fail('rights', 'permission_excess', `This key may do more than read and trade: ${names}. Untick it under API Management`)
    // A name that we do not know refuses a new key; of one that is kept its owner is told.
    return refuse(excess.every((name) => EXCESS_LABELS[name] === undefined) ? { ...refused, unknownRights: excess } as Verdict : refused)
  }
  if (member(body, 'enableReading') === false) {
    return refuse(checks.fail('rights', 'permission_missing', 'The key lacks the right to read: "Enable Reading" (enableReading). Tick it under API Management → Edit restrictions'))
  }
  const needed = NEEDED[market]
  if (!granted.includes(needed.flag)) return refuse(missingRight(granted, market, checks))
  if (flags.length === 0) checks.unverifiable('rights', 'Binance did not say what the key may do')
  else checks.pass('rights', `The key may: ${granted.join(', ')}`)
  checks.presume('market', `The key may trade ${market}`)

  if (member(body, 'ipRestrict') === true) checks.pass('ip_binding', 'The key works from chosen addresses only')
  else checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s, or Binance may take its trading rights away after 90 days')
  if (expiresAt === null) checks.pass('expiry', 'Binance names no end of the key\'s trading rights')
  else if (expiresAt <= now) return refuse(checks.fail('expiry', 'key_expired', `The key's right to trade ended on ${iso(expiresAt)}. Renew it under API Management, or make a new key`))
  else checks.pass('expiry', `The key may trade until ${iso(expiresAt)}`)
  return { refused: null, expiresAt }
}

function missingRight(granted: readonly string[], market: Market, checks: Checklist): Verdict {
  const needed = NEEDED[market]
  const other = market === 'spot' ? 'futures' : 'spot'
  const advice = `Tick "${needed.label}" under API Management → Edit restrictions`
  if (granted.includes(NEEDED[other].flag)) {
    return checks.fail('market', 'wrong_market', `This key may trade ${other}, not ${market} ("${needed.label}" is off). ${advice}, or connect it for ${other}`)
  }
  return checks.fail('market', 'permission_missing', `The key lacks the right to trade ${market}: "${needed.label}" (${needed.flag}). ${advice}`)
}

/** A signed request to the very host that orders go to. */
async function tryMarket(desk: Desk, call: Call, checks: Checklist): Promise<Verdict | { accountId: string | null; positionMode: PositionMode | null }> {
  const spot = await get(desk, call, 'spot', '/api/v3/account')
  if (call.market === 'spot') {
    const refused = await refusedRequest(desk, call, spot, checks)
    if (refused !== null) return refused
    if (!checks.has('reached')) reached(checks)
    if (spot.kind === 'ok' && member(spot.body, 'canTrade') === false) return restricted(checks)
    if (!checks.has('market')) checks.pass('market', 'The key may read the spot account')
    return { accountId: uidOf(spot), positionMode: null }
  }
  // Without an answer about the account's id two keys of one account would look like two accounts.
  if (spot.kind === 'none') return (await refusedRequest(desk, call, spot, checks)) ?? checks.refuse('exchange_unreachable', spot.text)
  const mode = await get(desk, call, 'futures', '/fapi/v1/positionSide/dual')
  const tried = isMissing(mode) ? await askFuturesAccount(desk, call) : mode
  if (tried.kind === 'refused' && checks.has('signature')) {
    // The key is good: it was just accepted on the other host.
    return tried.code === -2015
      ? checks.fail('market', 'permission_missing', 'Binance Futures refuses this key although its rights name futures. Open the futures account, then make a new key: '
        + 'keys made before do not get the right')
      : rejectedKey(tried, checks)
  }
  const refused = await refusedRequest(desk, call, tried, checks)
  if (refused !== null) return refused
  if (!checks.has('reached')) reached(checks)
  const config = await get(desk, call, 'futures', '/fapi/v1/accountConfig')
  if (config.kind === 'ok' && member(config.body, 'canTrade') === false) return restricted(checks)
  if (!checks.has('market')) checks.pass('market', 'The key may read the futures account')
  const told = mode.kind === 'ok' ? mode : config
  return { accountId: uidOf(spot), positionMode: readMode(told.kind === 'ok' ? told.body : null) }
}

const restricted = (checks: Checklist): Verdict =>
  checks.fail('market', 'account_restricted', 'Binance does not let this account trade (canTrade is false). Look for a notice in your Binance account, or ask their support')

const uidOf = (answer: Answer): string | null => (answer.kind === 'ok' ? word(answer.body, 'uid') : null)
