import { over, plain } from '../../amount.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { Refusal } from './refusal.ts'

export const time = (x: Held): unknown => ({ server_time: timeAt(x) })

export function pairOf(x: Held, name: string): Listed {
  const found = x.spot.symbols.get(name)
  if (found === undefined) throw new Refusal('INVALID_CURRENCY_PAIR', `Invalid currency pair ${name}`)
  return found
}

/** Contracts of the settlement currency USDT alone. */
export function contractOf(x: Held, name: string): Listed {
  const found = x.futures.symbols.get(name)
  if (found === undefined || found.quote !== 'USDT') throw new Refusal('CONTRACT_NOT_FOUND', 'Contract not found', 404)
  return found
}

const decimals = (step: Listed['stepSize']): number => plain(step).split('.')[1]?.length ?? 0

/** How many decimals amounts in quote may have: as many as prices. */
export const scaleOf = (s: Listed): number => decimals(s.tickSize)

/** Source: API v4, "List all currency pairs supported". */
export const currencyPairs = (x: Held): unknown => [...x.spot.symbols.values()].map((s) => ({
  id: s.symbol, base: s.base, base_name: s.base, quote: s.quote, quote_name: s.quote, fee: '0.2', min_base_amount: plain(s.minQty), min_quote_amount: plain(s.minNotional),
  max_base_amount: null, max_quote_amount: '5000000', amount_precision: decimals(s.stepSize), precision: decimals(s.tickSize), trade_status: s.trading ? 'tradable' : 'untradable',
  sell_start: 0, buy_start: 0, delisting_time: 0, type: 'normal', trade_url: '', st_tag: false, market_order_max_stock: plain(s.maxQty), market_order_max_money: '1000000',
}))

export function spotTickers(x: Held, fields: Fields): unknown {
  const only = fields.text('currency_pair')
  return (only === undefined ? [...x.spot.symbols.values()] : [pairOf(x, only)]).map((s) => ({
    currency_pair: s.symbol, last: plain(s.price), lowest_ask: plain(s.price), lowest_size: '1', highest_bid: plain(s.price), highest_size: '1', change_percentage: '0',
    base_volume: '0', quote_volume: '0', high_24h: plain(s.price), low_24h: plain(s.price),
  }))
}

const listedInUsdt = (x: Held): Listed[] => [...x.futures.symbols.values()].filter((s) => s.quote === 'USDT')

/** Source: API v4, "Query all futures contracts": 100 a page by default. Sizes are contracts. */
export function contracts(x: Held, fields: Fields): unknown {
  const [limit, offset] = [fields.whole('limit', 100, 1, 1000), fields.whole('offset', 0, 0, 1_000_000)]
  return listedInUsdt(x).slice(offset, offset + limit).map((s) => ({
    name: s.symbol, type: 'direct', quanto_multiplier: plain(s.contractSize), ref_discount_rate: '0', order_price_deviate: '0.2', maintenance_rate: '0.005', mark_type: 'index',
    last_price: plain(s.price), mark_price: plain(s.price), index_price: plain(s.price), funding_rate_indicative: '0', mark_price_round: '0.01', funding_offset: 0, in_delisting: !s.trading,
    risk_limit_base: '1000000', interest_rate: '0.0003', order_price_round: plain(s.tickSize), order_size_min: Number(plain(over(s.minQty, s.contractSize))), ref_rebate_rate: '0.2',
    funding_interval: 28_800, leverage_min: '1', leverage_max: '100', maker_fee_rate: '-0.00025', taker_fee_rate: '0.00075', funding_rate: '0', order_size_max: 1_000_000,
    market_order_size_max: plain(over(s.maxQty, s.contractSize)), enable_decimal: false, orders_limit: 100, enable_bonus: true, status: s.trading ? 'trading' : 'delisting',
  }))
}

export function futuresTickers(x: Held, fields: Fields): unknown {
  const only = fields.text('contract')
  return (only === undefined ? listedInUsdt(x) : [contractOf(x, only)]).map((s) => ({
    contract: s.symbol, last: plain(s.price), mark_price: plain(s.price), index_price: plain(s.price), funding_rate: '0', volume_24h: '0', low_24h: plain(s.price), high_24h: plain(s.price),
    change_percentage: '0', lowest_ask: plain(s.price), highest_bid: plain(s.price),
  }))
}
