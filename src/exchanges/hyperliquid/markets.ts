import { Problem, type Market, type MarketRules } from '#model'
import { list, member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { keepListed, keptListed, type Listed, type Lists } from './listed.ts'

const FIRST_SPOT_ASSET = 10_000
/** [D error-responses] "Order must have minimum value of $10." */
const LEAST_VALUE = '10'
/** [D tick-and-lot-size] Digits of a price behind the point, less those of a size. */
export const PRICE_DIGITS = { spot: 8, futures: 6 } as const satisfies Record<Market, number>

type Row = Listed & { readonly base: string; readonly quote: string; readonly trading: boolean }

/** Every spot pair, or every perpetual of the exchange's own. Throws `Problem` where Hyperliquid does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const body = desk.body(await desk.askByBody(desk.host('hyperliquid'), '/info', { type: market === 'spot' ? 'spotMeta' : 'meta' }))
  const rows = (market === 'spot' ? spotRows : perpetualRows)(body)
  if (rows === null) throw new Problem('exchange_unreachable', 'Hyperliquid: the list of markets could not be read')
  keepListed(desk, market, rows)
  return rows.map(({ symbol, base, quote, trading, decimals }) => ({
    exchange: 'hyperliquid', market, symbol, base, quote, assetClass: 'crypto', trading, quantityStep: stepOf(decimals), minQuantity: stepOf(decimals), maxQuantity: null,
    // Whether a close has to reach it is not said: Hyperliquid itself is to judge that, rather than that a rest cannot be closed.
    minNotional: LEAST_VALUE, minNotionalOnClose: market === 'spot', priceTick: stepOf(Math.max(PRICE_DIGITS[market] - decimals, 0)), contractSize: '1', quoteStep: null, hours: 'always',
  }))
}

/** How actions and answers name markets, as the last list said; read where nobody did yet. Throws `Problem`. */
export async function listedIn(desk: Desk, market: Market): Promise<Lists> {
  if (keptListed(desk, market) === null) await markets(desk, market)
  return keptListed(desk, market) ?? { bySymbol: new Map(), byCoin: new Map() }
}

/** `{"universe": [{"name": "BTC", "szDecimals": 5, "maxLeverage": 50}]}`; an asset is its place in the list. */
export function perpetualRows(meta: unknown): Row[] | null {
  return list(member(meta, 'universe'))?.flatMap((row, asset) => {
    const [name, decimals] = [word(row, 'name'), digits(row)]
    return name === null || decimals === null ? [] : [{ symbol: name, coin: name, asset, decimals, base: name, quote: 'USDC', trading: member(row, 'isDelisted') !== true }]
  }) ?? null
}

/** `{"tokens": [{"name": "HYPE", "index": 150, "szDecimals": 2}], "universe": [{"name": "@107", "tokens": [150, 0], "index": 107}]}` */
export function spotRows(meta: unknown): Row[] | null {
  const [tokens, pairs] = [list(member(meta, 'tokens')), list(member(meta, 'universe'))]
  if (tokens === null || pairs === null) return null
  const byIndex = new Map(tokens.map((token) => [member(token, 'index'), token]))
  const seen = new Set<string>()
  return pairs.flatMap((pair) => {
    const [coin, index] = [word(pair, 'name'), member(pair, 'index')]
    const [base, quote] = list(member(pair, 'tokens'))?.map((token) => byIndex.get(token)) ?? []
    const [baseName, quoteName, decimals] = [word(base, 'name'), word(quote, 'name'), digits(base)]
    const symbol = `${baseName}/${quoteName}`
    // Names of tokens are taken once; should two pairs ever be called alike, the older one has the name.
    if (coin === null || typeof index !== 'number' || baseName === null || quoteName === null || decimals === null || seen.has(symbol)) return []
    seen.add(symbol)
    return [{ symbol, coin, asset: FIRST_SPOT_ASSET + index, decimals, base: baseName, quote: quoteName, trading: true }]
  })
}

function digits(row: unknown): number | null {
  const found = member(row, 'szDecimals')
  return typeof found === 'number' && Number.isInteger(found) && found >= 0 && found <= 18 ? found : null
}

const stepOf = (decimals: number): string => (decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`)
