import { decimal, Problem, type Market, type MarketRules } from '#model'
import { amount, plainAmount, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'
import { INSTRUMENTS } from './manner.ts'

const MAX_BYTES = 32 * 1024 * 1024
const STABLE: ReadonlySet<string> = new Set(['USDT', 'USDC', 'USD', 'EUR'])
/** Amounts of a currency are given to the cent. */
const CENT = '0.01'

/** Reads all symbols of the main site. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, desk.host('okx'), '/api/v5/public/instruments', { instType: INSTRUMENTS[market] }, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, 'data', market === 'spot' ? spotRules : futuresRules, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'OKX: the list of symbols could not be read')
  return rules
}

/** One pair of type SPOT; null: not readable. [D public data, instruments] */
export function spotRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'instId'), word(row, 'baseCcy'), word(row, 'quoteCcy')]
  const [tick, step, least] = [amount(row, 'tickSz'), amount(row, 'lotSz'), amount(row, 'minSz')]
  if (symbol === null || base === null || quote === null || !positive(step) || !positive(tick)) return null
  return {
    exchange: 'okx', market: 'spot', symbol, base, quote, assetClass: 'crypto', contractSize: '1', hours: 'always', priceTick: tick, trading: word(row, 'state') === 'live',
    quantityStep: step, minQuantity: positive(least) ? least : step,
    // The most of a market order is told in USD ("maxMktAmt"), not in base: OKX itself is to judge it.
    maxQuantity: null, minNotional: null, minNotionalOnClose: false,
    // How fine a quote amount may be is not told: as fine as the price, and not finer than cents.
    quoteStep: STABLE.has(quote) && decimal(tick).lessThan(decimal(CENT)) ? CENT : tick,
  }
}

/** One contract of type SWAP; null: not a stablecoin-margined perpetual, or not readable. Sizes are told in contracts. */
export function futuresRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'instId'), word(row, 'ctValCcy'), word(row, 'settleCcy')]
  const [value, multiplier, tick] = [amount(row, 'ctVal'), amount(row, 'ctMult') ?? '1', amount(row, 'tickSz')]
  if (symbol === null || base === null || (quote !== 'USDT' && quote !== 'USDC') || word(row, 'ctType') !== 'linear' || !positive(value)) return null
  // Contracts of the same coin in other currencies are settled in USDC as well; their names differ.
  if (symbol !== `${base}-${quote}-SWAP`) return null
  const size = baseOf(value, multiplier)
  const [lot, least, most] = [amount(row, 'lotSz'), amount(row, 'minSz'), plainAmount(word(row, 'maxMktSz'))]
  if (!positive(lot) || !positive(tick) || !positive(size)) return null
  return {
    exchange: 'okx', market: 'futures', symbol, base, quote, assetClass: 'crypto', contractSize: size, hours: 'always', priceTick: tick, trading: word(row, 'state') === 'live',
    quantityStep: baseOf(lot, size), minQuantity: baseOf(positive(least) ? least : lot, size), maxQuantity: positive(most) ? baseOf(most, size) : null,
    minNotional: null, minNotionalOnClose: false, quoteStep: null,
  }
}
