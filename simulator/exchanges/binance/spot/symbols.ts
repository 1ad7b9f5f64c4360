import { amount, fixed, type Amount } from '../../../amount.ts'

/** One spot symbol: its rules, and its price. */
export type SpotSymbol = {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly status: string
  readonly tickSize: Amount
  readonly minPrice: Amount
  readonly maxPrice: Amount
  readonly stepSize: Amount
  readonly minQty: Amount
  readonly maxQty: Amount
  readonly marketMinQty: Amount
  readonly marketMaxQty: Amount
  readonly marketStepSize: Amount
  readonly minNotional: Amount
  readonly maxNotional: Amount
  /** A limit price may be this many times higher or lower than the average. */
  readonly priceUp: Amount
  readonly priceDown: Amount
  /** Last price, bid and ask at once: a book without spread and without end. */
  price: Amount
}

/** Rules that differ between symbols, as decimals; the rest has the usual values. */
export type SpotRules = {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly price: string
  readonly tickSize: string
  readonly stepSize: string
  readonly maxQty: string
  readonly marketMaxQty: string
  readonly minNotional: string
  readonly maxPrice?: string
}

/** Decimals of amounts on spot: baseAssetPrecision and quoteAssetPrecision of every symbol. */
export const SPOT_DECIMALS = 8

type Row = readonly [
  symbol: string,
  base: string,
  quote: string,
  price: string,
  tickSize: string,
  stepSize: string,
  maxQty: string,
  marketMaxQty: string,
  minNotional: string,
  more?: Pick<SpotRules, 'maxPrice'>,
]

/** In the likeness of today's exchangeInfo. */
const DEFAULTS: readonly Row[] = [
  // symbol, base, quote, price, tick, step, most, most at market, least notional
  ['BTCUSDT', 'BTC', 'USDT', '50000', '0.01', '0.00001', '9000', '120', '5'],
  ['ETHUSDT', 'ETH', 'USDT', '2500', '0.01', '0.0001', '9000', '2500', '5'],
  ['SOLUSDT', 'SOL', 'USDT', '150', '0.01', '0.001', '90000', '18000', '5'],
  ['BNBUSDT', 'BNB', 'USDT', '600', '0.01', '0.001', '900000', '3000', '5'],
  ['DOGEUSDT', 'DOGE', 'USDT', '0.2', '0.00001', '1', '9000000', '4000000', '1', { maxPrice: '1000' }],
  ['PEPEUSDT', 'PEPE', 'USDT', '0.00001', '0.00000001', '1', '9999999999', '600000000000', '1', { maxPrice: '1' }],
  ['ETHBTC', 'ETH', 'BTC', '0.05', '0.00001', '0.0001', '100000', '2000', '0.0001', { maxPrice: '922327' }],
  ['BTCUSDC', 'BTC', 'USDC', '50000', '0.01', '0.00001', '9000', '120', '5'],
]

export function defaultSpotSymbols(): Map<string, SpotSymbol> {
  return new Map(DEFAULTS.map((row) => [row[0], spotSymbol(rulesOf(row))]))
}

function rulesOf(row: Row): SpotRules {
  const [symbol, base, quote, price, tickSize, stepSize, maxQty, marketMaxQty, minNotional, more] = row
  return { symbol, base, quote, price, tickSize, stepSize, maxQty, marketMaxQty, minNotional, ...more }
}

export function spotSymbol(rules: SpotRules): SpotSymbol {
  return {
    symbol: rules.symbol,
    base: rules.base,
    quote: rules.quote,
    status: 'TRADING',
    tickSize: amount(rules.tickSize),
    minPrice: amount(rules.tickSize),
    maxPrice: amount(rules.maxPrice ?? '1000000'),
    stepSize: amount(rules.stepSize),
    minQty: amount(rules.stepSize),
    maxQty: amount(rules.maxQty),
    marketMinQty: 0n,
    marketMaxQty: amount(rules.marketMaxQty),
    marketStepSize: 0n,
    minNotional: amount(rules.minNotional),
    maxNotional: amount('9000000'),
    priceUp: amount('5'),
    priceDown: amount('0.2'),
    price: amount(rules.price),
  }
}

/** The symbol as exchangeInfo shows it. Source: rest-api.md "Exchange information", filters.md. */
export function describeSpotSymbol(s: SpotSymbol): unknown {
  return {
    symbol: s.symbol,
    status: s.status,
    baseAsset: s.base,
    baseAssetPrecision: SPOT_DECIMALS,
    quoteAsset: s.quote,
    quotePrecision: SPOT_DECIMALS,
    quoteAssetPrecision: SPOT_DECIMALS,
    baseCommissionPrecision: SPOT_DECIMALS,
    quoteCommissionPrecision: SPOT_DECIMALS,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: false,
    amendAllowed: false,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: spotFilters(s),
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'],
  }
}

function spotFilters(s: SpotSymbol): unknown[] {
  const f = (value: Amount) => fixed(value, SPOT_DECIMALS)
  const lot = (filterType: string, min: Amount, max: Amount, step: Amount) => {
    return { filterType, minQty: f(min), maxQty: f(max), stepSize: f(step) }
  }
  return [
    { filterType: 'PRICE_FILTER', minPrice: f(s.minPrice), maxPrice: f(s.maxPrice), tickSize: f(s.tickSize) },
    lot('LOT_SIZE', s.minQty, s.maxQty, s.stepSize),
    { filterType: 'ICEBERG_PARTS', limit: 10 },
    lot('MARKET_LOT_SIZE', s.marketMinQty, s.marketMaxQty, s.marketStepSize),
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: fixed(s.priceUp, 1),
      bidMultiplierDown: fixed(s.priceDown, 1),
      askMultiplierUp: fixed(s.priceUp, 1),
      askMultiplierDown: fixed(s.priceDown, 1),
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: f(s.minNotional),
      applyMinToMarket: true,
      maxNotional: f(s.maxNotional),
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
  ]
}
