import { Problem, type Market } from '#model'
import { amount, list, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'

/** Last prices: of one market, or of all at once. A single one that Bitvavo does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, _market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const body = desk.body(await desk.askOpenly(desk.host('bitvavo'), '/v2/ticker/price', { market: symbols.length === 1 ? symbols[0] : undefined }))
  if (typeof body !== 'object' || body === null) throw new Problem('exchange_unreachable', 'Bitvavo: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries((list(body) ?? [body]).flatMap((row) => {
      const [symbol, price] = [word(row, 'market'), amount(row, 'price')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
