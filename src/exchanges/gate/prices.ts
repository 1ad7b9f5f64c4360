import { Problem, type Market } from '#model'
import { amount, list, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { named, ROOT } from './manner.ts'

/** Last prices: of one symbol, or of all at once. A single symbol that Gate does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const [only] = symbols
  const rows = list(desk.body(await desk.askOpenly(desk.host('gate'), `${ROOT[market]}/tickers`, symbols.length === 1 && only !== undefined ? named(market, only) : {})))
  if (rows === null) throw new Problem('exchange_unreachable', 'Gate: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries(rows.flatMap((row) => {
      const [symbol, price] = [word(row, market === 'spot' ? 'currency_pair' : 'contract'), amount(row, 'last')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
