import { Problem, type Market } from '#model'
import { amount, list, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { dataOf, hostOf } from './manner.ts'

/** Last prices: of one symbol, or of all at once. A single symbol that BingX does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const host = hostOf(desk)
  const body = desk.body(await desk.askOpenly(host, market === 'spot' ? '/openApi/spot/v1/ticker/24hr' : '/openApi/swap/v2/quote/ticker', {
    symbol: symbols.length === 1 ? symbols[0] : undefined,
    // Spot wants the time even of whoever has no key. [ccxt]
    timestamp: Math.floor(at + host.offsetMs),
  }))
  const told = dataOf(body)
  if (typeof told !== 'object' || told === null) throw new Problem('exchange_unreachable', 'BingX: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries((list(told) ?? [told]).flatMap((row) => {
      const [symbol, price] = [word(row, 'symbol'), amount(row, 'lastPrice')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
