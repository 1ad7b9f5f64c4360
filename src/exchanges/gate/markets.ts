import { decimal, Problem, text, type Market, type MarketRules } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'
import { ROOT } from './manner.ts'

const PAGE = 100
const MOST_PAGES = 100
const MAX_BYTES = 32 * 1024 * 1024
const STABLE: ReadonlySet<string> = new Set(['USDT', 'USDC', 'USD1', 'TUSD'])

/** Reads all symbols. Pairs come whole; contracts in pages of 100, or whole where a server knows no pages. Throws `Problem`. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  if (market === 'spot') return (await read(desk, '/api/v4/spot/currency_pairs', {}, spotRules)).filter((rules) => rules !== null)
  const all = new Map<string, MarketRules>()
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const rows = await read(desk, `${ROOT.futures}/contracts`, { limit: PAGE, offset: page * PAGE }, (row) => futuresRules(row) ?? { symbol: null })
    for (const rules of rows) if (rules.symbol !== null) all.set(rules.symbol, rules)
    if (rows.length !== PAGE) return [...all.values()]
  }
  throw new Problem('exchange_unreachable', 'Gate: the list of contracts has no end')
}

async function read<T>(desk: Desk, path: string, params: Readonly<Record<string, number>>, row: (row: unknown) => T | null): Promise<readonly T[]> {
  const answer = await desk.askList(null, desk.host('gate'), path, params, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rows = await parseLongList(answer.reply.text, null, row, () => desk.clock.now())
  if (rows === null) throw new Problem('exchange_unreachable', 'Gate: the list of symbols could not be read')
  return rows
}

/** One pair; null: not readable. [D currency pair] */
export function spotRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'id'), word(row, 'base'), word(row, 'quote')]
  const [steps, ticks] = [member(row, 'amount_precision'), member(row, 'precision')]
  if (symbol === null || base === null || quote === null || !isScale(steps) || !isScale(ticks)) return null
  const [least, value] = [amount(row, 'min_base_amount'), amount(row, 'min_quote_amount')]
  const most = [amount(row, 'market_order_max_stock'), amount(row, 'max_base_amount')].find(positive)
  return {
    exchange: 'gate', market: 'spot', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: '1', trading: word(row, 'trade_status') !== 'untradable',
    quantityStep: stepOf(steps), minQuantity: positive(least) ? least : stepOf(steps), maxQuantity: most ?? null, minNotional: positive(value) ? value : null, minNotionalOnClose: true,
    priceTick: stepOf(ticks),
    // The scale of an amount in quote is not documented. ccxt takes the price's; cents of a stablecoin, and eight decimals, are never too fine for that.
    quoteStep: stepOf(Math.min(ticks, STABLE.has(quote) ? 2 : 8)), buysByQuoteOnly: true,
  }
}

/** One contract; null: not one in USDT, or not readable. [D contract: sizes are contracts of `quanto_multiplier` base] */
export function futuresRules(row: unknown): MarketRules | null {
  const [symbol, size, tick] = [word(row, 'name'), amount(row, 'quanto_multiplier'), amount(row, 'order_price_round')]
  const [, base, quote] = /^(\w+)_(USDT)$/.exec(symbol ?? '') ?? []
  if (symbol === null || base === undefined || quote === undefined || !positive(size) || word(row, 'type') !== 'direct') return null
  const least = amount(row, 'order_size_min')
  const most = [amount(row, 'market_order_size_max'), amount(row, 'order_size_max')].find(positive)
  return {
    exchange: 'gate', market: 'futures', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: size,
    trading: member(row, 'in_delisting') !== true && (word(row, 'status') ?? 'trading') === 'trading',
    // Whole contracts, also where fractions of one are allowed (`enable_decimal`).
    quantityStep: size, minQuantity: baseOf(positive(least) ? text(decimal(least).ceil()) : '1', size), maxQuantity: most === undefined ? null : baseOf(most, size),
    minNotional: null, minNotionalOnClose: false, priceTick: positive(tick) ? tick : '0.00000001', quoteStep: null,
  }
}

const isScale = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 30
const stepOf = (scale: number): string => (scale === 0 ? '1' : `0.${'0'.repeat(scale - 1)}1`)
