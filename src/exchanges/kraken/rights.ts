import { iso } from '#clock'
import type { ProblemCode } from '#model'
import { list, member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { problemOf } from './errors.ts'
import { KEY_INFO } from './futures/account.ts'
import { askFutures, askSpot } from './manner.ts'
import { accountOf } from './spot/account.ts'

const WHERE = 'under Settings → API → Edit'

/** [D get-api-key-info; names as its clients list them] */
const SPOT_RIGHTS: RightsTable = {
  harmless: new Set(['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades', 'close-trades', 'query-ledger', 'export-data', 'create-ws-token']),
  withdraw: new Set(['withdraw-funds']),
  labels: { 'withdraw-funds': 'Withdraw', 'add-funds': 'Deposit', 'earn-funds': 'Earn' },
  where: WHERE,
}
const SPOT_NEEDED = ['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades', 'close-trades'] as const

/** [D check-v3-api-key: "permissions", an object; support.kraken.com 360022839451: General and Withdrawal API: No access, Read only, Full access] */
const FUTURES_RIGHTS: RightsTable = {
  harmless: new Set(['general: read-only', 'general: full-access']),
  withdraw: new Set(['withdrawal: full-access', 'withdraw: full-access']),
  labels: { 'withdrawal: full-access': 'Withdrawal API', 'transfer: full-access': 'Transfer' },
  where: WHERE,
}

type Judged = Verdict | { readonly expiresAt: number | null }

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const spot = call.market === 'spot'
  const answer = spot ? await askSpot(desk, call, 'GetApiKeyInfo') : await askFutures(desk, call, KEY_INFO)
  if (answer.kind === 'none') return noAnswer('Kraken', answer, checks)
  if (answer.kind === 'refused') return rejectedKey(desk, call, answer, checks)
  checks.pass('reached', 'Kraken answered')
  checks.pass('signature', 'Kraken accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: the test network of futures has another server')
  const info = spot ? member(answer.body, 'result') : answer.body
  const judged = spot ? judgeSpot(info, desk.clock.now(), checks) : judgeFutures(info, checks)
  if ('ok' in judged) return judged
  const tried = spot ? await askSpot(desk, call, 'BalanceEx') : await askFutures(desk, call, '/derivatives/api/v3/accounts')
  if (tried.kind === 'none') return noAnswer('Kraken', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(desk, call, tried, checks)
  const missing = consentMissing(checks, consent)
  if (missing !== null) return missing
  return {
    ok: true, checks: checks.list(), expiresAt: judged.expiresAt,
    accountId: spot ? accountOf(info) : word(info, 'accountUid'), positionMode: spot ? null : 'one-way',
  }
}

/** Reads what a spot key may do. Pure. The verdict of what speaks against it, worst first; else when it ends. */
export function judgeSpot(info: unknown, now: number, checks: Checklist): Judged {
  const granted = list(member(info, 'permissions'))?.map(String) ?? null
  const judged = judgeRights(granted, SPOT_RIGHTS, SPOT_NEEDED, 'spot', checks)
  if (judged !== null) return judged
  if (seconds(info, 'queryFrom') !== 0 || seconds(info, 'queryTo') !== 0) {
    return checks.fail('rights', 'permission_missing', `The key sees orders of a limited time only, so that a lost one could not be looked up: empty "Query start" and "Query end" ${WHERE}`)
  }
  bound((list(member(info, 'ipAllowlist')) ?? []).filter((address) => address !== ''), checks)
  const ends = seconds(info, 'validUntil')
  if (ends === 0) {
    checks.pass('expiry', 'Kraken names no end of the key')
    return { expiresAt: null }
  }
  if (ends <= now) return checks.fail('expiry', 'key_expired', `The key ended on ${iso(ends)}: make a new one`)
  checks.pass('expiry', `The key works until ${iso(ends)}`)
  return { expiresAt: ends }
}

/** The same of a futures key, which has no end. */
export function judgeFutures(info: unknown, checks: Checklist): Judged {
  const permissions = member(info, 'permissions')
  const granted = typeof permissions !== 'object' || permissions === null ? null : Object.entries(permissions).flatMap(([name, value]) => grantOf(name, value))
  const judged = judgeRights(granted, FUTURES_RIGHTS, ['general: full-access'], 'futures', checks)
  if (judged !== null) return judged
  bound(list(member(info, 'allowedCidrBlocks')) ?? [member(info, 'allowedCidrBlock')].filter((block) => typeof block === 'string'), checks)
  checks.pass('expiry', 'Kraken names no end of the key')
  return { expiresAt: null }
}

/** `{"general": "FULL_ACCESS"}` is `general: full-access`; what gives no access is no right. */
function grantOf(name: string, value: unknown): string[] {
  const level = String(value).toLowerCase().replaceAll(/[\s_]+/g, '-')
  return ['no-access', 'none', 'false', 'null'].includes(level) ? [] : [`${name}: ${level === 'true' ? 'full-access' : level}`]
}

function judgeRights(granted: readonly string[] | null, table: RightsTable, needed: readonly string[], market: string, checks: Checklist): Verdict | null {
  if (granted === null) {
    checks.unverifiable('rights', 'Kraken did not say what the key may do')
    checks.unverifiable('withdrawal_off', 'Kraken did not say whether the key can withdraw')
  } else {
    const excess = judgeExcess(granted, table, checks)
    if (excess !== null) return excess
    const missing = needed.filter((right) => !granted.includes(right))
    if (missing.length > 0) return checks.fail('market', 'permission_missing', `The key lacks the right to trade ${market}: ${missing.join(', ')}. Give it what the guide names ${WHERE}`)
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  checks.presume('market', `The key may trade ${market}`)
  return null
}

function bound(addresses: readonly unknown[], checks: Checklist): void {
  if (addresses.length > 0) checks.pass('ip_binding', `The key works from ${addresses.length} chosen address${addresses.length === 1 ? '' : 'es or ranges'} only`)
  else checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s')
}

/** A moment in seconds, as text or number, in ms; 0: none. */
const seconds = (info: unknown, name: string): number => Number(word(info, name) ?? 0) * 1000

async function rejectedKey(desk: Desk, call: Call, answer: Answer & { kind: 'refused' }, checks: Checklist): Promise<Verdict> {
  const said = `Kraken: ${withCode(answer)}`
  const code = problemOf(answer.code, answer.status)
  if (code === 'credentials_rejected') {
    // Asked only to be able to say so.
    const other = call.market === 'spot' ? 'futures' : 'spot'
    const elsewhere = other === 'spot' ? await askSpot(desk, call, 'GetApiKeyInfo') : await askFutures(desk, call, KEY_INFO)
    if (elsewhere.kind === 'ok') {
      return checks.fail('market', 'wrong_market', `This is a ${other} key, and Kraken has keys of their own for ${call.market}: make one of those, or connect this one for ${other}`)
    }
  }
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'Kraken does not accept this API key: was it copied whole, deleted, ended, swapped with the private key, or bound to another address than this machine\'s?',
  signature_rejected: 'Kraken knows the key, but not a signature made with this private key: copy it again; it belongs to exactly this key and is shown only once',
  clock_skew: 'Kraken did not accept the nonce: another program uses this key, or used it with larger numbers. Give Towerflow a key of its own, with a nonce window of 10000000',
  permission_missing: `The key may not read its account: give it the rights that the guide names ${WHERE}`,
  account_restricted: 'Kraken does not serve this account, or the address or country of this machine',
}
