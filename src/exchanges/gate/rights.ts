import type { Market, ProblemCode } from '#model'
import { list, member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { DETAIL, modeOf } from './account.ts'
import { problemOf } from './errors.ts'
import { get, ROOT } from './manner.ts'

const KEYS = '/api/v4/account/main_keys'
const WHERE = 'under API Management → Edit'

/**
 * [D permissions; S AccountKeyInfoPerms] A right is a name and whether it is read-only; "all GET operations are read requests".
 * `wallet` moves funds, and as `withdrawal` is missing in the list of names it may stand for both.
 */
const RIGHTS: RightsTable = {
  harmless: new Set(['spot', 'margin', 'futures', 'delivery', 'options']),
  withdraw: new Set(['wallet', 'withdraw', 'withdrawal']),
  labels: {
    wallet: 'Wallet', withdraw: 'Withdraw', withdrawal: 'Withdraw', account: 'Account: choose Read Only', unified: 'Unified Account: choose Read Only', earn: 'Earn', custody: 'Custody',
    loan: 'Loan', copy: 'Copy Trading', pilot: 'Pilot', otc: 'OTC', alpha: 'Alpha', crossx: 'CrossEx', sub_account: 'Sub-account',
  },
  where: WHERE,
}
const LABELS = { spot: 'Spot/Margin Trade', futures: 'Perpetual Futures' } as const satisfies Record<Market, string>

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const detail = await get(desk, call, DETAIL)
  if (detail.kind === 'none') return noAnswer('Gate', detail, checks)
  if (detail.kind === 'refused') return rejectedKey(desk, call, detail, checks)
  checks.pass('reached', 'Gate answered')
  checks.pass('signature', 'Gate accepted the key and its signature')
  checks.pass('live_account', 'The key belongs to a live account: the test network has other servers')
  const keys = await get(desk, call, KEYS)
  if (keys.kind === 'none') return noAnswer('Gate', keys, checks)
  const judged = judge(keys.kind === 'ok' ? ofKey(keys.body, call.key.apiKey.toString('latin1')) : null, detail.body, call.market, checks)
  if (judged !== null) return judged

  const tried = await get(desk, call, `${ROOT[call.market]}/accounts`)
  if (tried.kind === 'none') return noAnswer('Gate', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(desk, call, tried, checks)
  const positionMode = call.market === 'futures' ? modeOf(tried.body) : null
  if (call.market === 'futures' && positionMode === null) {
    return checks.fail('market', 'account_restricted', 'The futures account is neither in one-way nor in hedge mode: choose one of the two at Gate (Futures → Settings → Position Mode), then connect again')
  }
  const missing = consentMissing(checks, consent)
  return missing ?? { ok: true, checks: checks.list(), accountId: word(detail.body, 'user_id'), expiresAt: null, positionMode }
}

const MASKED = /^([0-9a-zA-Z]{8,})\*+$/

/**
 * What is said of this key: the documentation's example is a list of all keys of the main account, each shown by its beginning
 * ("c5dcfbf1f3a7*****"); its schema one object. Null: not there, or not told apart from another one.
 */
export function ofKey(body: unknown, apiKey: string): unknown {
  const rows = list(body)
  if (rows === null) return list(member(body, 'perms')) === null ? null : body
  const fitting = rows.filter((row) => {
    const shown = word(row, 'key') ?? ''
    return shown === apiKey || apiKey.startsWith(MASKED.exec(shown)?.[1] ?? '-')
  })
  return fitting.length === 1 ? fitting[0] : null
}

/** Reads what the key may do. Pure. What speaks against it, worst first; null: nothing. `info` null: Gate did not say. */
export function judge(info: unknown, detail: unknown, market: Market, checks: Checklist): Verdict | null {
  const perms = list(member(info, 'perms'))
  const state = member(info, 'state')
  if (state === 2 || state === 3) return checks.fail('rights', 'account_restricted', `The key is ${state === 2 ? 'locked' : 'frozen'} at Gate: look into it ${WHERE}, or make a new one`)
  if (perms === null) {
    checks.unverifiable('rights', 'Gate did not say what the key may do: it tells that of a main account\'s keys only, and to those that may read "Account"')
    checks.unverifiable('withdrawal_off', 'Gate did not say whether the key can withdraw')
  } else {
    const excess = judgeExcess(perms.filter((right) => !isRead(right)).map(nameOf), RIGHTS, checks)
    if (excess !== null) return excess
    const missing = missingRight(perms, market, checks)
    if (missing !== null) return missing
    checks.pass('rights', `The key may: ${perms.map((right) => `${nameOf(right)}${member(right, 'read_only') === true ? ' (read only)' : ''}`).join(', ')}`)
  }
  const pairs = list(member(detail, 'currency_pairs')) ?? []
  checks.presume('market', `The key may trade ${market}${pairs.length === 0 ? '' : `, but only ${pairs.length} chosen pairs`}`)
  const addresses = list(member(info, 'ip_whitelist')) ?? list(member(detail, 'ip_whitelist')) ?? []
  if (addresses.length > 0) checks.pass('ip_binding', `The key works from ${addresses.length} chosen address${addresses.length === 1 ? '' : 'es'} only`)
  else checks.unverifiable('ip_binding', 'The key works from any address: bind it to this machine\'s')
  checks.unverifiable('expiry', 'Gate does not tell whether the key ends')
  return null
}

const nameOf = (right: unknown): string => word(right, 'name') ?? 'a right without a name'

/** A right to read what is known here. A name that is not known counts in full. */
const isRead = (right: unknown): boolean => member(right, 'read_only') === true && (RIGHTS.harmless.has(nameOf(right)) || RIGHTS.labels?.[nameOf(right)] !== undefined)

function missingRight(perms: readonly unknown[], market: Market, checks: Checklist): Verdict | null {
  const may = (name: string): boolean => perms.some((right) => nameOf(right) === name && member(right, 'read_only') !== true)
  if (may(market)) return null
  const advice = `Tick "${LABELS[market]}" (Read And Write) ${WHERE}`
  const other = market === 'spot' ? 'futures' : 'spot'
  if (may(other)) return checks.fail('market', 'wrong_market', `This key may trade ${other}, not ${market}. ${advice}, or connect it for ${other}`)
  return checks.fail('market', 'permission_missing', `The key lacks the right to trade ${market}. ${advice}`)
}

async function rejectedKey(desk: Desk, call: Call, answer: Answer & { kind: 'refused' }, checks: Checklist): Promise<Verdict> {
  const said = `Gate: ${withCode(answer)}`
  const code = problemOf(answer.code, answer.status)
  if (code === 'credentials_rejected') {
    // Asked only to be able to say so: nothing is ever traded there.
    const testnet = await desk.ask(call, desk.host('gate:testnet'), { method: 'GET', path: DETAIL })
    if (testnet.kind === 'ok') {
      return checks.fail('live_account', 'demo_account', 'This is a key of the test network. Towerflow trades live accounts only: make a key of the live account at Gate, under API Management')
    }
  }
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'Gate does not know this API Key: was it copied whole, deleted, or swapped with the secret? The API Key is the shorter one',
  signature_rejected: 'Gate knows the key, but not a signature made with this secret: copy the Secret Key again; it belongs to exactly this API Key and is shown only once',
  clock_skew: 'This machine\'s clock and Gate\'s differ, also after comparing them: switch on time synchronisation',
  permission_missing: `The key may not even read its account: tick "Account" (Read Only) and what the guide names ${WHERE}`,
  account_restricted: 'Gate does not serve this account here: a futures account comes to be with its first deposit (Assets → Transfer), a locked one has to be unlocked at Gate',
}
