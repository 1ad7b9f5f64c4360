import { Problem, type Market } from '#model'
import { amount, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { CATEGORY, rowsOf } from './manner.ts'

/** Last prices: of one symbol, or of all at once. A single symbol that Bybit does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const [only] = symbols
  const rows = rowsOf(desk.body(await desk.askOpenly(desk.host('bybit'), '/v5/market/tickers', { category: CATEGORY[market], symbol: symbols.length === 1 ? only : undefined })))
  if (rows === null) throw new Problem('exchange_unreachable', 'Bybit: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries(rows.flatMap((row) => {
      const [symbol, price] = [word(row, 'symbol'), amount(row, 'lastPrice')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
