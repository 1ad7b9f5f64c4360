import { Problem, type Market } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { hostOf } from './manner.ts'

/** Last prices: of one symbol, or of all at once. A single symbol that HTX does not have: `Problem` `unknown_symbol`. */
export async function prices(desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const only = symbols.length === 1 ? symbols[0] : undefined
  const rows = market === 'spot' ? await spot(desk, only) : list(member(desk.body(await desk.askOpenly(hostOf(desk, market), '/v2/linear-swap-ex/market/detail/batch_merged', { contract_code: only })), 'ticks'))
  if (rows === null) throw new Problem('exchange_unreachable', 'HTX: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries(rows.flatMap((row) => {
      const [symbol, price] = [word(row, market === 'spot' ? 'symbol' : 'contract_code'), amount(row, 'close')]
      return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}

/** The answer about one symbol does not name it but in `ch`. */
async function spot(desk: Desk, only: string | undefined): Promise<readonly unknown[] | null> {
  const host = hostOf(desk, 'spot')
  if (only === undefined) return list(member(desk.body(await desk.askOpenly(host, '/market/tickers')), 'data'))
  const tick = member(desk.body(await desk.askOpenly(host, '/market/detail/merged', { symbol: only })), 'tick')
  return tick === undefined ? null : [{ symbol: only, close: member(tick, 'close') }]
}
