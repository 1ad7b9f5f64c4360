import { amount, decimalsOf, fixed, plain, type Amount } from '../../../amount.ts'

/** One USD-M contract: its rules, and its price (last, mark and index at once). */
export type FuturesSymbol = {
  readonly symbol: string
  readonly pair: string
  readonly base: string
  readonly quote: string
  readonly status: string
  readonly contractType: 'PERPETUAL' | 'CURRENT_QUARTER' | 'NEXT_QUARTER' | ''
  /** Milliseconds; perpetuals have a date far away. */
  readonly deliveryDate: number
  readonly pricePrecision: number
  readonly quantityPrecision: number
  readonly tickSize: Amount
  readonly minPrice: Amount
  readonly maxPrice: Amount
  readonly stepSize: Amount
  readonly minQty: Amount
  readonly maxQty: Amount
  readonly marketMaxQty: Amount
  readonly minNotional: Amount
  /** A limit price may be this many times the mark price, or as little. */
  readonly priceUp: Amount
  readonly priceDown: Amount
  /** Where its order ids begin. Some contracts have ids beyond 2^53, as on the real exchange. */
  readonly firstOrderId: bigint
  price: Amount
}

export type FuturesRules = {
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
  readonly contractType?: FuturesSymbol['contractType']
  readonly deliveryDate?: number
  readonly firstOrderId?: bigint
}

/** The delivery date that exchangeInfo gives for perpetuals. */
const NEVER = 4_133_404_800_000
const DELIVERY_HOUR = Date.UTC(2026, 11, 25, 8)
const ORDER_IDS = 40_000_000_000n
const LONG_ORDER_IDS = 8_389_765_590_000_000_000n

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
  more?: Pick<FuturesRules, 'maxPrice' | 'contractType' | 'deliveryDate' | 'firstOrderId'>,
]

/** In the likeness of today's exchangeInfo. */
const DEFAULTS: readonly Row[] = [
  // symbol, base, quote, price, tick, step, most, most at market, least notional
  ['BTCUSDT', 'BTC', 'USDT', '50000', '0.10', '0.001', '1000', '120', '100'],
  ['ETHUSDT', 'ETH', 'USDT', '2500', '0.01', '0.001', '10000', '2000', '20', { firstOrderId: LONG_ORDER_IDS }],
  ['SOLUSDT', 'SOL', 'USDT', '150', '0.0100', '0.01', '1000000', '50000', '5'],
  ['BNBUSDT', 'BNB', 'USDT', '600', '0.010', '0.01', '100000', '2000', '5'],
  ['DOGEUSDT', 'DOGE', 'USDT', '0.2', '0.000010', '1', '50000000', '30000000', '5', { maxPrice: '30' }],
  ['1000PEPEUSDT', '1000PEPE', 'USDT', '0.01', '0.0000001', '1', '100000000', '25000000', '5', { maxPrice: '200' }],
  ['BTCUSDC', 'BTC', 'USDC', '50000', '0.1', '0.001', '100', '60', '100'],
  [
    'BTCUSDT_261225',
    'BTC',
    'USDT',
    '50500',
    '0.1',
    '0.001',
    '500',
    '50',
    '5',
    { contractType: 'CURRENT_QUARTER', deliveryDate: DELIVERY_HOUR },
  ],
]

export function defaultFuturesSymbols(): Map<string, FuturesSymbol> {
  return new Map(DEFAULTS.map((row) => [row[0], futuresSymbol(rulesOf(row))]))
}

function rulesOf(row: Row): FuturesRules {
  const [symbol, base, quote, price, tickSize, stepSize, maxQty, marketMaxQty, minNotional, more] = row
  return { symbol, base, quote, price, tickSize, stepSize, maxQty, marketMaxQty, minNotional, ...more }
}

export function futuresSymbol(rules: FuturesRules): FuturesSymbol {
  return {
    symbol: rules.symbol,
    pair: rules.base + rules.quote,
    base: rules.base,
    quote: rules.quote,
    status: 'TRADING',
    contractType: rules.contractType ?? 'PERPETUAL',
    deliveryDate: rules.deliveryDate ?? NEVER,
    pricePrecision: rules.tickSize.includes('.') ? rules.tickSize.length - rules.tickSize.indexOf('.') - 1 : 0,
    quantityPrecision: decimalsOf(rules.stepSize),
    tickSize: amount(rules.tickSize),
    minPrice: amount(rules.tickSize),
    maxPrice: amount(rules.maxPrice ?? '4529764'),
    stepSize: amount(rules.stepSize),
    minQty: amount(rules.stepSize),
    maxQty: amount(rules.maxQty),
    marketMaxQty: amount(rules.marketMaxQty),
    minNotional: amount(rules.minNotional),
    priceUp: amount('1.05'),
    priceDown: amount('0.95'),
    firstOrderId: rules.firstOrderId ?? ORDER_IDS,
    price: amount(rules.price),
  }
}

/** The contract as exchangeInfo shows it. Source: USD-M "Exchange Information". */
export function describeFuturesSymbol(s: FuturesSymbol): unknown {
  const lot = (filterType: string, most: Amount) => {
    return { filterType, minQty: plain(s.minQty), maxQty: plain(most), stepSize: plain(s.stepSize) }
  }
  return {
    symbol: s.symbol,
    pair: s.pair,
    contractType: s.contractType,
    deliveryDate: s.deliveryDate,
    onboardDate: 1_569_398_400_000,
    status: s.status,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: s.base,
    quoteAsset: s.quote,
    marginAsset: s.quote,
    pricePrecision: s.pricePrecision,
    quantityPrecision: s.quantityPrecision,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    maxMoveOrderLimit: 10000,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: fixed(s.minPrice, s.pricePrecision),
        maxPrice: fixed(s.maxPrice, s.pricePrecision),
        tickSize: fixed(s.tickSize, s.pricePrecision),
      },
      lot('LOT_SIZE', s.maxQty),
      lot('MARKET_LOT_SIZE', s.marketMaxQty),
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional: plain(s.minNotional) },
      {
        filterType: 'PERCENT_PRICE',
        multiplierUp: fixed(s.priceUp, 4),
        multiplierDown: fixed(s.priceDown, 4),
        multiplierDecimal: '4',
      },
    ],
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
  }
}
