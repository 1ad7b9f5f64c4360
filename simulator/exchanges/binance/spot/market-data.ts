import { fixed } from '../../../amount.ts'
import { UNLIMITED } from '../limits.ts'
import { limitOf, optional, type Params } from '../params.ts'
import { badSymbol, illegal, Refusal } from '../refusal.ts'
import { JsonText, timeOf, type Binance, type Endpoints } from '../state.ts'
import { symbolOf } from './order-params.ts'
import { describeSpotSymbol, SPOT_DECIMALS, type SpotSymbol } from './symbols.ts'

const PLENTY = '1000000.00000000'

/** Public part of /api/v3. Source: rest-api.md "General endpoints", "Market Data endpoints". */
export const SPOT_MARKET_DATA: Endpoints = {
  'GET /api/v3/ping': { weight: 1, rights: null, answer: () => ({}) },
  'GET /api/v3/time': { weight: 1, rights: null, answer: ({ x }) => ({ serverTime: timeOf(x) }) },
  'GET /api/v3/exchangeInfo': {
    weight: 20,
    rights: null,
    parameters: new Set(['symbol', 'symbols', 'permissions', 'showPermissionSets', 'symbolStatus']),
    answer: ({ x, params }) => exchangeInfo(x, params),
  },
  'GET /api/v3/ticker/price': {
    weight: 4,
    rights: null,
    parameters: new Set(['symbol', 'symbols', 'symbolStatus']),
    answer: ({ x, params }) => forSymbols(x, params, (s) => ({ symbol: s.symbol, price: price(s) })),
  },
  'GET /api/v3/ticker/bookTicker': {
    weight: 4,
    rights: null,
    parameters: new Set(['symbol', 'symbols', 'symbolStatus']),
    answer: ({ x, params }) => forSymbols(x, params, bookTicker),
  },
  'GET /api/v3/ticker/24hr': {
    weight: 80,
    rights: null,
    parameters: new Set(['symbol', 'symbols', 'type', 'symbolStatus']),
    answer: ({ x, params }) => forSymbols(x, params, (s) => dayTicker(s, timeOf(x))),
  },
  'GET /api/v3/avgPrice': {
    weight: 2,
    rights: null,
    parameters: new Set(['symbol']),
    answer: ({ x, params }) => ({ mins: 5, price: price(symbolOf(x, params)), closeTime: timeOf(x) }),
  },
  'GET /api/v3/depth': {
    weight: 5,
    rights: null,
    parameters: new Set(['symbol', 'limit', 'symbolStatus']),
    answer: ({ x, params }) => {
      limitOf(params, 100, 5000)
      const level = [[price(symbolOf(x, params)), PLENTY]]
      return { lastUpdateId: x.spot.nextTradeId, bids: level, asks: level }
    },
  },
}

function price(s: SpotSymbol): string {
  return fixed(s.price, SPOT_DECIMALS)
}

function bookTicker(s: SpotSymbol) {
  return { symbol: s.symbol, bidPrice: price(s), bidQty: PLENTY, askPrice: price(s), askQty: PLENTY }
}

/** The day of a market whose price stood still. */
function dayTicker(s: SpotSymbol, now: number) {
  const at = price(s)
  const { symbol, ...book } = bookTicker(s)
  return {
    symbol,
    priceChange: '0.00000000',
    priceChangePercent: '0.000',
    weightedAvgPrice: at,
    prevClosePrice: at,
    lastPrice: at,
    lastQty: '1.00000000',
    ...book,
    openPrice: at,
    highPrice: at,
    lowPrice: at,
    volume: '1000.00000000',
    quoteVolume: fixed(s.price * 1000n, SPOT_DECIMALS),
    openTime: now - 86_400_000,
    closeTime: now,
    firstId: 1,
    lastId: 1000,
    count: 1000,
  }
}

/** `symbol` answers one object, `symbols` (a JSON list) or nothing an array. */
function forSymbols(x: Binance, params: Params, view: (s: SpotSymbol) => unknown): unknown {
  if (params.has('symbol')) return view(symbolOf(x, params))
  return listed(x, params).map(view)
}

function listed(x: Binance, params: Params): SpotSymbol[] {
  const raw = optional(params, 'symbols')
  if (raw === undefined) return [...x.spot.symbols.values()]
  let names: unknown
  try {
    names = JSON.parse(raw)
  } catch {
    throw illegal('symbols', '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$')
  }
  if (!Array.isArray(names)) throw new Refusal(-1135, "JSON sent for parameter 'symbols' is not valid")
  if (new Set(names).size !== names.length) throw new Refusal(-1151, 'Symbol is present multiple times in the list.')
  return names.map((name) => {
    const symbol = x.spot.symbols.get(String(name))
    if (symbol === undefined) throw badSymbol()
    return symbol
  })
}

/** The whole list is written once per change of the symbols: thousands of them are asked for again and again. */
function exchangeInfo(x: Binance, params: Params): unknown {
  const whole = !params.has('symbol') && !params.has('symbols')
  let symbols: string
  if (whole) {
    if (x.spot.infoCache?.version !== x.spot.version) {
      const text = JSON.stringify([...x.spot.symbols.values()].map(describeSpotSymbol))
      x.spot.infoCache = { version: x.spot.version, text }
    }
    symbols = x.spot.infoCache!.text
  } else {
    const asked = params.has('symbol') ? [symbolOf(x, params)] : listed(x, params)
    symbols = JSON.stringify(asked.map(describeSpotSymbol))
  }
  const head = { timezone: 'UTC', serverTime: timeOf(x), rateLimits: RATE_LIMITS, exchangeFilters: [] }
  return new JsonText(`${JSON.stringify(head).slice(0, -1)},"symbols":${symbols}}`)
}

const RATE_LIMITS = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: UNLIMITED },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: UNLIMITED },
  { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: UNLIMITED },
  { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: UNLIMITED },
]
