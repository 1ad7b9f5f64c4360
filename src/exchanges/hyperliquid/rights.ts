import { iso } from '#clock'
import { list, member, word } from '../answer.ts'
import { Checklist } from '../checklist.ts'
import type { Desk } from '../desk.ts'
import type { Call, OnCheck, Verdict } from '../port.ts'
import type { Answer } from '../reading.ts'
import { noAnswer } from '../verdicts.ts'
import { problemOf } from './errors.ts'
import { ask } from './manner.ts'
import { accountOf } from './sign.ts'
import { addressOf } from './wallet.ts'

const WHERE = 'at app.hyperliquid.xyz → More → API'
const MAIN_KEY = 'This is the private key of a main wallet, which can withdraw everything. Towerflow never needs that, and should never have seen it: '
  + `authorize an API wallet ${WHERE} and connect with its private key instead. Consider moving your funds to a fresh wallet`

/** The test request: does this private key belong to an API wallet of this account? Such a wallet trades, and cannot withdraw. */
export async function check(desk: Desk, call: Call, _consent: boolean, onCheck?: OnCheck): Promise<Verdict> {
  const checks = new Checklist(onCheck)
  const [account, agent] = [accountOf(call.key), addressOf(call.key.secret)]
  if (account === agent) return checks.fail('withdrawal_off', 'withdraw_permission', MAIN_KEY)
  const answers = await Promise.all([ask(desk, call, { type: 'userRole', user: agent }), ask(desk, call, { type: 'userRole', user: account }), ask(desk, call, { type: 'extraAgents', user: account })])
  const bad = answers.find((answer): answer is Exclude<Answer, { kind: 'ok' }> => answer.kind !== 'ok')
  if (bad?.kind === 'none') return noAnswer('Hyperliquid', bad, checks)
  if (bad !== undefined) return checks.fail('reached', problemOf(bad.code, bad.status), `The test request was refused. Hyperliquid: ${bad.text}`)
  checks.pass('reached', 'Hyperliquid answered')
  const [role, owner, agents] = answers.map((answer) => (answer.kind === 'ok' ? answer.body : null))
  return judge({ account, agent, role, owner, agents, now: desk.clock.now() }, call.market, checks)
}

/** What was found out about the two addresses. */
export interface Found { readonly account: string; readonly agent: string; readonly role: unknown; readonly owner: unknown; readonly agents: unknown; readonly now: number }

/** [D info-endpoint] userRole: `{"role": "agent", "data": {"user": "0x…"}}`; extraAgents: `[{"address": "0x…", "name": "…", "validUntil": …}]`. Pure. */
export function judge({ account, agent, role, owner, agents, now }: Found, market: 'spot' | 'futures', checks: Checklist): Verdict {
  switch (word(role, 'role')) {
    case 'agent': break
    case 'user': case 'subAccount': case 'vault': return checks.fail('withdrawal_off', 'withdraw_permission', MAIN_KEY)
    case 'missing': return checks.fail('signature', 'credentials_rejected',
      `Hyperliquid knows no API wallet with this private key: authorize it ${WHERE}, or copy its private key again. One that is authorized under the same name ends the one before`)
    default: return checks.fail('reached', 'exchange_unreachable', 'Hyperliquid did not say what this private key belongs to. Nothing was stored: try again')
  }
  if (word(member(role, 'data'), 'user')?.toLowerCase() !== account) {
    return checks.fail('signature', 'credentials_rejected', 'This API wallet was authorized by another account: enter the address of the wallet that authorized it')
  }
  checks.pass('signature', 'The private key belongs to an API wallet of this account')
  const kind = word(owner, 'role')
  if (kind !== 'user') return checks.fail('market', 'account_restricted', `This address is ${kind === 'missing' ? 'no account yet' : 'no main account'} (${kind ?? 'unknown'}): connect the address of your own wallet`)
  checks.pass('live_account', 'The account is one of the live chain: the test network has another server')
  checks.pass('market', `API wallets may trade ${market}`)
  checks.pass('rights', 'API wallets trade, and move funds within their own account at most')
  checks.pass('withdrawal_off', 'API wallets cannot withdraw: the chain takes withdrawals and transfers to others from the main wallet alone')
  checks.unverifiable('ip_binding', 'API wallets work from any address')
  const until = member(list(agents)?.find((row) => word(row, 'address')?.toLowerCase() === agent), 'validUntil')
  if (typeof until !== 'number') {
    checks.pass('expiry', 'Hyperliquid names no end of this API wallet')
    return { ok: true, checks: checks.list(), accountId: account, positionMode: market === 'spot' ? null : 'one-way', expiresAt: null }
  }
  if (until <= now) return checks.fail('expiry', 'key_expired', `The API wallet ended on ${iso(until)}: authorize a new one ${WHERE}`)
  checks.pass('expiry', `The API wallet works until ${iso(until)}`)
  return { ok: true, checks: checks.list(), accountId: account, positionMode: market === 'spot' ? null : 'one-way', expiresAt: until }
}
