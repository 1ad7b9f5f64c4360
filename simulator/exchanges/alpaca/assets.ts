import { amount, plain, type Amount } from '../../amount.ts'
import { newUuid } from '../../clock.ts'

/** One asset of GET /v2/assets: a stock, or a pair of crypto. */
export type Asset = {
  readonly id: string
  readonly class: 'us_equity' | 'crypto'
  readonly exchange: string
  /** "AAPL" or "BTC/USD". */
  readonly symbol: string
  readonly name: string
  readonly status: 'active' | 'inactive'
  readonly tradable: boolean
  readonly fractionable: boolean
  /** What is held: the stock itself, or the pair's base. */
  readonly base: string
  readonly quote: string
  /** Crypto only: least order and step, in base; step of a limit price. */
  readonly minOrderSize: Amount
  readonly minTradeIncrement: Amount
  readonly priceIncrement: Amount
  price: Amount
}

type StockRow = readonly [symbol: string, exchange: string, price: string, tradable: boolean, fractionable: boolean]

/** Stocks by symbol; whether they trade, and in fractions. */
const STOCKS: readonly StockRow[] = [
  ['AAPL', 'NASDAQ', '250', true, true],
  ['MSFT', 'NASDAQ', '500', true, true],
  ['TSLA', 'NASDAQ', '400', true, true],
  ['SPY', 'ARCA', '650', true, true],
  ['BRK.A', 'NYSE', '750000', true, false],
  ['NOTR', 'OTC', '12.5', false, false],
]

/** Pairs: price, least order, step, step of price. */
const PAIRS: readonly (readonly [symbol: string, price: string, least: string, step: string, tick: string])[] = [
  ['BTC/USD', '50000', '0.0001', '0.000000001', '0.01'],
  ['ETH/USD', '2500', '0.001', '0.000000001', '0.01'],
  ['SOL/USD', '150', '0.01', '0.000000001', '0.001'],
  ['DOGE/USD', '0.2', '5', '0.000000001', '0.00001'],
  ['USDT/USD', '1', '1', '0.000000001', '0.0001'],
  ['BTC/USDT', '50000', '0.0001', '0.000000001', '0.01'],
]

export function defaultAssets(): Map<string, Asset> {
  const stocks = STOCKS.map(([symbol, exchange, price, tradable, fractionable]) =>
    stock({ symbol, exchange, price, tradable, fractionable }),
  )
  const pairs = PAIRS.map(([symbol, price, least, step, tick]) => pair({ symbol, price, least, step, tick }))
  return new Map([...stocks, ...pairs].map((asset) => [asset.symbol, asset]))
}

export function stock(rules: {
  readonly symbol: string
  readonly exchange: string
  readonly price: string
  readonly tradable: boolean
  readonly fractionable: boolean
}): Asset {
  return {
    id: newUuid(),
    class: 'us_equity',
    exchange: rules.exchange,
    symbol: rules.symbol,
    name: `${rules.symbol} Common Stock`,
    status: 'active',
    tradable: rules.tradable,
    fractionable: rules.fractionable,
    base: rules.symbol,
    quote: 'USD',
    minOrderSize: 0n,
    minTradeIncrement: 0n,
    priceIncrement: 0n,
    price: amount(rules.price),
  }
}

export function pair(rules: {
  readonly symbol: string
  readonly price: string
  readonly least: string
  readonly step: string
  readonly tick: string
}): Asset {
  const [base = '', quote = ''] = rules.symbol.split('/')
  return {
    id: newUuid(),
    class: 'crypto',
    exchange: 'CRYPTO',
    symbol: rules.symbol,
    name: `${base} / ${quote}`,
    status: 'active',
    tradable: true,
    fractionable: true,
    base,
    quote,
    minOrderSize: amount(rules.least),
    minTradeIncrement: amount(rules.step),
    priceIncrement: amount(rules.tick),
    price: amount(rules.price),
  }
}

/** By symbol, by the symbol without its slash (the older spelling), or by id. */
export function findAsset(assets: ReadonlyMap<string, Asset>, name: string): Asset | undefined {
  const found = assets.get(name)
  if (found !== undefined) return found
  for (const asset of assets.values()) {
    if (asset.id === name || (asset.class === 'crypto' && asset.symbol.replace('/', '') === name)) return asset
  }
  return undefined
}

/** Source: Trading API "Assets", asset entities for stocks and crypto. */
export function assetView(asset: Asset) {
  const crypto = asset.class === 'crypto'
  const common = {
    id: asset.id,
    class: asset.class,
    exchange: asset.exchange,
    symbol: asset.symbol,
    name: asset.name,
    status: asset.status,
    tradable: asset.tradable,
    marginable: !crypto,
    maintenance_margin_requirement: crypto ? 100 : 30,
    margin_requirement_long: crypto ? '100' : '30',
    margin_requirement_short: crypto ? '100' : '30',
    shortable: false,
    easy_to_borrow: false,
    fractionable: asset.fractionable,
    attributes: asset.fractionable && !crypto ? ['fractional_eh_enabled'] : [],
  }
  if (!crypto) return common
  return {
    ...common,
    min_order_size: plain(asset.minOrderSize),
    min_trade_increment: plain(asset.minTradeIncrement),
    price_increment: plain(asset.priceIncrement),
  }
}
