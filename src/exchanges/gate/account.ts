import { decimal, Problem, text, type PositionMode } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { get, hostOf, pages, ROOT } from './manner.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

export const DETAIL = '/api/v4/account/detail'

/** Balances of the spot account, or of the one for contracts in USDT with its positions and mode. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const [identity, wallet] = await Promise.all([get(desk, call, DETAIL), get(desk, call, `${ROOT[call.market]}/accounts`)])
  const accountId = word(desk.body(identity), 'user_id')
  const body = desk.body(wallet)
  if (call.market === 'spot') return { accountId, positionMode: null, balances: spotBalances(body), positions: [] }
  return { accountId, positionMode: modeOf(body), balances: futuresBalance(body), positions: await positionsOf(desk, call) }
}

function spotBalances(body: unknown): Account['balances'] {
  const rows = list(body)
  if (rows === null) throw unreadable()
  return Object.fromEntries(rows.flatMap((row) => {
    const [asset, free, locked] = [word(row, 'currency'), amount(row, 'available'), amount(row, 'locked')]
    if (asset === null || free === null) return []
    const total = text(decimal(free).plus(decimal(locked ?? '0')))
    return positive(total) ? [[asset, { free, total }]] : []
  }))
}

/** [D futures account] `total` is of classic accounts only; in a unified one what is available is all that is said. */
function futuresBalance(body: unknown): Account['balances'] {
  const [available, stated] = [amount(body, 'available'), amount(body, 'total')]
  if (available === null) throw unreadable()
  const free = available.startsWith('-') ? '0' : available
  const total = positive(stated) && decimal(stated).greaterThan(decimal(free)) ? stated : free
  return positive(total) ? { USDT: { free, total } } : {}
}

/** [D position_mode] single, dual, dual_plus; older answers have `in_dual_mode` alone. Null: split positions, or not told. */
export function modeOf(body: unknown): PositionMode | null {
  switch (word(body, 'position_mode')) {
    case 'single': return 'one-way'
    case 'dual': return 'hedge'
    case null: return member(body, 'in_dual_mode') === true ? 'hedge' : member(body, 'in_dual_mode') === false ? 'one-way' : null
    default: return null
  }
}

async function positionsOf(desk: Desk, call: Call): Promise<Account['positions']> {
  const rows = list(desk.body(await pages(desk, call, 'futures', `${ROOT.futures}/positions`, { holding: 'true' })))
  if (rows === null) throw unreadable()
  const found: Account['positions'][number][] = []
  for (const row of rows) {
    const [symbol, contracts, mode] = [word(row, 'contract'), amount(row, 'size'), word(row, 'mode')]
    if (symbol === null || contracts === null || contracts === '0') continue
    const size = await desk.contracts.futures.of(symbol)
    if (size === null) throw new Problem('exchange_unreachable', `Gate: a position in ${symbol}, which is not in its list of contracts`)
    found.push({ symbol, quantity: baseOf(contracts, size), side: mode === 'dual_long' ? 'long' : mode === 'dual_short' ? 'short' : 'both' })
  }
  return found
}

/**
 * Sets the leverage of one contract, of both sides in hedge mode; margin stays isolated or crossed as it is, which Gate tells
 * by a leverage of 0. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`.
 */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  if (await desk.contracts.futures.of(symbol) === null) throw new Problem('unknown_symbol', `Gate has no contract ${symbol}`)
  const mode = modeOf(desk.body(await get(desk, call, `${ROOT.futures}/accounts`)))
  const path = `${ROOT.futures}/${mode === 'hedge' ? 'dual_comp/' : ''}positions/${symbol}`
  const shown = desk.body(await get(desk, call, path))
  const current = amount(list(shown)?.[0] ?? shown, 'leverage')
  if (current === null) throw new Problem('exchange_unreachable', `Gate: it cannot be read whether the margin of ${symbol} is isolated or crossed`)
  const params = current === '0' ? { leverage: 0, cross_leverage_limit: leverage } : { leverage }
  desk.body(await desk.ask(call, hostOf(desk), { method: 'POST', path: `${path}/leverage`, params }))
  return { leverage }
}

const unreadable = (): Problem => new Problem('exchange_unreachable', 'Gate: the account could not be read')
