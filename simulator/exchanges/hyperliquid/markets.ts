import { decimalsOf, plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'

const FIRST_SPOT_ASSET = 10_000

export type Market = 'spot' | 'futures'

const all = (x: Held, market: Market): Listed[] => [...(market === 'spot' ? x.spot : x.futures).symbols.values()]
const digits = (s: Listed): number => decimalsOf(plain(s.stepSize))

/** Tokens in the order in which they are first seen; USDC is the first. */
const tokens = (x: Held): string[] => [...new Set(['USDC', ...all(x, 'spot').map(({ base }) => base)])]

/** What a market is called in orders and answers: perpetuals by name, spot pairs by their number. */
export const coinOf = (x: Held, market: Market, s: Listed): string => (market === 'futures' ? s.symbol : `@${all(x, 'spot').indexOf(s) + 1}`)

export function marketOf(x: Held, asset: unknown): { readonly market: Market; readonly symbol: Listed } | undefined {
  if (typeof asset !== 'number') return undefined
  const market = asset >= FIRST_SPOT_ASSET ? 'spot' : 'futures'
  // Pairs are counted from one here, so that number and place differ.
  const symbol = all(x, market)[market === 'spot' ? asset - FIRST_SPOT_ASSET - 1 : asset]
  return symbol === undefined ? undefined : { market, symbol }
}

/** Source: hyperliquid-docs info-endpoint/perpetuals, meta. */
export const meta = (x: Held): unknown => ({
  universe: all(x, 'futures').map((s) => ({ name: s.symbol, szDecimals: digits(s), maxLeverage: 50, marginTableId: 50, ...s.trading ? {} : { isDelisted: true } })),
  marginTables: [[50, { description: '', marginTiers: [{ lowerBound: '0.0', maxLeverage: 50 }] }]], collateralToken: 0,
})

/** Source: hyperliquid-docs info-endpoint/spot, spotMeta. */
export function spotMeta(x: Held): unknown {
  const names = tokens(x)
  const pairs = all(x, 'spot')
  return {
    tokens: names.map((name, index) => ({ name, szDecimals: digitsOf(pairs, name), weiDecimals: 8, index, tokenId: `0x${String(index).padStart(32, '0')}`, isCanonical: index === 0, evmContract: null, fullName: null, deployerTradingFeeShare: '0.0' })),
    universe: pairs.map((s, at) => ({ name: `@${at + 1}`, tokens: [names.indexOf(s.base), names.indexOf(s.quote)], index: at + 1, isCanonical: false })),
  }
}

const digitsOf = (pairs: readonly Listed[], name: string): number => {
  const pair = pairs.find(({ base }) => base === name)
  return pair === undefined ? 8 : digits(pair)
}

/** Middle prices of all markets. Source: hyperliquid-docs info-endpoint, allMids. */
export const allMids = (x: Held): unknown => Object.fromEntries((['futures', 'spot'] as const).flatMap((market) => all(x, market).map((s) => [coinOf(x, market, s), plain(s.price)])))
