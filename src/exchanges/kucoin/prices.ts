import { Problem, type Market } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { hostOf } from './manner.ts'

const ONE = { spot: '/api/v1/market/orderbook/level1', futures: '/api/v1/ticker' } as const
const ALL = { spot: '/api/v1/market/allTickers', futures: '/api/v1/allTickers' } as const

/** Last prices: of one symbol, or of all at once. A single symbol that KuCoin does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const [only, ...others] = symbols
  if (only !== undefined && others.length === 0) {
    // For what it does not have KuCoin answers with null.
    const price = amount(member(desk.body(await desk.askOpenly(hostOf(desk, market), ONE[market], { symbol: only })), 'data'), 'price')
    if (!positive(price)) throw new Problem('unknown_symbol', `KuCoin has no price for ${only}`)
    return { at, prices: { [only]: price } }
  }
  const data = member(desk.body(await desk.askOpenly(hostOf(desk, market), ALL[market])), 'data')
  const rows = list(data) ?? list(member(data, 'ticker'))
  if (rows === null) throw new Problem('exchange_unreachable', 'KuCoin: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries(rows.flatMap((row) => {
      const [symbol, price] = [word(row, 'symbol'), amount(row, 'last') ?? amount(row, 'price')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
