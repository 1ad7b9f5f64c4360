import { decimal, Problem, type Market, type MarketRules } from '#model'
import { amount, list, member, plainAmount, positive, word } from '../answer.ts'
import { parseLongList } from '../long-list.ts'
import type { Desk } from '../desk.ts'
import { statedLimits } from './limits.ts'
import { hostOf } from './manner.ts'

const PATH = { spot: '/api/v3/exchangeInfo', futures: '/fapi/v1/exchangeInfo' } as const
/** Spot lists some 3,500 symbols in about 20 MB, most of it permission sets; 2 MB compressed. */
const MAX_BYTES = 96 * 1024 * 1024
/** What "stablecoin-margined" means; ETHBTC margined in BTC is not. */
const STABLE: ReadonlySet<string> = new Set(['USDT', 'USDC', 'BUSD', 'TUSD', 'FDUSD', 'USD1', 'RLUSD', 'BFUSD', 'U'])

/** Reads all symbols. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, hostOf(desk, market), PATH[market], {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  hostOf(desk, market).limits.state(statedLimits(answer.reply.text))
  const rules = await parseLongList(answer.reply.text, 'symbols', market === 'spot' ? spotRules : futuresRules, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'Binance: the list of symbols could not be read')
  return rules
}

/** One symbol of /api/v3/exchangeInfo; null: not one for us, or not readable. */
export function spotRules(row: unknown): MarketRules | null {
  const head = headOf(row)
  if (head === null || member(row, 'isSpotTradingAllowed') === false) return null
  const filters = filtersOf(row)
  const lots = lotsOf(filters)
  if (lots === null) return null
  const precision = member(row, 'quoteAssetPrecision') ?? member(row, 'quotePrecision')
  const decimals = typeof precision === 'number' && Number.isInteger(precision) && precision >= 0 && precision <= 18 ? precision : 8
  return {
    ...head, ...lots, market: 'spot',
    trading: word(row, 'status') === 'TRADING',
    minNotional: spotMinimum(filters),
    minNotionalOnClose: true,
    priceTick: tickOf(filters),
    quoteStep: member(row, 'quoteOrderQtyMarketAllowed') === true ? stepOf(decimals) : null,
  }
}

/** One contract of /fapi/v1/exchangeInfo; null: not a stablecoin-margined perpetual. */
export function futuresRules(row: unknown): MarketRules | null {
  const head = headOf(row)
  if (head === null || word(row, 'contractType') !== 'PERPETUAL') return null
  const margin = word(row, 'marginAsset') ?? head.quote
  if (margin !== head.quote || !STABLE.has(margin)) return null
  const filters = filtersOf(row)
  const lots = lotsOf(filters)
  if (lots === null) return null
  const minimum = amount(filters.get('MIN_NOTIONAL'), 'notional')
  return {
    ...head, ...lots, market: 'futures',
    trading: word(row, 'status') === 'TRADING',
    minNotional: positive(minimum) ? minimum : null,
    // -4164: "Order's notional must be no smaller than … (unless you choose reduce only)".
    minNotionalOnClose: false,
    priceTick: tickOf(filters),
    quoteStep: null,
  }
}

type Filters = ReadonlyMap<string, unknown>

function headOf(row: unknown): Pick<MarketRules, 'exchange' | 'symbol' | 'base' | 'quote' | 'assetClass' | 'contractSize' | 'hours'> | null {
  const [symbol, base, quote] = [word(row, 'symbol'), word(row, 'baseAsset'), word(row, 'quoteAsset')]
  if (symbol === null || base === null || quote === null) return null
  return { exchange: 'binance', symbol, base, quote, assetClass: 'crypto', contractSize: '1', hours: 'always' }
}

function filtersOf(row: unknown): Filters {
  return new Map((list(member(row, 'filters')) ?? []).flatMap((filter) => {
    const type = word(filter, 'filterType')
    return type === null ? [] : [[type, filter] as const]
  }))
}

/** A market order has to pass LOT_SIZE and MARKET_LOT_SIZE; 0 in the latter means no rule. [filters.md] */
function lotsOf(filters: Filters): Pick<MarketRules, 'quantityStep' | 'minQuantity' | 'maxQuantity'> | null {
  const each = (name: string): string[] =>
    ['LOT_SIZE', 'MARKET_LOT_SIZE'].flatMap((filter) => { const value = amount(filters.get(filter), name); return positive(value) ? [value] : [] })
  const step = largest(each('stepSize'))
  if (step === null) return null
  return { quantityStep: step, minQuantity: largest(each('minQty')) ?? step, maxQuantity: smallest(each('maxQty')) }
}

/** NOTIONAL or, on older symbols, MIN_NOTIONAL, where it counts for market orders. */
function spotMinimum(filters: Filters): string | null {
  const notional = filters.get('NOTIONAL')
  const older = filters.get('MIN_NOTIONAL')
  const found = [
    member(notional, 'applyMinToMarket') === false ? null : amount(notional, 'minNotional'),
    member(older, 'applyToMarket') === false ? null : amount(older, 'minNotional'),
  ].filter(positive)
  return largest(found)
}

function tickOf(filters: Filters): string {
  const tick = amount(filters.get('PRICE_FILTER'), 'tickSize')
  // 0: no rule. Orders here are market orders, so a tick only shapes what is shown.
  return positive(tick) ? tick : '0.00000001'
}

const stepOf = (decimals: number): string => plainAmount(decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`) ?? '1'

const largest = (values: readonly string[]): string | null =>
  values.reduce<string | null>((best, value) => (best === null || decimal(value).greaterThan(decimal(best)) ? value : best), null)
const smallest = (values: readonly string[]): string | null =>
  values.reduce<string | null>((best, value) => (best === null || decimal(value).lessThan(decimal(best)) ? value : best), null)
