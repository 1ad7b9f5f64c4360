import { Problem, decimal, text, type Market, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { isMissing, type Answer } from '../reading.ts'
import { hostOf } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

/** Balances, positions and position mode. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  return call.market === 'spot' ? spotAccount(desk, call) : futuresAccount(desk, call)
}

async function spotAccount(desk: Desk, call: Call): Promise<Account> {
  const body = desk.body(await get(desk, call, 'spot', '/api/v3/account'))
  const rows = list(member(body, 'balances'))
  if (rows === null) throw unreadable()
  const balances: Record<string, { free: string; total: string }> = {}
  for (const row of rows) {
    const [asset, free, locked] = [word(row, 'asset'), amount(row, 'free'), amount(row, 'locked')]
    if (asset === null || free === null || (!positive(free) && !positive(locked))) continue
    balances[asset] = { free, total: text(decimal(free).plus(decimal(locked ?? '0'))) }
  }
  return { accountId: word(body, 'uid'), positionMode: null, balances, positions: [] }
}

async function futuresAccount(desk: Desk, call: Call): Promise<Account> {
  const [positionMode, accountId, body] = await Promise.all([
    modeOf(desk, call), futuresAccountId(desk, call), futuresBody(desk, call),
  ])
  const balances: Record<string, { free: string; total: string }> = {}
  for (const row of list(member(body, 'assets')) ?? []) {
    const [asset, total, free] = [word(row, 'asset'), amount(row, 'walletBalance'), amount(row, 'availableBalance')]
    if (asset !== null && total !== null && /[1-9]/.test(total + (free ?? ''))) balances[asset] = { free: free ?? total, total }
  }
  const positions = (list(member(body, 'positions')) ?? []).flatMap((row) => {
    const [symbol, quantity] = [word(row, 'symbol'), amount(row, 'positionAmt')]
    if (symbol === null || quantity === null || decimal(quantity).isZero()) return []
    const side = word(row, 'positionSide')
    return [{ symbol, quantity, side: side === 'LONG' ? 'long' as const : side === 'SHORT' ? 'short' as const : 'both' as const }]
  })
  return { accountId, positionMode, balances, positions }
}

/** v3 lists only what there is; v2, every symbol, serves where a gateway has no v3. */
export async function askFuturesAccount(desk: Desk, call: Call): Promise<Answer> {
  const newer = await get(desk, call, 'futures', '/fapi/v3/account')
  return isMissing(newer) ? get(desk, call, 'futures', '/fapi/v2/account') : newer
}

async function futuresBody(desk: Desk, call: Call): Promise<unknown> {
  const body = desk.body(await askFuturesAccount(desk, call))
  if (list(member(body, 'assets')) === null) throw unreadable()
  return body
}

/** `dualSidePosition`: hedge mode. A gateway that does not serve the question has the default, one-way. Throws `Problem`. */
async function modeOf(desk: Desk, call: Call): Promise<PositionMode> {
  const answer = await get(desk, call, 'futures', '/fapi/v1/positionSide/dual')
  return readMode(isMissing(answer) ? null : desk.body(answer))
}

export const readMode = (body: unknown): PositionMode => {
  const dual = member(body, 'dualSidePosition')
  return dual === true || dual === 'true' ? 'hedge' : 'one-way'
}

/**
 * Futures answers carry no account id that can be relied on (`accountAlias` of the balance is the same text for everybody
 * at gateways that copy the documentation's example). The same key may read the spot account of the same person, whose
 * `uid` all keys of one account share [rest-api.md, "Account information"]. Null: this key may not. No answer at all is a
 * `Problem`, so that the id does not depend on the weather.
 */
export async function futuresAccountId(desk: Desk, call: Call): Promise<string | null> {
  // A refusal here says nothing of what the key is for.
  const { onKeyRefused: _unheard, ...caller } = call.caller
  const spot = await get(desk, { key: call.key, caller }, 'spot', '/api/v3/account')
  if (spot.kind === 'none') throw desk.problem(spot)
  return spot.kind === 'ok' ? word(spot.body, 'uid') : null
}

/** Sets the leverage of one symbol. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  const body = desk.body(await desk.ask(call, hostOf(desk, 'futures'), { method: 'POST', path: '/fapi/v1/leverage', params: { symbol, leverage } }))
  const set = member(body, 'leverage')
  return { leverage: typeof set === 'number' ? set : leverage }
}

/** A signed question to that market's host. */
export const get = (desk: Desk, call: Pick<Call, 'key' | 'caller'>, market: Market, path: string): Promise<Answer> =>
  desk.ask(call, hostOf(desk, market), { method: 'GET', path })

const unreadable = (): Problem => new Problem('exchange_unreachable', 'Binance: the account could not be read')
