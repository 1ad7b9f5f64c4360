import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { categoryOf, marketOf, symbolOf, text, whole, type Params } from './params.ts'

export function time(x: Held): unknown {
  const now = timeAt(x)
  return { timeSecond: String(Math.floor(now / 1000)), timeNano: `${now}000000` }
}

/** Source: docs/v5/market/instrument.mdx. Spot comes whole; linear in pages of at most 1,000, 500 by default. */
export function instruments(x: Held, params: Params): unknown {
  const market = categoryOf(params)
  const only = text(params, 'symbol')
  const all = only === undefined ? [...marketOf(x, market).symbols.values()] : [symbolOf(x, market, only)]
  if (market === 'spot') return { category: 'spot', list: all.map(spotView) }
  const limit = whole(params, 'limit', 500, 1, 1000)
  const from = Number(/^first%3D(\d+)&?$/.exec(encodeURIComponent(text(params, 'cursor') ?? ''))?.[1] ?? 0)
  const next = from + limit < all.length ? encodeURIComponent(`first=${from + limit}`) : ''
  return { category: 'linear', list: all.slice(from, from + limit).map(linearView), nextPageCursor: next }
}

function spotView(s: Listed): unknown {
  return {
    symbolId: 9, symbol: s.symbol, baseCoin: s.base, quoteCoin: s.quote, innovation: '0', status: s.trading ? 'Trading' : 'Closed', marginTrading: 'utaOnly', stTag: '0',
    lotSizeFilter: {
      basePrecision: plain(s.stepSize), quotePrecision: '0.0000001', minOrderQty: plain(s.minQty), maxOrderQty: plain(s.maxQty), minOrderAmt: plain(s.minNotional),
      maxOrderAmt: '8000000', maxLimitOrderQty: plain(s.maxQty * 2n), maxMarketOrderQty: plain(s.maxQty), postOnlyMaxLimitOrderSize: '60000',
    },
    priceFilter: { tickSize: plain(s.tickSize) }, riskParameters: { priceLimitRatioX: '0.005', priceLimitRatioY: '0.01' }, symbolType: '',
  }
}

function linearView(s: Listed): unknown {
  return {
    symbol: s.symbol, symbolId: 5, contractType: 'LinearPerpetual', status: s.trading ? 'Trading' : 'Closed', baseCoin: s.base, quoteCoin: s.quote, launchTime: '1585526400000',
    deliveryTime: '0', deliveryFeeRate: '', priceScale: '2', leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
    priceFilter: { minPrice: plain(s.tickSize), maxPrice: '1999999.80', tickSize: plain(s.tickSize) },
    lotSizeFilter: {
      maxOrderQty: plain(s.maxQty * 2n), minOrderQty: plain(s.minQty), qtyStep: plain(s.stepSize), postOnlyMaxOrderQty: plain(s.maxQty * 2n), maxMktOrderQty: plain(s.maxQty),
      minNotionalValue: plain(s.minNotional),
    },
    unifiedMarginTrade: true, fundingInterval: 480, settleCoin: s.quote, copyTrading: 'both', upperFundingRate: '0.00375', lowerFundingRate: '-0.00375', isPreListing: false,
    preListingInfo: null, riskParameters: { priceLimitRatioX: '0.01', priceLimitRatioY: '0.02' }, symbolType: '',
  }
}

/** Source: docs/v5/market/tickers.mdx. */
export function tickers(x: Held, params: Params): unknown {
  const market = categoryOf(params)
  const only = text(params, 'symbol')
  const all = only === undefined ? [...marketOf(x, market).symbols.values()] : [symbolOf(x, market, only)]
  return { category: text(params, 'category'), list: all.map((s) => tickerView(s, market)) }
}

function tickerView(s: Listed, market: 'spot' | 'futures'): unknown {
  const price = plain(s.price)
  const common = { symbol: s.symbol, bid1Price: price, bid1Size: '100', ask1Price: price, ask1Size: '100', lastPrice: price, prevPrice24h: price, price24hPcnt: '0', highPrice24h: price, lowPrice24h: price, turnover24h: '0', volume24h: '0' }
  return market === 'spot' ? { ...common, usdIndexPrice: price }
    : { ...common, indexPrice: price, markPrice: price, prevPrice1h: price, openInterest: '0', openInterestValue: '0', fundingRate: '0.0001', nextFundingTime: '0', basis: '', deliveryTime: '0' }
}
