import { over, plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { rawNumber } from '../../raw-number.ts'
import { Refusal } from './refusal.ts'

export const time = (x: Held): unknown => ({ serverTime: timeAt(x) })

export function pairOf(x: Held, name: string): Listed {
  const found = x.spot.symbols.get(name)
  if (found === undefined) throw new Refusal(-1121, 'Invalid symbol.')
  return found
}

export function contractOf(x: Held, name: string): Listed {
  const found = x.futures.symbols.get(name)
  if (found === undefined) throw new Refusal(1001, 'Contract does not exist!')
  return found
}

const decimals = (step: Listed['stepSize']): number => plain(step).split('.')[1]?.length ?? 0

/** How many decimals amounts in quote may have. */
export const scaleOf = (s: Listed): number => decimals(s.tickSize)

/** Source: apidocs spot_v3_en, "Exchange Information". */
export const exchangeInfo = (x: Held): unknown => ({
  timezone: 'CST', serverTime: timeAt(x), rateLimits: [], exchangeFilters: [],
  symbols: [...x.spot.symbols.values()].map((s) => ({
    symbol: s.symbol, status: '1', baseAsset: s.base, baseAssetPrecision: decimals(s.stepSize), quoteAsset: s.quote, quotePrecision: scaleOf(s), quoteAssetPrecision: scaleOf(s),
    baseCommissionPrecision: 8, quoteCommissionPrecision: 8, orderTypes: ['LIMIT', 'MARKET', 'LIMIT_MAKER'], quoteOrderQtyMarketAllowed: true, isSpotTradingAllowed: s.trading,
    isMarginTradingAllowed: false, quoteAmountPrecision: plain(s.minNotional), baseSizePrecision: plain(s.minQty), permissions: ['SPOT'], filters: [], maxQuoteAmount: '4000000',
    makerCommission: '0', takerCommission: '0.001', quoteAmountPrecisionMarket: plain(s.minNotional), maxQuoteAmountMarket: '2000000', fullName: s.base, tradeSideType: 1,
  })),
})

const price = (s: Listed): unknown => ({ symbol: s.symbol, price: plain(s.price) })

export function spotPrices(x: Held, fields: Fields): unknown {
  const only = fields.text('symbol')
  return only === undefined ? [...x.spot.symbols.values()].map(price) : price(pairOf(x, only))
}

/** Source: apidocs contract_v1_en, "Get the contract information". */
export const contractDetail = (x: Held): unknown => [...x.futures.symbols.values()].map((s) => ({
  symbol: s.symbol, displayName: s.symbol, displayNameEn: s.symbol, positionOpenType: 3, baseCoin: s.base, quoteCoin: s.quote, settleCoin: s.quote, contractSize: rawNumber(plain(s.contractSize)),
  minLeverage: 1, maxLeverage: 125, priceScale: scaleOf(s), volScale: 0, amountScale: 4, priceUnit: rawNumber(plain(s.tickSize)), volUnit: rawNumber(plain(over(s.stepSize, s.contractSize))),
  minVol: rawNumber(plain(over(s.minQty, s.contractSize))), maxVol: rawNumber(plain(over(s.maxQty, s.contractSize))), bidLimitPriceRate: 0.1, askLimitPriceRate: 0.1, takerFeeRate: 0.0006,
  makerFeeRate: 0.0002, maintenanceMarginRate: 0.004, initialMarginRate: 0.008, state: s.trading ? 0 : 4, isNew: false, isHot: false, isHidden: false, apiAllowed: true,
}))

const ticker = (x: Held, s: Listed): unknown => ({
  symbol: s.symbol, lastPrice: rawNumber(plain(s.price)), bid1: rawNumber(plain(s.price)), ask1: rawNumber(plain(s.price)), volume24: 0, amount24: 0, holdVol: 0, lower24Price: rawNumber(plain(s.price)),
  high24Price: rawNumber(plain(s.price)), riseFallRate: 0, riseFallValue: 0, indexPrice: rawNumber(plain(s.price)), fairPrice: rawNumber(plain(s.price)), fundingRate: 0, timestamp: timeAt(x),
})

export function tickers(x: Held, fields: Fields): unknown {
  const only = fields.text('symbol')
  return only === undefined ? [...x.futures.symbols.values()].map((s) => ticker(x, s)) : ticker(x, contractOf(x, only))
}
