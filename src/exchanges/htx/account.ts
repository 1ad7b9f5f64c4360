import { createHash } from 'node:crypto'
import { decimal, Problem, text, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import type { Answer } from '../reading.ts'
import { get, hostOf } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

export const UID = '/v2/user/uid'
export const ACCOUNTS = '/v1/account/accounts'
export const MODE = '/v5/position/mode'

/** Numbers of spot accounts by a digest of the key's name, while an exchange is open: a key has one, and each order names it. */
const NUMBERS = new WeakMap<Desk, Map<string, string>>()

/** The number of a key's spot account; where it cannot be had, the answer to the question, null for one without such an account. */
export async function spotAccountOf(desk: Desk, call: Call): Promise<string | Exclude<Answer, { kind: 'ok' }> | null> {
  const kept = NUMBERS.get(desk) ?? new Map<string, string>()
  NUMBERS.set(desk, kept)
  const name = createHash('sha256').update(call.key.apiKey).digest('hex')
  const known = kept.get(name)
  if (known !== undefined) return known
  const answer = await get(desk, call, 'spot', ACCOUNTS)
  if (answer.kind !== 'ok') return answer
  const found = spotAccountIn(answer.body)
  if (found !== null) kept.set(name, found)
  return found
}

/** [S get all accounts] type spot, state working or lock. */
export const spotAccountIn = (body: unknown): string | null => word(list(member(body, 'data'))?.find((row) => word(row, 'type') === 'spot'), 'id')

/** Balances of the spot account, or of the one for futures with its positions and mode. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  if (call.market === 'spot') {
    const number = await spotAccountOf(desk, call)
    if (typeof number !== 'string') throw number === null ? unreadable() : desk.problem(number)
    const [identity, wallet] = await Promise.all([get(desk, call, 'spot', UID), get(desk, call, 'spot', `${ACCOUNTS}/${number}/balance`)])
    return { accountId: word(desk.body(identity), 'data'), positionMode: null, balances: spotBalances(desk.body(wallet)), positions: [] }
  }
  const [identity, wallet, mode, held] = await Promise.all([
    get(desk, call, 'spot', UID), get(desk, call, 'futures', '/v5/account/balance'), get(desk, call, 'futures', MODE), get(desk, call, 'futures', '/v5/trade/position/opens'),
  ])
  return { accountId: word(desk.body(identity), 'data'), positionMode: modeOf(desk.body(mode)), balances: futuresBalances(desk.body(wallet)), positions: await positionsOf(desk, desk.body(held)) }
}

/** [S account balance] A row for what can be traded with, one for what is frozen; loans and interest have rows of their own. */
function spotBalances(body: unknown): Account['balances'] {
  const rows = list(member(member(body, 'data'), 'list'))
  if (rows === null) throw unreadable()
  const sums = new Map<string, { free: string; total: string }>()
  for (const row of rows) {
    const [asset, kind, balance] = [word(row, 'currency')?.toUpperCase() ?? null, word(row, 'type'), amount(row, 'balance')]
    if (asset === null || !positive(balance) || (kind !== 'trade' && kind !== 'frozen')) continue
    const { free, total } = sums.get(asset) ?? { free: '0', total: '0' }
    sums.set(asset, { free: kind === 'trade' ? text(decimal(free).plus(decimal(balance))) : free, total: text(decimal(total).plus(decimal(balance))) })
  }
  return Object.fromEntries(sums)
}

/** [F account balance: details] Equity without what positions would gain or lose now. */
function futuresBalances(body: unknown): Account['balances'] {
  const rows = list(member(member(body, 'data'), 'details'))
  if (rows === null) throw unreadable()
  return Object.fromEntries(rows.flatMap((row) => {
    const [asset, free, equity, unrealized] = [word(row, 'currency')?.toUpperCase() ?? null, amount(row, 'available'), amount(row, 'equity'), amount(row, 'profit_unreal')]
    if (asset === null || free === null) return []
    const total = equity === null ? free : text(decimal(equity).minus(decimal(unrealized ?? '0')))
    return positive(total) ? [[asset, { free: free.startsWith('-') ? '0' : free, total }]] : []
  }))
}

/** [F position mode] */
export function modeOf(body: unknown): PositionMode | null {
  const mode = word(member(body, 'data'), 'position_mode')
  return mode === 'dual_side' ? 'hedge' : mode === 'single_side' ? 'one-way' : null
}

/** [F current positions] `volume` in contracts; `direction` buy for long ones; `position_side` both in one-way mode. */
async function positionsOf(desk: Desk, body: unknown): Promise<Account['positions']> {
  const rows = list(member(body, 'data'))
  if (rows === null) throw unreadable()
  const found: Account['positions'][number][] = []
  for (const row of rows) {
    const [symbol, contracts, side, isShort] = [word(row, 'contract_code'), amount(row, 'volume'), word(row, 'position_side'), word(row, 'direction') === 'sell']
    if (symbol === null || !positive(contracts)) continue
    const size = await desk.contracts.futures.of(symbol)
    if (size === null) throw new Problem('exchange_unreachable', `HTX: a position in ${symbol}, which is not in its list of contracts`)
    const quantity = baseOf(contracts, size)
    found.push({ symbol, quantity: isShort ? `-${quantity}` : quantity, side: side === 'long' || side === 'short' ? side : 'both' })
  }
  return found
}

/** Sets the leverage of one contract with cross margin, which is one for both sides. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  const body = { contract_code: symbol, margin_mode: 'cross', lever_rate: String(leverage) }
  const data = member(desk.body(await desk.ask(call, hostOf(desk, 'futures'), { method: 'POST', path: '/v5/position/lever', body })), 'data')
  return { leverage: Number(member(data, 'lever_rate') ?? leverage) }
}

const unreadable = (): Problem => new Problem('exchange_unreachable', 'HTX: the account could not be read')
