import { decimal, Problem, text, type PositionMode } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { get, hostOf, rowsOf } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>
type Balances = Record<string, { free: string; total: string }>

/** What contracts are settled in here; KuCoin wants them asked for one by one. */
const SETTLED_IN = ['USDT', 'USDC'] as const

/** Balances of the trading account or of the futures account, positions on cross margin, and the account's position mode. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const identity = get(desk, call, 'spot', '/api/v1/user/api-key')
  const held = await (call.market === 'spot' ? spotBalances(desk, call) : futuresHoldings(desk, call))
  return { accountId: word(member(desk.body(await identity), 'data'), 'uid'), ...held }
}

async function spotBalances(desk: Desk, call: Call): Promise<Omit<Account, 'accountId'>> {
  const balances: Balances = {}
  for (const row of readable(rowsOf(desk.body(await get(desk, call, 'spot', '/api/v1/accounts', { type: 'trade' }))))) {
    const [asset, total] = [word(row, 'currency'), amount(row, 'balance')]
    if (asset !== null && total !== null && positive(total)) balances[asset] = { free: amount(row, 'available') ?? '0', total }
  }
  return { positionMode: null, balances, positions: [] }
}

async function futuresHoldings(desk: Desk, call: Call): Promise<Omit<Account, 'accountId'>> {
  const [mode, positions, ...purses] = await Promise.all([
    get(desk, call, 'futures', '/api/v2/position/getPositionMode'), positionsOf(desk, call), ...SETTLED_IN.map((currency) => get(desk, call, 'futures', '/api/v1/account-overview', { currency })),
  ])
  const balances: Balances = {}
  for (const purse of purses) {
    const row = member(desk.body(purse), 'data')
    const [asset, equity] = [word(row, 'currency'), amount(row, 'accountEquity')]
    if (asset === null || equity === null) continue
    // Equity counts what open positions would gain or lose.
    const total = text(decimal(equity).minus(decimal(amount(row, 'unrealisedPNL') ?? '0')))
    if (positive(total)) balances[asset] = { free: amount(row, 'availableBalance') ?? '0', total }
  }
  return { positionMode: modeOf(desk.body(mode)), balances, positions }
}

/** `positionMode` 0: one-way, 1: hedge, as number or text. */
export function modeOf(body: unknown): PositionMode | null {
  const mode = word(member(body, 'data'), 'positionMode')
  return mode === '0' ? 'one-way' : mode === '1' ? 'hedge' : null
}

/** Contracts on cross margin: what is on isolated margin is not ours, as our orders name cross margin. */
async function positionsOf(desk: Desk, call: Call): Promise<Account['positions']> {
  const positions: Account['positions'][number][] = []
  for (const row of readable(rowsOf(desk.body(await get(desk, call, 'futures', '/api/v1/positions'))))) {
    const [symbol, contracts, side] = [word(row, 'symbol'), amount(row, 'currentQty'), word(row, 'positionSide')]
    if (symbol === null || contracts === null || contracts === '0' || word(row, 'marginMode') !== 'CROSS') continue
    const size = await desk.contracts.futures.of(symbol)
    // Coin-margined contracts are not in our list of markets.
    if (size === null) continue
    const quantity = baseOf(contracts, size)
    positions.push({ symbol, side: side === 'LONG' ? 'long' : side === 'SHORT' ? 'short' : 'both', quantity: side === 'SHORT' && !quantity.startsWith('-') ? `-${quantity}` : quantity })
  }
  return positions
}

/** Sets the leverage of one symbol on cross margin. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  desk.body(await desk.ask(call, hostOf(desk, 'futures'), { method: 'POST', path: '/api/v2/changeCrossUserLeverage', body: { symbol, leverage: String(leverage) } }))
  return { leverage }
}

function readable(rows: readonly unknown[] | null): readonly unknown[] {
  if (rows === null) throw new Problem('exchange_unreachable', 'KuCoin: the account could not be read')
  return rows
}
