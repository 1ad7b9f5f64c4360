import { Problem, type Market } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'

/** Last prices: of one symbol, or of all at once. A single symbol that MEXC does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const body = desk.body(await desk.askOpenly(desk.host('mexc'), market === 'spot' ? '/api/v3/ticker/price' : '/api/v1/contract/ticker', { symbol: symbols.length === 1 ? symbols[0] : undefined }))
  const told = market === 'spot' ? body : member(body, 'data')
  if (typeof told !== 'object' || told === null) throw new Problem('exchange_unreachable', 'MEXC: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries((list(told) ?? [told]).flatMap((row) => {
      const [symbol, price] = [word(row, 'symbol'), amount(row, market === 'spot' ? 'price' : 'lastPrice')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
