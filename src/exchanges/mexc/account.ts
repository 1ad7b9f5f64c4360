import { decimal, Problem, text, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { get, hostOf, PRIVATE } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

export const UID = '/api/v3/uid'
export const MODE = `${PRIVATE}/position/position_mode`
const POSITIONS = `${PRIVATE}/position/open_positions`

/** Balances of the spot account, or of the one for contracts with its positions and mode. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const isSpot = call.market === 'spot'
  const [identity, wallet] = await Promise.all([get(desk, call, UID), get(desk, call, isSpot ? '/api/v3/account' : `${PRIVATE}/account/assets`)])
  const accountId = word(desk.body(identity), 'uid')
  const body = desk.body(wallet)
  if (isSpot) return { accountId, positionMode: null, balances: spotBalances(body), positions: [] }
  const [mode, held] = await Promise.all([get(desk, call, MODE), get(desk, call, POSITIONS)])
  const positionMode = modeOf(desk.body(mode))
  return { accountId, positionMode, balances: futuresBalances(body), positions: await positionsOf(desk, desk.body(held), positionMode) }
}

function spotBalances(body: unknown): Account['balances'] {
  const rows = list(member(body, 'balances'))
  if (rows === null) throw unreadable()
  return Object.fromEntries(rows.flatMap((row) => {
    const [asset, free, locked] = [word(row, 'asset'), amount(row, 'free'), amount(row, 'locked')]
    if (asset === null || free === null) return []
    const total = text(decimal(free).plus(decimal(locked ?? '0')))
    return positive(total) ? [[asset, { free, total }]] : []
  }))
}

/** [F account assets] What is held without what positions would gain or lose now. */
function futuresBalances(body: unknown): Account['balances'] {
  const rows = list(member(body, 'data'))
  if (rows === null) throw unreadable()
  return Object.fromEntries(rows.flatMap((row) => {
    const [asset, free, equity, unrealized] = [word(row, 'currency'), amount(row, 'availableBalance'), amount(row, 'equity'), amount(row, 'unrealized')]
    if (asset === null || free === null) return []
    const total = equity === null ? free : text(decimal(equity).minus(decimal(unrealized ?? '0')))
    return positive(total) ? [[asset, { free: free.startsWith('-') ? '0' : free, total }]] : []
  }))
}

/** [F position mode] 1 hedge, 2 one-way. */
export const modeOf = (body: unknown): PositionMode | null => {
  const mode = word(body, 'data')
  return mode === '1' ? 'hedge' : mode === '2' ? 'one-way' : null
}

/** [F open positions] positionType 1 long, 2 short; `holdVol` in contracts. */
async function positionsOf(desk: Desk, body: unknown, mode: PositionMode | null): Promise<Account['positions']> {
  const rows = list(member(body, 'data'))
  if (rows === null) throw unreadable()
  const found: Account['positions'][number][] = []
  for (const row of rows) {
    const [symbol, contracts, isShort] = [word(row, 'symbol'), amount(row, 'holdVol'), member(row, 'positionType') === 2]
    if (symbol === null || !positive(contracts)) continue
    const size = await desk.contracts.futures.of(symbol)
    if (size === null) throw new Problem('exchange_unreachable', `MEXC: a position in ${symbol}, which is not in its list of contracts`)
    const quantity = baseOf(contracts, size)
    found.push({ symbol, quantity: isShort ? `-${quantity}` : quantity, side: mode === 'hedge' ? (isShort ? 'short' : 'long') : 'both' })
  }
  return found
}

/** [F switch leverage] Of a position by its number, else of the side that has none, with crossed margin. */
const SIDES = [1, 2] as const
const CROSSED = 2

/** Sets the leverage of one contract, for both sides. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  const held = list(member(desk.body(await get(desk, call, POSITIONS, { symbol })), 'data'))
  if (held === null) throw unreadable()
  for (const positionType of SIDES) {
    const positionId = word(held.find((row) => member(row, 'positionType') === positionType && word(row, 'symbol') === symbol), 'positionId')
    const body = positionId === null ? { openType: CROSSED, leverage, symbol, positionType } : { positionId: Number(positionId), leverage }
    desk.body(await desk.ask(call, hostOf(desk), { method: 'POST', path: `${PRIVATE}/position/change_leverage`, body }))
  }
  return { leverage }
}

const unreadable = (): Problem => new Problem('exchange_unreachable', 'MEXC: the account could not be read')
