import { Problem, type Market, type MarketRules } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import { parseLongList } from '../long-list.ts'
import { NOBODY, type Desk } from '../desk.ts'
import type { Key } from '../port.ts'

/** Some 11,000 stocks in about 8 MB. */
const MAX_BYTES = 64 * 1024 * 1024
const SMALLEST_FRACTION = '0.000000001'

/** Stocks and crypto pairs. Throws `Problem` where Alpaca does not answer. */
export async function markets(desk: Desk, _market: Market, key: Key | null): Promise<readonly MarketRules[]> {
  if (key === null) throw new Problem('invalid_input', 'Alpaca lists its assets with a key only')
  const call = { key, caller: NOBODY }
  const answers = await Promise.all(['us_equity', 'crypto'].map((assetClass) =>
    desk.askList(call, desk.host('alpaca'), '/v2/assets', { status: 'active', asset_class: assetClass }, MAX_BYTES)))
  const lists = await Promise.all(answers.map((answer) => {
    if (answer.kind !== 'ok') throw desk.problem(answer)
    return parseLongList(answer.reply.text, null, rulesOf, () => desk.clock.now())
  }))
  return lists.flatMap((rules) => {
    if (rules === null) throw new Problem('exchange_unreachable', 'Alpaca: the list of assets could not be read')
    return rules
  })
}

/** One asset of /v2/assets; null: not one for us, or not readable. */
export function rulesOf(row: unknown): MarketRules | null {
  const symbol = word(row, 'symbol')
  if (symbol === null) return null
  const common = {
    exchange: 'alpaca', market: 'spot', symbol, contractSize: '1', maxQuantity: null,
    trading: member(row, 'tradable') === true && word(row, 'status') === 'active',
  } as const
  switch (word(row, 'class')) {
    case 'us_equity': {
      const fractions = member(row, 'fractionable') === true
      const step = fractions ? SMALLEST_FRACTION : '1'
      return {
        ...common, base: symbol, quote: 'USD', assetClass: 'stock', hours: 'calendar', quantityStep: step, minQuantity: step,
        // 403 "cost basis must be >= minimal amount of order 1".
        minNotional: '1', minNotionalOnClose: true,
        priceTick: '0.01', quoteStep: fractions ? '0.01' : null,
      }
    }
    case 'crypto': {
      const [base, quote] = symbol.split('/')
      if (base === undefined || quote === undefined) return null
      const [step, least, tick] = [amount(row, 'min_trade_increment'), amount(row, 'min_order_size'), amount(row, 'price_increment')]
      const quantityStep = positive(step) ? step : SMALLEST_FRACTION
      return {
        ...common, base, quote, assetClass: 'crypto', hours: 'always', quantityStep, minQuantity: positive(least) ? least : quantityStep,
        // 403 "cost basis must be >= minimal amount of order 10"; ccxt 4.5.84 notes: USD pairs only, and sells are not floored.
        minNotional: quote === 'USD' ? '10' : null, minNotionalOnClose: false,
        priceTick: positive(tick) ? tick : SMALLEST_FRACTION,
        // Order entity: "notional … Can take up to 9 decimal points".
        quoteStep: SMALLEST_FRACTION,
      }
    }
    default: return null
  }
}
