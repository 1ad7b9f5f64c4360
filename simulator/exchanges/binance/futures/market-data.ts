import { fixed } from '../../../amount.ts'
import { UNLIMITED } from '../limits.ts'
import { limitOf, type Params } from '../params.ts'
import { JsonText, timeOf, type Binance, type Endpoints } from '../state.ts'
import { contractOf } from './order-params.ts'
import { describeFuturesSymbol, type FuturesSymbol } from './symbols.ts'

const PLENTY = '1000000'
const EIGHT_HOURS_MS = 28_800_000

/** Public part of /fapi. Source: USD-M Futures, REST API, Market Data. */
export const FUTURES_MARKET_DATA: Endpoints = {
  'GET /fapi/v1/ping': { weight: 1, rights: null, answer: () => ({}) },
  'GET /fapi/v1/time': { weight: 1, rights: null, answer: ({ x }) => ({ serverTime: timeOf(x) }) },
  'GET /fapi/v1/exchangeInfo': { weight: 1, rights: null, answer: ({ x }) => exchangeInfo(x) },
  'GET /fapi/v1/ticker/price': { weight: 1, rights: null, answer: ({ x, params }) => forSymbols(x, params, ticker) },
  'GET /fapi/v2/ticker/price': { weight: 1, rights: null, answer: ({ x, params }) => forSymbols(x, params, ticker) },
  'GET /fapi/v1/ticker/bookTicker': {
    weight: 2,
    rights: null,
    answer: ({ x, params }) =>
      forSymbols(x, params, (s, time) => ({
        symbol: s.symbol,
        bidPrice: price(s),
        bidQty: PLENTY,
        askPrice: price(s),
        askQty: PLENTY,
        time,
        lastUpdateId: x.futures.nextTradeId,
      })),
  },
  'GET /fapi/v1/ticker/24hr': { weight: 1, rights: null, answer: ({ x, params }) => forSymbols(x, params, dayTicker) },
  'GET /fapi/v1/premiumIndex': { weight: 1, rights: null, answer: ({ x, params }) => forSymbols(x, params, premium) },
  'GET /fapi/v1/depth': {
    weight: 2,
    rights: null,
    answer: ({ x, params }) => {
      limitOf(params, 500, 1000)
      const level = [[price(contractOf(x, params)), PLENTY]]
      return { lastUpdateId: x.futures.nextTradeId, E: timeOf(x), T: timeOf(x), bids: level, asks: level }
    },
  },
}

function price(s: FuturesSymbol): string {
  return fixed(s.price, s.pricePrecision)
}

function ticker(s: FuturesSymbol, time: number) {
  return { symbol: s.symbol, price: price(s), time }
}

function premium(s: FuturesSymbol, time: number) {
  const mark = fixed(s.price, 8)
  const perpetual = s.contractType === 'PERPETUAL'
  return {
    symbol: s.symbol,
    markPrice: mark,
    indexPrice: mark,
    estimatedSettlePrice: mark,
    lastFundingRate: perpetual ? '0.00010000' : '',
    interestRate: perpetual ? '0.00010000' : '',
    nextFundingTime: perpetual ? Math.ceil((time + 1) / EIGHT_HOURS_MS) * EIGHT_HOURS_MS : 0,
    time,
  }
}

/** The day of a market whose price stood still. */
function dayTicker(s: FuturesSymbol, time: number) {
  const at = price(s)
  return {
    symbol: s.symbol,
    priceChange: '0.00',
    priceChangePercent: '0.000',
    weightedAvgPrice: at,
    lastPrice: at,
    lastQty: '1',
    openPrice: at,
    highPrice: at,
    lowPrice: at,
    volume: '1000',
    quoteVolume: fixed(s.price * 1000n, 2),
    openTime: time - 86_400_000,
    closeTime: time,
    firstId: 1,
    lastId: 1000,
    count: 1000,
  }
}

function forSymbols(x: Binance, params: Params, view: (s: FuturesSymbol, time: number) => unknown): unknown {
  const time = timeOf(x)
  if (params.has('symbol')) return view(contractOf(x, params), time)
  return [...x.futures.symbols.values()].map((s) => view(s, time))
}

/** The list of contracts is written once per change of them. */
function exchangeInfo(x: Binance): unknown {
  if (x.futures.infoCache?.version !== x.futures.version) {
    const symbols = [...x.futures.symbols.values()]
    const assets = [...new Set(symbols.map((s) => s.quote))]
    const text = JSON.stringify({
      assets: assets.map((asset) => ({ asset, marginAvailable: true, autoAssetExchange: '-10000' })),
      symbols: symbols.map(describeFuturesSymbol),
    })
    x.futures.infoCache = { version: x.futures.version, text }
  }
  const head = JSON.stringify({
    timezone: 'UTC',
    serverTime: timeOf(x),
    futuresType: 'U_MARGINED',
    rateLimits: RATE_LIMITS,
    exchangeFilters: [],
  })
  return new JsonText(`${head.slice(0, -1)},${x.futures.infoCache!.text.slice(1)}`)
}

const RATE_LIMITS = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: UNLIMITED },
  { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: UNLIMITED },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: UNLIMITED },
]
