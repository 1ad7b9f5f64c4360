import { Problem, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { get, hostOf, rowOf, rowsOf } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

/** Balances of the trading account, positions on cross margin, and the account's position mode. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const [config, balance, positions] = await Promise.all([
    get(desk, call, '/api/v5/account/config'), get(desk, call, '/api/v5/account/balance'), call.market === 'spot' ? [] : positionsOf(desk, call),
  ])
  const identity = rowOf(desk.body(config))
  const details = list(member(rowOf(desk.body(balance)), 'details'))
  if (details === null) throw unreadable()
  const balances: Record<string, { free: string; total: string }> = {}
  for (const row of details) {
    const [asset, total] = [word(row, 'ccy'), amount(row, 'cashBal')]
    if (asset !== null && total !== null && positive(total)) balances[asset] = { free: amount(row, 'availBal') ?? '0', total }
  }
  return { accountId: word(identity, 'uid'), positionMode: call.market === 'spot' ? null : modeOf(identity), balances, positions }
}

/** [D account configuration, posMode] */
export function modeOf(config: unknown): PositionMode | null {
  const mode = word(config, 'posMode')
  return mode === 'net_mode' ? 'one-way' : mode === 'long_short_mode' ? 'hedge' : null
}

/** Contracts on cross margin: what is on isolated margin is not ours, as an order names its margin mode. [D positions; place order, tdMode] */
async function positionsOf(desk: Desk, call: Call): Promise<Account['positions']> {
  const rows = rowsOf(desk.body(await get(desk, call, '/api/v5/account/positions', { instType: 'SWAP' })))
  if (rows === null) throw unreadable()
  const positions: Account['positions'][number][] = []
  for (const row of rows) {
    const [symbol, contracts, side] = [word(row, 'instId'), amount(row, 'pos'), word(row, 'posSide')]
    if (symbol === null || contracts === null || contracts === '0' || word(row, 'mgnMode') !== 'cross') continue
    const size = await desk.contracts.futures.of(symbol)
    // Coin-margined contracts are not in our list of markets.
    if (size === null) continue
    const quantity = baseOf(contracts, size)
    // "`short`, `pos` is positive".
    positions.push({ symbol, side: side === 'long' || side === 'short' ? side : 'both', quantity: side === 'short' && !quantity.startsWith('-') ? `-${quantity}` : quantity })
  }
  return positions
}

/** Sets the leverage of one symbol on cross margin, for both sides. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  desk.body(await desk.ask(call, hostOf(desk, call.key), { method: 'POST', path: '/api/v5/account/set-leverage', body: { instId: symbol, lever: String(leverage), mgnMode: 'cross' } }))
  return { leverage }
}

const unreadable = (): Problem => new Problem('exchange_unreachable', 'OKX: the account could not be read')
