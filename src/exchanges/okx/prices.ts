import { Problem, type Market } from '#model'
import { amount, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { INSTRUMENTS, rowsOf } from './manner.ts'

/** Last prices: of one symbol, or of all at once. A single symbol that OKX does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const [only, ...others] = symbols
  const answer = only !== undefined && others.length === 0
    ? await desk.askOpenly(desk.host('okx'), '/api/v5/market/ticker', { instId: only }) : await desk.askOpenly(desk.host('okx'), '/api/v5/market/tickers', { instType: INSTRUMENTS[market] })
  const rows = rowsOf(desk.body(answer))
  if (rows === null) throw new Problem('exchange_unreachable', 'OKX: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries(rows.flatMap((row) => {
      const [symbol, price] = [word(row, 'instId'), amount(row, 'last')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
