import type { Market, ProblemCode } from '#model'
import { list, member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { MODE, modeOf, SPOT_BALANCE, UID } from './account.ts'
import { problemOf } from './errors.ts'
import { dataOf, get } from './manner.ts'

const PERMISSIONS = '/openApi/v1/account/apiPermissions'
const WHERE = 'under API Management → Edit'

/** [D sub-account 1.2] Flags; an older form tells numbers, which are given the flags' names here. [N GetApiKeyPermissions; ccxt] */
const NUMBERED: ReadonlyMap<string, string> = new Map([
  ['1', 'enableSpotAndMarginTrading'], ['2', 'enableReading'], ['3', 'enableFutures'], ['4', 'permitsUniversalTransfer'], ['5', 'enableWithdrawals'], ['7', 'enableInternalTransfer'],
])
/** Members of the answer that are no rights. */
const NO_RIGHTS: ReadonlySet<string> = new Set(['ipRestrict', 'createTime', 'permissions', 'ipAddresses', 'apiKey', 'note', 'status', 'updateTime'])
const RIGHTS: RightsTable = {
  harmless: new Set(['enableReading', 'enableSpotAndMarginTrading', 'enableFutures', 'enableVanillaOptions']),
  withdraw: new Set(['enableWithdrawals']),
  labels: { enableWithdrawals: 'Withdraw', enableInternalTransfer: 'Internal Transfer', permitsUniversalTransfer: 'Universal Transfer' },
  where: WHERE,
}
const NEEDED = {
  spot: { right: 'enableSpotAndMarginTrading', label: 'Spot Trading' }, futures: { right: 'enableFutures', label: 'Perpetual Futures Trading' },
} as const satisfies Record<Market, unknown>

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const identity = await get(desk, call, UID)
  if (identity.kind === 'none') return noAnswer('BingX', identity, checks)
  if (identity.kind === 'refused') return rejectedKey(identity, checks)
  checks.pass('reached', 'BingX answered')
  checks.pass('signature', 'BingX accepted the key and its signature')
  checks.pass('live_account', 'The key trades the live account here: its demo has another address, which is never asked')
  const info = await get(desk, call, PERMISSIONS)
  if (info.kind === 'none') return noAnswer('BingX', info, checks)
  const refused = judge(info.kind === 'ok' ? dataOf(info.body) ?? info.body : null, call.market, checks)
  if (refused !== null) return refused

  const tried = await get(desk, call, call.market === 'spot' ? SPOT_BALANCE : MODE)
  if (tried.kind === 'none') return noAnswer('BingX', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(tried, checks)
  return consentMissing(checks, consent) ?? {
    ok: true, checks: checks.list(), accountId: word(dataOf(identity.body), 'uid'), expiresAt: null, positionMode: call.market === 'futures' ? modeOf(tried.body) : null,
  }
}

/** Reads what the key may do, in either form. Pure. The verdict of what speaks against it, worst first; null: nothing. `info` null: BingX did not say. */
export function judge(info: unknown, market: Market, checks: Checklist): Verdict | null {
  const granted = rightsIn(info)
  if (granted === null) {
    checks.unverifiable('rights', 'BingX did not say what the key may do')
    checks.unverifiable('withdrawal_off', 'BingX did not say whether the key can withdraw')
  } else {
    const refused = judgeExcess(granted, RIGHTS, checks) ?? missingRight(granted, market, checks)
    if (refused !== null) return refused
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  checks.presume('market', `The key may trade ${market}`)
  const addresses = (list(member(info, 'ipAddresses')) ?? []).filter((address) => typeof address === 'string' && address !== '')
  if (member(info, 'ipRestrict') === true || addresses.length > 0) checks.pass('ip_binding', 'The key works from chosen addresses only')
  else checks.unverifiable('ip_binding', 'The key works from any address, as far as BingX says: bind it to this machine\'s')
  checks.pass('expiry', 'BingX names no end of keys')
  return null
}

/** The names of its rights, a number that is not known as it is; null: neither form. */
function rightsIn(info: unknown): readonly string[] | null {
  const numbers = list(member(info, 'permissions'))
  if (numbers !== null) return numbers.map((each) => NUMBERED.get(String(each)) ?? String(each))
  // Without this word it is not the form that is known, and what it leaves out proves nothing.
  if (typeof member(info, 'enableWithdrawals') !== 'boolean') return null
  return Object.entries(info as object).filter(([name, value]) => !NO_RIGHTS.has(name) && value !== false && value !== null && value !== 0 && value !== '').map(([name]) => name)
}

function missingRight(granted: readonly string[], market: Market, checks: Checklist): Verdict | null {
  const { right, label } = NEEDED[market]
  if (granted.includes(right)) return null
  const advice = `Tick "${label}" ${WHERE}`
  const other = market === 'spot' ? 'futures' : 'spot'
  if (granted.includes(NEEDED[other].right)) return checks.fail('market', 'wrong_market', `This key may trade ${other}, not ${market} (${right} is missing). ${advice}, or connect it for ${other}`)
  return checks.fail('market', 'permission_missing', `The key lacks the right to trade ${market}: ${right}. ${advice}`)
}

function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = `BingX: ${withCode(answer)}`
  const code = problemOf(answer.code, answer.status)
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'BingX does not know this API Key: was it copied whole, deleted, or swapped with the secret? The API Key is the one that stays visible',
  signature_rejected: 'BingX knows the key, but not a signature made with this secret: copy the Secret Key again; it belongs to exactly this API Key and is shown only once',
  clock_skew: 'This machine\'s clock and BingX\'s differ, also after comparing them: switch on time synchronisation',
  permission_missing: `The key may not even read its account: tick "Read" and what the guide names ${WHERE}`,
  account_restricted: 'BingX does not serve this account, or the address or country of this machine',
}
