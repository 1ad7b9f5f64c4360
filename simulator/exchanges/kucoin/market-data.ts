import { over, plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { QUOTE_STEP } from './order-params.ts'
import { required, symbolOf, type Params } from './params.ts'

export const time = (x: Held): unknown => timeAt(x)

/** Source: spec `GET /api/v2/symbols`. */
export const symbols = (x: Held): unknown => [...x.spot.symbols.values()].map((s) => ({
  symbol: s.symbol, name: s.symbol, baseCurrency: s.base, quoteCurrency: s.quote, feeCurrency: s.quote, market: s.quote, baseMinSize: plain(s.minQty), quoteMinSize: '0.1', baseMaxSize: plain(s.maxQty), quoteMaxSize: '99999999',
  baseIncrement: plain(s.stepSize), quoteIncrement: plain(QUOTE_STEP), priceIncrement: plain(s.tickSize), priceLimitRate: '0.1', minFunds: plain(s.minNotional), isMarginEnabled: true, enableTrading: s.trading, feeCategory: 1, st: false,
}))

/** Source: spec `GET /api/v1/contracts/active`: numbers; futures call bitcoin XBT. */
export const contracts = (x: Held): unknown => [...x.futures.symbols.values()].map((s) => ({
  symbol: s.symbol, rootSymbol: s.quote, type: 'FFWCSX', firstOpenDate: 1_585_555_200_000, expireDate: null, settleDate: null, baseCurrency: s.base === 'BTC' ? 'XBT' : s.base, quoteCurrency: s.quote, settleCurrency: s.quote,
  maxOrderQty: Number(plain(over(s.maxQty, s.contractSize))) * 2, marketMaxOrderQty: Number(plain(over(s.maxQty, s.contractSize))), maxPrice: 1_000_000, lotSize: Number(plain(over(s.stepSize, s.contractSize))),
  tickSize: Number(plain(s.tickSize)), indexPriceTickSize: 0.01, multiplier: Number(plain(s.contractSize)), initialMargin: 0.008, maintainMargin: 0.004, isDeleverage: true, isQuanto: false, isInverse: false, status: s.trading ? 'Open' : 'Paused',
  maxLeverage: 125, markPrice: Number(plain(s.price)), lastTradePrice: Number(plain(s.price)),
}))

/** Source: spec `GET /api/v1/market/orderbook/level1`: null for what is not there. */
export function level1(x: Held, params: Params): unknown {
  const s = x.spot.symbols.get(required(params, 'symbol', 'spot'))
  if (s === undefined) return null
  const price = plain(s.price)
  return { time: timeAt(x), sequence: '1', price, size: '1', bestBid: price, bestBidSize: '1', bestAsk: price, bestAskSize: '1' }
}

export const allTickers = (x: Held): unknown => ({ time: timeAt(x), ticker: [...x.spot.symbols.values()].map((s) => ({ symbol: s.symbol, symbolName: s.symbol, buy: plain(s.price), sell: plain(s.price), last: plain(s.price), vol: '0' })) })

export const ticker = (x: Held, params: Params): unknown => tickerView(x, symbolOf(x, 'futures', required(params, 'symbol', 'futures')))
export const futuresTickers = (x: Held): unknown => [...x.futures.symbols.values()].map((s) => tickerView(x, s))

/** Source: spec `GET /api/v1/ticker`. */
const tickerView = (x: Held, s: Listed): unknown => ({ sequence: 1, symbol: s.symbol, side: 'buy', size: 1, tradeId: '1', price: plain(s.price), bestBidPrice: plain(s.price), bestBidSize: 1, bestAskPrice: plain(s.price), bestAskSize: 1, ts: timeAt(x) })
