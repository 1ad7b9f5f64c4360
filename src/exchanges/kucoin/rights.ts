import type { Market, ProblemCode } from '#model'
import { member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { consentMissing, judgeExcess, noAnswer, type RightsTable } from '../verdicts.ts'
import { modeOf } from './account.ts'
import { isOtherVersion, problemOf } from './errors.ts'
import { get } from './manner.ts'
import { OLDER } from './sign.ts'

const WHERE = 'under API Management → Edit'

/** [D account, api-key, permission] */
const RIGHTS: RightsTable = {
  harmless: new Set(['General', 'Spot', 'Margin', 'Futures']),
  withdraw: new Set(['Transfer', 'Withdrawal', 'Withdraw']),
  labels: { Transfer: 'Withdrawal', InnerTransfer: 'FlexTransfers', Earn: 'Earn' },
  where: WHERE,
}
const NEEDED = { spot: 'Spot', futures: 'Futures' } as const satisfies Record<Market, string>

/** The test request: does the key work, for this market, and may it do no more than read and trade? */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const { answer, found } = await askVersions(desk, call)
  if (answer.kind === 'none') return noAnswer('KuCoin', answer, checks)
  if (answer.kind === 'refused') return rejectedKey(answer, checks)
  checks.pass('reached', 'KuCoin answered')
  checks.pass('signature', 'KuCoin accepted the key, its signature and its passphrase')
  checks.pass('live_account', 'The key belongs to a live account: KuCoin has no others')
  const info = member(answer.body, 'data')
  const refusal = judge(info, call.market, checks)
  if (refusal !== null) return refusal

  const [kind, tried] = await Promise.all([
    get(desk, found, 'spot', '/api/ua/v1/account/mode'),
    call.market === 'spot' ? get(desk, found, 'spot', '/api/v1/accounts', { type: 'trade' }) : get(desk, found, 'futures', '/api/v2/position/getPositionMode'),
  ])
  // Only a clear word counts here: the question is not part of the API that is traded with.
  if (kind.kind === 'ok' && word(member(kind.body, 'data'), 'selfAccountMode') === 'UNIFIED') {
    return checks.fail('market', 'account_restricted', 'This is a unified trading account, which has another API: switch to the classic account at KuCoin, or connect a key of a classic sub-account')
  }
  if (tried.kind === 'none') return noAnswer('KuCoin', tried, checks)
  if (tried.kind === 'refused') return rejectedKey(tried, checks)
  const missing = consentMissing(checks, consent)
  if (missing !== null) return missing
  return {
    ok: true, checks: checks.list(), accountId: word(info, 'uid'), positionMode: call.market === 'futures' ? modeOf(tried.body) : null, expiresAt: null,
    ...found.key.site === null ? {} : { site: found.key.site },
  }
}

/** Asks with the key's version as it is known, else with today's and then with the one before. */
async function askVersions(desk: Desk, call: Call): Promise<{ answer: Answer; found: Call }> {
  const ask = (asker: Call): Promise<Answer> => get(desk, asker, 'spot', '/api/v1/user/api-key')
  const first = await ask(call)
  if (call.key.site !== null || first.kind !== 'refused' || !isOtherVersion(first.code)) return { answer: first, found: call }
  const older: Call = { ...call, key: { ...call.key, site: OLDER } }
  return { answer: await ask(older), found: older }
}

/** Reads what the key may do. Pure. The verdict of what speaks against it, worst first; null: nothing does. */
export function judge(info: unknown, market: Market, checks: Checklist): Verdict | null {
  const told = word(info, 'permission')
  if (told === null) {
    checks.unverifiable('rights', 'KuCoin did not say what the key may do')
    checks.unverifiable('withdrawal_off', 'KuCoin did not say whether the key can withdraw')
  } else {
    const granted = told.split(',').map((right) => right.trim()).filter((right) => right !== '')
    const excess = judgeExcess(granted, RIGHTS, checks)
    if (excess !== null) return excess
    const lacking = lackingRight(granted, market, checks)
    if (lacking !== null) return lacking
    checks.pass('rights', `The key may: ${granted.join(', ')}`)
  }
  checks.presume('market', `The key may trade ${market}`)
  const addresses = (word(info, 'ipWhitelist') ?? '').split(',').filter((address) => address.trim() !== '')
  if (addresses.length > 0) checks.pass('ip_binding', `The key works from ${addresses.length} chosen address${addresses.length === 1 ? '' : 'es'} only`)
  else checks.unverifiable('ip_binding', 'KuCoin named no address that the key is bound to: bind it to this machine\'s')
  checks.pass('expiry', 'KuCoin names no end of the key')
  return null
}

function lackingRight(granted: readonly string[], market: Market, checks: Checklist): Verdict | null {
  if (granted.includes(NEEDED[market])) return null
  const other = market === 'spot' ? 'futures' : 'spot'
  const advice = `Tick "${NEEDED[market]} Trading" ${WHERE}`
  if (granted.includes(NEEDED[other])) return checks.fail('market', 'wrong_market', `This key may trade ${other}, not ${market}. ${advice}, or connect it for ${other}`)
  return checks.fail('rights', 'permission_missing', `The key may only read. ${advice}`)
}

function rejectedKey(answer: Answer & { kind: 'refused' }, checks: Checklist): Verdict {
  const said = `KuCoin: ${withCode(answer)}`
  const code = problemOf(answer.code, answer.status)
  if (code === 'ip_not_allowed') return checks.fail('ip_binding', code, `The key does not allow the address of this machine: add it ${WHERE}. ${said}`)
  return checks.fail(code === 'exchange_unreachable' || code === 'account_restricted' ? 'reached' : 'signature', code, `${ADVICE[code] ?? 'The test request was refused'}. ${said}`)
}

const ADVICE: Partial<Record<ProblemCode, string>> = {
  credentials_rejected: 'KuCoin does not know this API Key: was it copied whole, deleted, swapped with the secret, or made long ago (version 1)? Then make a new one',
  signature_rejected: 'KuCoin knows the key, but not a signature made with this secret: copy the API Secret again; it belongs to exactly this API Key and is shown only once',
  passphrase_rejected: 'KuCoin knows the key, but not this passphrase as it is signed with this secret: either of them is wrong. The passphrase is the one that was chosen when the key was made, not the trading password; lost, it means a new key',
  clock_skew: 'This machine\'s clock and KuCoin\'s differ, also after comparing them: switch on time synchronisation',
  permission_missing: `The key may not even read its account: tick "General" ${WHERE}`,
  account_restricted: 'KuCoin does not serve this account, or the address or country of this machine',
}
