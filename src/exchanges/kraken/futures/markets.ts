import { Problem, type MarketRules } from '#model'
import { amount, list, member, positive, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import { parseLongList } from '../../long-list.ts'
import type { Prices } from '../../port.ts'
import { assetOf } from '../assets.ts'
import { FUTURES_HOST } from '../sign.ts'

const API = '/derivatives/api/v3'
const MAX_BYTES = 16 * 1024 * 1024
/** Largest and smallest step as powers of ten: [D get-instruments] contractValueTradePrecision, "can be negative". */
const MOST_DIGITS = 18

/** Every linear perpetual (`PF_…`). Throws `Problem` where Kraken does not answer. */
export async function futuresMarkets(desk: Desk): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, desk.host(FUTURES_HOST), `${API}/instruments`, {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, 'instruments', rulesOf, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'Kraken: the list of contracts could not be read')
  return rules
}

/** One of instruments; null: not a linear perpetual, or not readable. Contracts of these are one unit of base. */
export function rulesOf(row: unknown): MarketRules | null {
  const [symbol, digits, tick] = [word(row, 'symbol'), member(row, 'contractValueTradePrecision'), amount(row, 'tickSize')]
  const [base, quote] = word(row, 'pair')?.split(':') ?? [word(row, 'base'), word(row, 'quote')]
  if (symbol === null || word(row, 'type') !== 'flexible_futures' || word(row, 'lastTradingTime') !== null || !base || !quote) return null
  if (typeof digits !== 'number' || !Number.isInteger(digits) || Math.abs(digits) > MOST_DIGITS || amount(row, 'contractSize') !== '1') return null
  const step = digits > 0 ? `0.${'0'.repeat(digits - 1)}1` : `1${'0'.repeat(-digits)}`
  return {
    exchange: 'kraken', market: 'futures', symbol, base: assetOf(base), quote: assetOf(quote), assetClass: 'crypto',
    trading: member(row, 'tradeable') === true && member(row, 'postOnly') !== true, quantityStep: step, minQuantity: step, maxQuantity: null,
    minNotional: null, minNotionalOnClose: false, priceTick: positive(tick) ? tick : '0.00000001', contractSize: '1', quoteStep: null, hours: 'always',
  }
}

/** Last prices: of one contract, or of all at once. A single one that Kraken does not have: `Problem` `unknown_symbol`. */
export async function futuresPrices(desk: Desk, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const [only] = symbols
  const single = symbols.length === 1 && /^PF_[A-Z0-9]{1,40}$/.test(only ?? '')
  const body = desk.body(await desk.askOpenly(desk.host(FUTURES_HOST), single ? `${API}/tickers/${only}` : `${API}/tickers`))
  const rows = single ? [member(body, 'ticker')] : list(member(body, 'tickers'))
  if (rows === null) throw new Problem('exchange_unreachable', 'Kraken: the list of prices could not be read')
  const wanted = new Set(symbols)
  const prices = rows.flatMap((row) => {
    const [symbol, price] = [word(row, 'symbol'), amount(row, 'last')]
    return symbol !== null && wanted.has(symbol) && positive(price) ? [[symbol, price] as const] : []
  })
  return { at, prices: Object.fromEntries(prices) }
}
