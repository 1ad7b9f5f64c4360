import { member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import { withCode, type Answer } from '../reading.ts'
import { noAnswer } from '../verdicts.ts'
import { get } from './manner.ts'

const ACCOUNT = '/v2/account'
/** Account numbers of paper accounts, and keys made for them, begin like this [K]. */
const PAPER_NUMBER = /^PA/
const PAPER_KEY = /^PK/

const BLOCKS = {
  account_blocked: 'the account is blocked', trading_blocked: 'trading is blocked', trade_suspended_by_user: 'trading is suspended in the account\'s settings',
} as const

/** The test request: a live account that may trade. What else a key may do Alpaca cannot tell, so consent is needed. */
export async function check(desk: Desk, call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const live = await get(desk, call, ACCOUNT)
  if (live.kind === 'none') return noAnswer('Alpaca', live, checks)
  if (live.kind === 'refused') return rejected(desk, call, live, checks)
  checks.pass('reached', 'Alpaca answered')
  checks.pass('signature', 'Alpaca accepted key and secret')
  if (PAPER_NUMBER.test(word(live.body, 'account_number') ?? '')) return paper(checks)
  checks.pass('live_account', 'The key belongs to a live account')

  const status = word(live.body, 'status')
  const blocks: string[] = Object.entries(BLOCKS).flatMap(([flag, text]) => (member(live.body, flag) === true ? [text] : []))
  if (status !== null && status !== 'ACTIVE') blocks.push(`its status is ${status.slice(0, 40)}`)
  if (blocks.length > 0) return checks.fail('market', 'account_restricted', `Alpaca does not let this account trade: ${blocks.join(', ')}. Look at your account there, or ask their support`)
  checks.pass('market', word(live.body, 'crypto_status') === 'ACTIVE' ? 'The account may trade stocks and crypto' : 'The account may trade stocks; crypto is not enabled')

  checks.unverifiable('rights', 'Alpaca keys have no rights of their own: whoever holds one can do whatever its API offers')
  checks.unverifiable('withdrawal_off', 'Alpaca keys can move crypto to approved addresses, and that cannot be switched off: approve none but your own')
  checks.unverifiable('ip_binding', 'Alpaca does not tell whether the key is bound to addresses')
  checks.pass('expiry', 'Alpaca names no end of the key')
  if (!consent) {
    return checks.refuse('consent_required', 'Alpaca cannot limit what a key may do, and every key can also move crypto out. Towerflow never does. Connect again with your consent if you accept that')
  }
  return { ok: true, checks: checks.list(), accountId: word(live.body, 'id'), positionMode: null, expiresAt: null }
}

async function rejected(desk: Desk, call: Call, live: Answer & { kind: 'refused' }, checks: Checklist): Promise<Verdict> {
  const said = `Alpaca: ${withCode(live)}`
  if (live.status === 403) {
    return checks.fail('ip_binding', 'ip_not_allowed', `Alpaca forbids this key from here: most likely the address of this machine is not among those it allows. ${said}`)
  }
  if (live.status !== 401) return checks.fail('reached', live.status === 451 ? 'account_restricted' : 'exchange_unreachable', `The test request was refused. ${said}`)
  // Asked only to be able to say so: nothing is ever traded there.
  const onPaper = await desk.ask(call, desk.host('alpaca:paper'), { method: 'GET', path: ACCOUNT })
  if (onPaper.kind === 'ok') return paper(checks)
  const hint = PAPER_KEY.test(call.key.apiKey.toString('latin1', 0, 2)) ? ' It begins with PK, as keys of paper accounts do: Towerflow trades live accounts only.' : ''
  return checks.fail('signature', 'credentials_rejected', `Alpaca does not accept this pair of key and secret; it does not say which is wrong. Were they swapped? `
    + `The API Key ID is the shorter one. Otherwise generate new keys under Home → API Keys.${hint} ${said}`)
}

const paper = (checks: Checklist): Verdict => checks.fail('live_account', 'paper_account',
  'This is a key of a paper account. Towerflow trades live accounts only: switch to the live account at Alpaca (top left), then Home → API Keys → Generate New Keys')
