import { Problem, type Market, type MarketRules } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'
import { hostOf } from './manner.ts'

const MAX_BYTES = 32 * 1024 * 1024
const PATH = { spot: '/api/v2/symbols', futures: '/api/v1/contracts/active' } as const

/** Reads all symbols. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, hostOf(desk, market), PATH[market], {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, 'data', market === 'spot' ? spotRules : futuresRules, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'KuCoin: the list of symbols could not be read')
  return rules
}

/** One pair; null: not readable. [D spot market, symbols] */
export function spotRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'symbol'), word(row, 'baseCurrency'), word(row, 'quoteCurrency')]
  const [step, tick, quoteStep, least, most, value] = [amount(row, 'baseIncrement'), amount(row, 'priceIncrement'), amount(row, 'quoteIncrement'), amount(row, 'baseMinSize'), amount(row, 'baseMaxSize'),
    amount(row, 'minFunds')]
  if (symbol === null || base === null || quote === null || !positive(step) || !positive(tick)) return null
  return {
    exchange: 'kucoin', market: 'spot', symbol, base, quote, assetClass: 'crypto', contractSize: '1', hours: 'always', priceTick: tick, trading: member(row, 'enableTrading') === true,
    quantityStep: step, minQuantity: positive(least) ? least : step, maxQuantity: positive(most) ? most : null, minNotional: positive(value) ? value : null, minNotionalOnClose: true,
    quoteStep: positive(quoteStep) ? quoteStep : null,
  }
}

/** One contract; null: not a stablecoin-margined perpetual, or not readable. Sizes are told in contracts ("lots"), of `multiplier` base each. [D futures market, contracts] */
export function futuresRules(row: unknown): MarketRules | null {
  const [symbol, base, quote, size, tick] = [word(row, 'symbol'), word(row, 'baseCurrency'), word(row, 'quoteCurrency'), amount(row, 'multiplier'), amount(row, 'tickSize')]
  if (symbol === null || base === null || (quote !== 'USDT' && quote !== 'USDC') || word(row, 'settleCurrency') !== quote || word(row, 'type') !== 'FFWCSX' || member(row, 'isInverse') === true) return null
  const [lot, most] = [amount(row, 'lotSize'), amount(row, 'marketMaxOrderQty') ?? amount(row, 'maxOrderQty')]
  if (!positive(size) || !positive(lot) || !positive(tick)) return null
  return {
    // Futures still call bitcoin XBT.
    exchange: 'kucoin', market: 'futures', symbol, base: base === 'XBT' ? 'BTC' : base, quote, assetClass: 'crypto', contractSize: size, hours: 'always', priceTick: tick,
    trading: word(row, 'status') === 'Open', quantityStep: baseOf(lot, size), minQuantity: baseOf(lot, size), maxQuantity: positive(most) ? baseOf(most, size) : null,
    minNotional: null, minNotionalOnClose: false, quoteStep: null,
  }
}
