import { decimal, Problem, text, ZERO, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { isUnified, marginOf, productOf, PRODUCTS, rowsOf } from './api.ts'
import { isSameLeverage } from './errors.ts'
import { get, hostOf } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>
type Balances = Record<string, { free: string; total: string }>

/** Where nobody asks about a symbol: contracts in USDT have one mode for all of them, those in USDC another. */
const USUAL_SYMBOL = 'BTCUSDT'

/** Balances, positions on cross margin, and the position mode of the symbol's contracts. Throws `Problem`. */
export async function account(desk: Desk, call: Call, symbol: string | null): Promise<Account> {
  return isUnified(call.key) ? unified(desk, call) : call.market === 'spot' ? classicSpot(desk, call) : classicContracts(desk, call, symbol ?? USUAL_SYMBOL)
}

async function classicSpot(desk: Desk, call: Call): Promise<Account> {
  const [info, assets] = await Promise.all([get(desk, call, '/api/v2/spot/account/info'), get(desk, call, '/api/v2/spot/account/assets', { assetType: 'hold_only' })])
  const balances: Balances = {}
  for (const row of readable(rowsOf(desk.body(assets)))) {
    const [coin, free] = [word(row, 'coin'), amount(row, 'available')]
    if (coin === null || free === null) continue
    const total = sum([free, amount(row, 'frozen'), amount(row, 'locked')])
    if (positive(total)) balances[coin.toUpperCase()] = { free, total }
  }
  return { accountId: word(member(desk.body(info), 'data'), 'userId'), positionMode: null, balances, positions: [] }
}

async function classicContracts(desk: Desk, call: Call, symbol: string): Promise<Account> {
  const [info, mode, ...products] = await Promise.all([
    get(desk, call, '/api/v2/spot/account/info'), get(desk, call, '/api/v2/mix/account/account', modeQuestion(symbol)),
    ...PRODUCTS.map(async (productType) => Promise.all([get(desk, call, '/api/v2/mix/account/accounts', { productType }), get(desk, call, '/api/v2/mix/position/all-position', { productType })])),
  ])
  const balances: Balances = {}
  const positions: Account['positions'][number][] = []
  for (const [accounts, held] of products) {
    for (const row of readable(rowsOf(desk.body(accounts)))) {
      const [coin, equity] = [word(row, 'marginCoin'), amount(row, 'accountEquity')]
      if (coin === null || equity === null) continue
      // Equity counts what open positions would gain or lose.
      const total = text(decimal(equity).minus(decimal(amount(row, 'unrealizedPL') ?? '0')))
      if (positive(total)) balances[coin.toUpperCase()] = { free: amount(row, 'crossedMaxAvailable') ?? amount(row, 'available') ?? '0', total }
    }
    positions.push(...readable(rowsOf(desk.body(held))).flatMap((row) => positionOf(row, 'holdSide', 'posMode')))
  }
  return { accountId: word(member(desk.body(info), 'data'), 'userId'), positionMode: modeOf(member(desk.body(mode), 'data'), 'posMode'), balances, positions }
}

/** One purse for both markets. */
async function unified(desk: Desk, call: Call): Promise<Account> {
  const held = call.market === 'spot' ? [] : PRODUCTS.map((category) => get(desk, call, '/api/v3/position/current-position', { category }))
  const [settings, assets, ...products] = await Promise.all([get(desk, call, '/api/v3/account/settings'), get(desk, call, '/api/v3/account/assets'), ...held])
  const balances: Balances = {}
  for (const row of readable(list(member(member(desk.body(assets), 'data'), 'assets')))) {
    const [coin, total] = [word(row, 'coin'), amount(row, 'balance')]
    if (coin !== null && total !== null && positive(total)) balances[coin.toUpperCase()] = { free: amount(row, 'available') ?? '0', total }
  }
  const identity = member(desk.body(settings), 'data')
  return {
    accountId: word(identity, 'uid'), positionMode: call.market === 'spot' ? null : modeOf(identity, 'holdMode'), balances,
    positions: products.flatMap((answer) => readable(rowsOf(desk.body(answer))).flatMap((row) => positionOf(row, 'posSide', 'holdMode'))),
  }
}

/** A position on cross margin: one on isolated margin is not ours, as our orders name cross margin. */
function positionOf(row: unknown, side: string, mode: string): Account['positions'] {
  const [symbol, size, held] = [word(row, 'symbol'), amount(row, 'total'), word(row, side)]
  if (symbol === null || !positive(size) || (held !== 'long' && held !== 'short') || word(row, 'marginMode') !== 'crossed') return []
  return [{ symbol: symbol.toUpperCase(), quantity: held === 'short' ? `-${size}` : size, side: modeOf(row, mode) === 'hedge' ? held : 'both' }]
}

export const modeQuestion = (symbol: string = USUAL_SYMBOL): Record<string, string> => ({ symbol, productType: productOf(symbol), ...marginOf(symbol) })

/** `one_way_mode`, `hedge_mode`; null: not told. */
export function modeOf(row: unknown, name: 'posMode' | 'holdMode' | (string & {})): PositionMode | null {
  const mode = word(row, name)
  return mode === 'one_way_mode' ? 'one-way' : mode === 'hedge_mode' ? 'hedge' : null
}

/** Sets the leverage of one symbol on cross margin, for both sides. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  const answer = await desk.ask(call, hostOf(desk), isUnified(call.key)
    ? { method: 'POST', path: '/api/v3/account/set-leverage', body: { category: productOf(symbol), symbol, leverage: String(leverage) } }
    : { method: 'POST', path: '/api/v2/mix/account/set-leverage', body: { symbol, productType: productOf(symbol), ...marginOf(symbol), leverage: String(leverage) } })
  if (answer.kind === 'refused' && isSameLeverage(answer.code)) return { leverage }
  desk.body(answer)
  return { leverage }
}

const sum = (parts: readonly (string | null)[]): string => text(parts.reduce((total, part) => total.plus(decimal(part ?? '0')), ZERO))

function readable(rows: readonly unknown[] | null): readonly unknown[] {
  if (rows === null) throw new Problem('exchange_unreachable', 'Bitget: the account could not be read')
  return rows
}
