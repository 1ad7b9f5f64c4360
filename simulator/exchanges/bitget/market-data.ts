import { decimalsOf, plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { QUOTE_STEP } from './order-params.ts'
import { productOf, symbolOf, text, type Params } from './params.ts'

export const time = (x: Held): unknown => ({ serverTime: String(timeAt(x)) })

const places = (step: bigint): string => String(decimalsOf(plain(step)))

/** Source: spot/market/Get-Symbols. */
export const symbols = (x: Held, params: Params): unknown => spotSymbols(x, params).map((s) => ({
  symbol: s.symbol, baseCoin: s.base, quoteCoin: s.quote, minTradeAmount: '0', maxTradeAmount: '900000000000000000000', takerFeeRate: '0.002', makerFeeRate: '0.002', pricePrecision: places(s.tickSize),
  quantityPrecision: places(s.stepSize), quotePrecision: places(QUOTE_STEP), status: s.trading ? 'online' : 'halt', minTradeUSDT: plain(s.minNotional), buyLimitPriceRatio: '0.05', sellLimitPriceRatio: '0.05',
  areaSymbol: 'no', orderQuantity: '200', openTime: '1532454360000', offTime: '',
}))

const spotSymbols = (x: Held, params: Params): Listed[] => (text(params, 'symbol') === undefined ? [...x.spot.symbols.values()] : [symbolOf(x, 'spot', params)])

/** Source: contract/market/Get-All-Symbols-Contracts. */
export const contracts = (x: Held, params: Params): unknown => contractSymbols(x, params).map((s) => ({
  symbol: s.symbol, baseCoin: s.base, quoteCoin: s.quote, buyLimitPriceRatio: '0.9', sellLimitPriceRatio: '0.9', makerFeeRate: '0.0004', takerFeeRate: '0.0006', supportMarginCoins: [s.quote], minTradeNum: plain(s.minQty),
  priceEndStep: '1', volumePlace: places(s.stepSize), pricePlace: places(s.tickSize), sizeMultiplier: plain(s.stepSize), symbolType: 'perpetual', minTradeUSDT: plain(s.minNotional), maxSymbolOrderNum: '999999',
  symbolStatus: s.trading ? 'normal' : 'maintain', offTime: '-1', limitOpenTime: '-1', deliveryTime: '', fundInterval: '8', minLever: '1', maxLever: '125', maxMarketOrderQty: plain(s.maxQty), maxOrderQty: plain(s.maxQty * 2n), isRwa: 'NO',
}))

function contractSymbols(x: Held, params: Params): Listed[] {
  const coin = productOf(params)
  return text(params, 'symbol') === undefined ? [...x.futures.symbols.values()].filter(({ quote }) => quote === coin) : [symbolOf(x, 'contract', params)]
}

function tickerView(x: Held, s: Listed): unknown {
  const price = plain(s.price)
  return { symbol: s.symbol, lastPr: price, askPr: price, bidPr: price, bidSz: '1', askSz: '1', high24h: price, low24h: price, ts: String(timeAt(x)), baseVolume: '0', quoteVolume: '0', usdtVolume: '0', change24h: '0' }
}

/** Source: spot/market/Get-Tickers. */
export const spotTickers = (x: Held, params: Params): unknown => spotSymbols(x, params).map((s) => tickerView(x, s))

/** Source: contract/market/Get-Ticker, Get-All-Symbol-Ticker. */
export const contractTicker = (x: Held, params: Params): unknown => [tickerView(x, symbolOf(x, 'contract', params))]
export const contractTickers = (x: Held, params: Params): unknown => contractSymbols(x, params).map((s) => tickerView(x, s))
