import type { Market } from '#model'
import { amount, positive } from '../answer.ts'
import type { Caller, Prices } from '../port.ts'
import { NOBODY, type Desk } from '../desk.ts'
import type { Listed } from './listed.ts'
import { listedIn } from './markets.ts'

/** The middle prices of all markets, as last read. */
const middles = new WeakMap<Desk, { readonly at: number; readonly body: unknown }>()
/** Older ones are not reckoned with. */
const FRESH_MS = 2000

/** Middle prices. Unknown symbols are left out. Throws `Problem` where Hyperliquid does not answer. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const { bySymbol } = await listedIn(desk, market)
  const { at, body } = await readMiddles(desk, NOBODY)
  return {
    at,
    prices: Object.fromEntries(symbols.flatMap((symbol) => {
      const price = amount(body, bySymbol.get(symbol)?.coin ?? '')
      return positive(price) ? [[symbol, price]] : []
    })),
  }
}

/** The middle price of one market, at most two seconds old; null: it has none. Throws `Problem`. */
export async function middleOf(desk: Desk, { coin }: Listed, caller: Caller): Promise<string | null> {
  const known = middles.get(desk)
  const { body } = known !== undefined && desk.clock.now() - known.at <= FRESH_MS ? known : await readMiddles(desk, caller)
  const price = amount(body, coin)
  return positive(price) ? price : null
}

/** `{"BTC": "113377.0", "@107": "38.2"}`: perpetuals and spot pairs alike. */
async function readMiddles(desk: Desk, caller: Caller): Promise<{ readonly at: number; readonly body: unknown }> {
  const at = desk.clock.now()
  const read = { at, body: desk.body(await desk.askByBody(desk.host('hyperliquid'), '/info', { type: 'allMids' }, caller)) }
  middles.set(desk, read)
  return read
}
