import { plain } from '../../amount.ts'
import { rawNumber } from '../../raw-number.ts'
import { findAsset, type Asset } from './assets.ts'
import { Refusal } from './refusal.ts'
import { timeOf, type Alpaca } from './state.ts'

/** The kinds of latest data, by the word in the path. */
const KINDS = { trades: latestTrade, quotes: latestQuote, orderbooks: latestBook } as const

/**
 * Market data by path, or undefined where the path is none of it.
 * Source: Market Data API, stocks "latest trades", "latest quotes", "snapshots"; crypto v1beta3 "latest …".
 */
export function marketData(x: Alpaca, path: string, query: URLSearchParams): unknown {
  const single = /^\/v2\/stocks\/([A-Z.]+)\/(trades|quotes)\/latest$/.exec(path)
  if (single !== null) {
    const asset = assetOf(x, single[1]!, 'us_equity')
    const kind = single[2] as 'trades' | 'quotes'
    return { symbol: asset.symbol, [kind.slice(0, -1)]: KINDS[kind](x, asset) }
  }
  const stocks = /^\/v2\/stocks\/(trades|quotes)\/latest$/.exec(path)
  if (stocks !== null) return latest(x, stocks[1] as keyof typeof KINDS, query, 'us_equity')
  const crypto = /^\/v1beta3\/crypto\/us\/latest\/(trades|quotes|orderbooks)$/.exec(path)
  if (crypto !== null) return latest(x, crypto[1] as keyof typeof KINDS, query, 'crypto')
  if (path === '/v2/stocks/snapshots') return snapshots(x, query, 'us_equity')
  if (path === '/v1beta3/crypto/us/snapshots') return { snapshots: snapshots(x, query, 'crypto') }
  return undefined
}

/** Stocks' data wants a key, of either environment; crypto's wants none. */
export function isPublicData(path: string): boolean {
  return path.startsWith('/v1beta3/crypto/')
}

function assetOf(x: Alpaca, name: string, assetClass: Asset['class']): Asset {
  const asset = findAsset(x.assets, name)
  if (asset === undefined || asset.class !== assetClass) {
    throw new Refusal(400, 40010001, `invalid symbol: ${name}`)
  }
  return asset
}

function symbolsOf(x: Alpaca, query: URLSearchParams, assetClass: Asset['class']): Asset[] {
  const names = (query.get('symbols') ?? '').split(',').filter((each) => each !== '')
  if (names.length === 0) throw new Refusal(400, 40010001, 'symbols is required')
  return names.map((name) => assetOf(x, name, assetClass))
}

function latest(x: Alpaca, kind: keyof typeof KINDS, query: URLSearchParams, assetClass: Asset['class']) {
  const each = symbolsOf(x, query, assetClass).map((asset) => [asset.symbol, KINDS[kind](x, asset)])
  return { [kind]: Object.fromEntries(each) }
}

function snapshots(x: Alpaca, query: URLSearchParams, assetClass: Asset['class']): Record<string, unknown> {
  const views: [string, unknown][] = symbolsOf(x, query, assetClass).map((asset) => {
    const bar = barOf(x, asset)
    const both = { latestTrade: latestTrade(x, asset), latestQuote: latestQuote(x, asset) }
    return [asset.symbol, { ...both, minuteBar: bar, dailyBar: bar, prevDailyBar: bar }]
  })
  return Object.fromEntries(views)
}

function latestTrade(x: Alpaca, asset: Asset) {
  const common = { t: stamp(x), p: priceOf(asset), s: 1, i: x.nextTradeId }
  return asset.class === 'crypto' ? { ...common, tks: 'B' } : { ...common, x: 'V', c: ['@'], z: 'C' }
}

function latestQuote(x: Alpaca, asset: Asset) {
  const common = { t: stamp(x), ap: priceOf(asset), as: 100, bp: priceOf(asset), bs: 100 }
  return asset.class === 'crypto' ? common : { ...common, ax: 'V', bx: 'V', c: ['R'], z: 'C' }
}

function latestBook(x: Alpaca, asset: Asset) {
  const level = [{ p: priceOf(asset), s: 1000 }]
  return { t: stamp(x), b: level, a: level }
}

function barOf(x: Alpaca, asset: Asset) {
  const p = priceOf(asset)
  return { t: stamp(x), o: p, h: p, l: p, c: p, v: 1000, n: 100, vw: p }
}

/** Prices are JSON numbers here; written from the exact decimal. */
function priceOf(asset: Asset): unknown {
  return rawNumber(plain(asset.price))
}

function stamp(x: Alpaca): string {
  return `${new Date(timeOf(x)).toISOString().slice(0, -1)}000000Z`
}
