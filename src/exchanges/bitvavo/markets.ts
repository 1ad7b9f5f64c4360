import { Problem, type Market, type MarketRules } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'

const MAX_BYTES = 8 * 1024 * 1024

/** Reads all markets. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, _market: Market): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, desk.host('bitvavo'), '/v2/markets', {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, null, marketRules, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'Bitvavo: the list of markets could not be read')
  return rules
}

/** [M] `quantityDecimals` and `notionalDecimals`: how many decimals amounts of base and quote may have. */
export function marketRules(row: unknown): MarketRules | null {
  const [symbol, base, quote, tick] = [word(row, 'market'), word(row, 'base'), word(row, 'quote'), amount(row, 'tickSize')]
  const [steps, values] = [member(row, 'quantityDecimals'), member(row, 'notionalDecimals')]
  if (symbol === null || base === null || quote === null || !isScale(steps)) return null
  const [least, most, value] = [amount(row, 'minOrderInBaseAsset'), amount(row, 'maxOrderInBaseAsset'), amount(row, 'minOrderInQuoteAsset')]
  return {
    exchange: 'bitvavo', market: 'spot', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: '1',
    trading: word(row, 'status') === 'trading' && (list(member(row, 'orderTypes')) ?? []).includes('market'), quantityStep: stepOf(steps), minQuantity: positive(least) ? least : stepOf(steps),
    maxQuantity: positive(most) ? most : null, minNotional: positive(value) ? value : null, minNotionalOnClose: true, priceTick: positive(tick) ? tick : '0.00000001', quoteStep: stepOf(isScale(values) ? values : 2), buysByQuoteOnly: false,
  }
}

const isScale = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 30
const stepOf = (scale: number): string => (scale === 0 ? '1' : `0.${'0'.repeat(scale - 1)}1`)
