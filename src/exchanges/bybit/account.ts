import { Problem, decimal, text, ZERO, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { SAME_LEVERAGE } from './errors.ts'
import { get, hostOf, pages, rowsOf } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

/** What contracts are settled in here; Bybit wants them asked for one by one. */
const SETTLED_IN = ['USDT', 'USDC'] as const
/** Where nobody asks about a symbol: the mode that an account is most likely to have everywhere. */
const USUAL_SYMBOL = 'BTCUSDT'
export const POSITIONS_OF_USUAL_SYMBOL = { category: 'linear', symbol: USUAL_SYMBOL } as const
const POSITIONS_PAGE = 200

/** Balances of the unified account, positions, and the position mode of the symbol. Throws `Problem`. */
export async function account(desk: Desk, call: Call, symbol: string | null): Promise<Account> {
  const [identity, wallet] = await Promise.all([get(desk, call, '/v5/user/query-api'), get(desk, call, '/v5/account/wallet-balance', { accountType: 'UNIFIED' })])
  const accountId = word(member(desk.body(identity), 'result'), 'userID')
  const coins = list(member(rowsOf(desk.body(wallet))?.[0], 'coin'))
  if (coins === null) throw unreadable()
  const balances: Record<string, { free: string; total: string }> = {}
  for (const row of coins) {
    const [asset, total] = [word(row, 'coin'), amount(row, 'walletBalance')]
    if (asset === null || total === null || !positive(total)) continue
    balances[asset] = { free: freeOf(row, total), total }
  }
  if (call.market === 'spot') return { accountId, positionMode: null, balances, positions: [] }
  const [positionMode, ...positions] = await Promise.all([modeOf(desk, call, symbol ?? USUAL_SYMBOL), ...SETTLED_IN.map((coin) => positionsIn(desk, call, coin))])
  return { accountId, positionMode, balances, positions: positions.flat() }
}

/** What orders on spot and margins of contracts have not set aside. [D account/wallet-balance; portfolio margin: "" ] */
function freeOf(row: unknown, total: string): string {
  const bound = ['locked', 'totalOrderIM', 'totalPositionIM'].reduce((sum, name) => sum.plus(decimal(amount(row, name) ?? '0')), ZERO)
  const free = decimal(total).minus(bound)
  return free.isNegative() ? '0' : text(free)
}

async function positionsIn(desk: Desk, call: Call, settleCoin: string): Promise<Account['positions']> {
  const answer = await pages(desk, call, '/v5/position/list', { category: 'linear', settleCoin, limit: POSITIONS_PAGE })
  if (answer.kind !== 'ok') throw desk.problem(answer)
  if (answer.rows === null) throw unreadable()
  return answer.rows.flatMap((row) => {
    const [symbol, size, side] = [word(row, 'symbol'), amount(row, 'size'), word(row, 'side')]
    if (symbol === null || !positive(size)) return []
    const index = member(row, 'positionIdx')
    return [{ symbol, quantity: side === 'Sell' ? `-${size}` : size, side: index === 1 ? 'long' as const : index === 2 ? 'short' as const : 'both' as const }]
  })
}

async function modeOf(desk: Desk, call: Call, symbol: string): Promise<PositionMode | null> {
  const rows = rowsOf(desk.body(await get(desk, call, '/v5/position/list', { ...POSITIONS_OF_USUAL_SYMBOL, symbol })))
  if (rows === null) throw unreadable()
  return readMode(rows)
}

/**
 * Bybit has a position mode for each symbol: the answer shows one position (index 0, one-way) or two (1 and 2, hedge),
 * empty ones included. [D position/position: "If symbol passed, it returns data regardless of having position or not"]
 */
export const readMode = (rows: readonly unknown[]): PositionMode | null =>
  (rows.length === 0 ? null : rows.some((row) => member(row, 'positionIdx') !== 0) ? 'hedge' : 'one-way')

/** Sets the leverage of one symbol, for both sides. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  const answer = await desk.ask(call, hostOf(desk, call.key), {
    method: 'POST', path: '/v5/position/set-leverage', body: { category: 'linear', symbol, buyLeverage: String(leverage), sellLeverage: String(leverage) },
  })
  if (answer.kind === 'refused' && answer.code === SAME_LEVERAGE) return { leverage }
  if (answer.kind === 'refused' && answer.code === 10_001 && !/symbol/i.test(answer.text)) throw new Problem('rules_violated', `Bybit does not take a leverage of ${leverage} for ${symbol}: ${answer.text}`)
  desk.body(answer)
  return { leverage }
}

const unreadable = (): Problem => new Problem('exchange_unreachable', 'Bybit: the account could not be read')
