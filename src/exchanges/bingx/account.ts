import { decimal, Problem, text, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { dataOf, get, hostOf } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

export const UID = '/openApi/account/v1/uid'
export const MODE = '/openApi/swap/v1/positionSide/dual'
export const SPOT_BALANCE = '/openApi/spot/v1/account/balance'

/** Balances of the spot account, or of the one for contracts with its positions and mode. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const isSpot = call.market === 'spot'
  const [identity, wallet] = await Promise.all([get(desk, call, UID), get(desk, call, isSpot ? SPOT_BALANCE : '/openApi/swap/v3/user/balance')])
  const accountId = word(dataOf(desk.body(identity)), 'uid')
  const data = dataOf(desk.body(wallet))
  if (isSpot) return { accountId, positionMode: null, balances: balancesOf(member(data, 'balances'), spotBalance), positions: [] }
  const [mode, held] = await Promise.all([get(desk, call, MODE), get(desk, call, '/openApi/swap/v2/user/positions')])
  const positionMode = modeOf(desk.body(mode))
  return { accountId, positionMode, balances: balancesOf(data, futuresBalance), positions: positionsOf(dataOf(desk.body(held)), positionMode) }
}

function balancesOf(rows: unknown, read: (row: unknown) => { free: string; total: string } | null): Account['balances'] {
  const found = list(rows)
  if (found === null) throw unreadable()
  return Object.fromEntries(found.flatMap((row) => {
    const [asset, balance] = [word(row, 'asset'), read(row)]
    return asset === null || balance === null || !positive(balance.total) ? [] : [[asset, balance]]
  }))
}

function spotBalance(row: unknown): { free: string; total: string } | null {
  const [free, locked] = [amount(row, 'free'), amount(row, 'locked')]
  return free === null ? null : { free, total: text(decimal(free).plus(decimal(locked ?? '0'))) }
}

/** [D swap-account] What is held without what positions would gain or lose now. */
function futuresBalance(row: unknown): { free: string; total: string } | null {
  const [total, free] = [amount(row, 'balance'), amount(row, 'availableMargin')]
  return total === null || free === null ? null : { free: free.startsWith('-') ? '0' : free, total }
}

/** [D swap-trade] "true" or true: hedge. Null: it did not say. */
export function modeOf(body: unknown): PositionMode | null {
  const dual = String(member(dataOf(body), 'dualSidePosition'))
  return dual === 'true' ? 'hedge' : dual === 'false' ? 'one-way' : null
}

/** A short one may be named by its side, by its sign, or by both. [D swap-account: positive amounts with a side] */
function positionsOf(data: unknown, mode: PositionMode | null): Account['positions'] {
  const rows = data === null ? [] : list(data)
  if (rows === null) throw unreadable()
  return rows.flatMap((row) => {
    const [symbol, told] = [word(row, 'symbol'), amount(row, 'positionAmt')]
    if (symbol === null || told === null || decimal(told).isZero()) return []
    const isShort = word(row, 'positionSide') === 'SHORT' || told.startsWith('-')
    const size = told.replace('-', '')
    return [{ symbol, quantity: isShort ? `-${size}` : size, side: mode === 'hedge' ? (isShort ? 'short' as const : 'long' as const) : 'both' as const }]
  })
}

/** Sets the leverage of one contract, in hedge mode of both sides. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  const sides = modeOf(desk.body(await get(desk, call, MODE))) === 'hedge' ? ['LONG', 'SHORT'] : ['BOTH']
  let set = leverage
  for (const side of sides) {
    const body = desk.body(await desk.ask(call, hostOf(desk), { method: 'POST', path: '/openApi/swap/v2/trade/leverage', params: { symbol, side, leverage } }))
    const told = member(dataOf(body), 'leverage')
    if (typeof told === 'number') set = told
  }
  return { leverage: set }
}

const unreadable = (): Problem => new Problem('exchange_unreachable', 'BingX: the account could not be read')
