import { Problem, type Market, type MarketRules } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'

const MAX_BYTES = 32 * 1024 * 1024
const STABLE: ReadonlySet<string> = new Set(['USDT', 'USDC'])
const MOST_DECIMALS = 30

/** Reads all symbols; both lists come whole. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, desk.host('bingx'), market === 'spot' ? '/openApi/spot/v1/common/symbols' : '/openApi/swap/v2/quote/contracts', {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, market === 'spot' ? 'symbols' : 'data', market === 'spot' ? spotRules : futuresRules, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'BingX: the list of symbols could not be read')
  return rules
}

/**
 * [D spot-market] `minQty` and `maxQty` are out of use (ccxt); how fine an amount of quote may be is not said. Null: not readable.
 * [R place order] "For buy-side market orders, quoteOrderQty is required. For sell-side market orders, quantity is required." [D spot-trade] has
 * a quantity for buys too. An amount is right by both.
 */
export function spotRules(row: unknown): MarketRules | null {
  const symbol = word(row, 'symbol')
  const [base, quote, more] = symbol?.split('-') ?? []
  const [step, tick, value] = [amount(row, 'stepSize'), amount(row, 'tickSize'), amount(row, 'minNotional')]
  if (symbol === null || !base || !quote || more !== undefined || !positive(step)) return null
  return {
    exchange: 'bingx', market: 'spot', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: '1',
    trading: member(row, 'status') === 1 && member(row, 'apiStateBuy') !== false && member(row, 'apiStateSell') !== false,
    quantityStep: step, minQuantity: step, maxQuantity: null, minNotional: positive(value) ? value : null, minNotionalOnClose: true, priceTick: positive(tick) ? tick : '0.00000001',
    quoteStep: STABLE.has(quote) ? '0.01' : '0.00000001', buysByQuoteOnly: true,
  }
}

/** [D swap-market] Contracts are counted in base units. Null: not one in stablecoins, or not readable. */
export function futuresRules(row: unknown): MarketRules | null {
  const [symbol, base, quote, least, value] = [word(row, 'symbol'), word(row, 'asset'), word(row, 'currency'), amount(row, 'tradeMinQuantity'), amount(row, 'tradeMinUSDT')]
  const [steps, ticks] = [member(row, 'quantityPrecision'), member(row, 'pricePrecision')]
  if (symbol === null || base === null || quote === null || !STABLE.has(quote) || !isScale(steps) || !isScale(ticks)) return null
  const step = stepOf(steps)
  return {
    exchange: 'bingx', market: 'futures', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: '1',
    trading: member(row, 'status') === 1 && isOpen(row, 'apiStateOpen') && isOpen(row, 'apiStateClose'),
    quantityStep: step, minQuantity: positive(least) ? least : step, maxQuantity: null, minNotional: positive(value) ? value : null,
    // Whether a close has to reach it is not said: BingX itself is to judge that, rather than that a rest cannot be closed.
    minNotionalOnClose: false, priceTick: stepOf(ticks), quoteStep: null,
  }
}

const isOpen = (row: unknown, name: string): boolean => member(row, name) === 'true' || member(row, name) === true
const isScale = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_DECIMALS
const stepOf = (scale: number): string => (scale === 0 ? '1' : `0.${'0'.repeat(scale - 1)}1`)
