import { Problem, type Market } from '#model'
import { amount, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { productOf, rowsOf } from './api.ts'
import { hostOf } from './manner.ts'

/** Last prices: of one symbol, or of all at once. A single symbol that Bitget does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const [only, ...others] = symbols
  const single = only !== undefined && others.length === 0
  const host = hostOf(desk)
  const answers = await Promise.all(market === 'spot' ? [desk.askOpenly(host, '/api/v2/spot/market/tickers', { symbol: single ? only : undefined })]
    : single ? [desk.askOpenly(host, '/api/v2/mix/market/ticker', { symbol: only, productType: productOf(only) })]
      : [...new Set(symbols.map(productOf))].map((productType) => desk.askOpenly(host, '/api/v2/mix/market/tickers', { productType })))
  const wanted = new Set(symbols)
  const found: [string, string][] = []
  for (const answer of answers) {
    const rows = rowsOf(desk.body(answer))
    if (rows === null) throw new Problem('exchange_unreachable', 'Bitget: the list of prices could not be read')
    for (const row of rows) {
      const [symbol, price] = [word(row, 'symbol'), amount(row, 'lastPr')]
      if (symbol !== null && wanted.has(symbol) && positive(price)) found.push([symbol, price])
    }
  }
  return { at, prices: Object.fromEntries(found) }
}
