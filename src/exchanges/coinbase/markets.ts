import { Problem, type Market, type MarketRules } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'
import { API } from './manner.ts'

const MAX_BYTES = 16 * 1024 * 1024
/** States in which market orders are not taken. [D list-public-products] */
const STOPS = ['is_disabled', 'trading_disabled', 'cancel_only', 'limit_only', 'post_only', 'auction_mode', 'view_only'] as const

/** Every spot product. Throws `Problem` where Coinbase does not answer. */
export async function markets(desk: Desk, _market: Market): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, desk.host('coinbase'), `${API}/market/products`, { product_type: 'SPOT' }, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, 'products', rulesOf, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'Coinbase: the list of products could not be read')
  return rules
}

/** One product; null: no spot product, or not readable. */
export function rulesOf(row: unknown): MarketRules | null {
  const [symbol, base, quote, step, quoteStep] = [word(row, 'product_id'), word(row, 'base_currency_id'), word(row, 'quote_currency_id'), amount(row, 'base_increment'), amount(row, 'quote_increment')]
  if (symbol === null || base === null || quote === null || word(row, 'product_type') !== 'SPOT' || !positive(step)) return null
  const [least, most, value, tick] = [amount(row, 'base_min_size'), amount(row, 'base_max_size'), amount(row, 'quote_min_size'), amount(row, 'price_increment')]
  return {
    exchange: 'coinbase', market: 'spot', symbol, base, quote, assetClass: 'crypto',
    trading: (word(row, 'status') ?? 'online') === 'online' && STOPS.every((stop) => member(row, stop) !== true), quantityStep: step,
    minQuantity: positive(least) ? least : step, maxQuantity: positive(most) ? most : null, minNotional: positive(value) ? value : null, minNotionalOnClose: true,
    priceTick: positive(tick) ? tick : '0.00000001', contractSize: '1', quoteStep: positive(quoteStep) ? quoteStep : null, hours: 'always',
  }
}
