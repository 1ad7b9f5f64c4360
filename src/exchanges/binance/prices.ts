import { Problem, type Market } from '#model'
import { amount, list, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { hostOf } from './manner.ts'

const PATH = { spot: '/api/v3/ticker/price', futures: '/fapi/v1/ticker/price' } as const
/** Up to here each is asked for (weight 2 or 1), beyond it all at once (weight 4 or 2, some 150 KB). */
const ONE_BY_ONE = 2

/** Last prices. A single symbol that Binance does not have: `Problem` `unknown_symbol`; of several it is left out. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const host = hostOf(desk, market)
  const at = desk.clock.now()
  if (symbols.length <= ONE_BY_ONE) {
    const answers = await Promise.all(symbols.map((symbol) => desk.askOpenly(host, PATH[market], { symbol })))
    const rows = answers.flatMap((answer) => {
      if (symbols.length > 1 && answer.kind === 'refused' && answer.code === -1121) return []
      const row = desk.body(answer)
      return [row]
    })
    return { at, prices: pricesOf(rows, symbols) }
  }
  const rows = list(desk.body(await desk.askOpenly(host, PATH[market])))
  if (rows === null) throw new Problem('exchange_unreachable', 'Binance: the list of prices could not be read')
  return { at, prices: pricesOf(rows, symbols) }
}

function pricesOf(rows: readonly unknown[], symbols: readonly string[]): Record<string, string> {
  const wanted = new Set(symbols)
  const found: Record<string, string> = {}
  for (const row of rows) {
    const symbol = word(row, 'symbol')
    if (symbol === null || !wanted.has(symbol)) continue
    const price = amount(row, 'price')
    if (positive(price)) found[symbol] = price
  }
  return found
}
