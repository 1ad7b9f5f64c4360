import { Problem, type Market } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { API } from './manner.ts'

const PRODUCTS = `${API}/market/products`
const PRODUCT = /^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/
/** So many products are asked for by name; more come with all. */
const MOST_NAMED = 50

/** Last prices: of one product, of some by name, or of all. A single one that Coinbase does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, _market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const host = desk.host('coinbase')
  const known = symbols.filter((symbol) => PRODUCT.test(symbol))
  const [only] = known
  if (only === undefined) return { at, prices: {} }
  const single = known.length === 1
  // The name of a product stands once for each, which only an address that is written out can say.
  const named = known.length <= MOST_NAMED ? `?${known.map((symbol) => `product_ids=${symbol}`).join('&')}` : '?product_type=SPOT'
  const body = desk.body(await desk.askOpenly(host, single ? `${PRODUCTS}/${only}` : PRODUCTS + named))
  const rows = single ? [body] : list(member(body, 'products'))
  if (rows === null) throw new Problem('exchange_unreachable', 'Coinbase: the list of prices could not be read')
  const wanted = new Set(known)
  return {
    at,
    prices: Object.fromEntries(rows.flatMap((row) => {
      const [symbol, price] = [word(row, 'product_id'), amount(row, 'price')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
