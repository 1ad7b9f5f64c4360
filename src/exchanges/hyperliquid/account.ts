import { decimal, Problem, text, type Market } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, Exchange } from '../port.ts'
import { listedIn } from './markets.ts'
import { act, ask } from './manner.ts'
import { accountOf } from './sign.ts'

type Account = Awaited<ReturnType<Exchange['account']>>

const STATE = { spot: 'spotClearinghouseState', futures: 'clearinghouseState' } as const satisfies Record<Market, string>
/** What perpetuals are settled in. */
const MARGIN = 'USDC'

/** Balances and positions of the account, whose number is its address. Positions of a market are netted. Throws `Problem`. */
export async function account(desk: Desk, call: Call): Promise<Account> {
  const accountId = accountOf(call.key)
  const body = desk.body(await ask(desk, call, { type: STATE[call.market], user: accountId }))
  return call.market === 'spot' ? { accountId, positionMode: null, balances: spotBalances(body), positions: [] } : { accountId, positionMode: 'one-way', ...perpetuals(body) }
}

/** `{"balances": [{"coin": "USDC", "total": "14.6", "hold": "0.0"}]}` */
function spotBalances(body: unknown): Account['balances'] {
  const rows = list(member(body, 'balances'))
  if (rows === null) throw unreadable()
  return Object.fromEntries(rows.flatMap((row) => {
    const [asset, total, held] = [word(row, 'coin'), amount(row, 'total'), amount(row, 'hold')]
    if (asset === null || !positive(total)) return []
    const free = decimal(total).minus(decimal(held ?? '0'))
    return [[asset, { free: free.isNegative() ? '0' : text(free), total }] as const]
  }))
}

/** `{"withdrawable": "1", "marginSummary": {"accountValue": "2"}, "assetPositions": [{"position": {"coin": "BTC", "szi": "-0.1"}}]}` */
function perpetuals(body: unknown): Pick<Account, 'balances' | 'positions'> {
  const [rows, total, free] = [list(member(body, 'assetPositions')), amount(member(body, 'marginSummary'), 'accountValue'), amount(body, 'withdrawable')]
  if (rows === null || total === null) throw unreadable()
  return {
    balances: positive(total) ? { [MARGIN]: { free: free ?? '0', total } } : {},
    positions: rows.flatMap((row) => {
      const position = member(row, 'position')
      const [symbol, quantity] = [word(position, 'coin'), amount(position, 'szi')]
      return symbol === null || quantity === null || decimal(quantity).isZero() ? [] : [{ symbol, side: 'both' as const, quantity }]
    }),
  }
}

/** Sets the leverage of one market; its margin stays as it is, cross or isolated. Throws `Problem`: `rules_violated`, `unknown_symbol`, …; spot: `invalid_input`. */
export async function setLeverage(desk: Desk, call: Call, symbol: string, leverage: number): Promise<{ leverage: number }> {
  if (call.market === 'spot') throw new Problem('invalid_input', 'Leverage is for futures')
  const listed = (await listedIn(desk, 'futures')).bySymbol.get(symbol)
  if (listed === undefined) throw new Problem('unknown_symbol', `Hyperliquid has no ${symbol}`)
  const now = desk.body(await ask(desk, call, { type: 'activeAssetData', user: accountOf(call.key), coin: listed.coin }))
  const isCross = word(member(now, 'leverage'), 'type') !== 'isolated'
  desk.body(await act(desk, call, { type: 'updateLeverage', asset: listed.asset, isCross, leverage }))
  return { leverage }
}

const unreadable = (): Problem => new Problem('exchange_unreachable', 'Hyperliquid: the account could not be read')
