import { Problem, type Market, type MarketRules } from '#model'
import { amount, list, member, positive, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'

const MAX_BYTES = 32 * 1024 * 1024
const STABLE: ReadonlySet<string> = new Set(['USDT', 'USDC', 'USD1', 'USDE'])
const SETTLED_IN: ReadonlySet<string> = new Set(['USDT', 'USDC'])

/** Reads all symbols; both lists come whole. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, desk.host('mexc'), market === 'spot' ? '/api/v3/exchangeInfo' : '/api/v1/contract/detail', {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, market === 'spot' ? 'symbols' : 'data', market === 'spot' ? spotRules : futuresRules, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'MEXC: the list of symbols could not be read')
  return rules
}

/** [S exchange information] `status` 1: online; market orders only where the order types name them. */
export function spotRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'symbol'), word(row, 'baseAsset'), word(row, 'quoteAsset')]
  const [steps, ticks, quoteSteps] = [member(row, 'baseAssetPrecision'), member(row, 'quotePrecision'), member(row, 'quoteAssetPrecision')]
  if (symbol === null || base === null || quote === null || !isScale(steps) || !isScale(ticks)) return null
  const least = amount(row, 'baseSizePrecision')
  const value = [amount(row, 'quoteAmountPrecisionMarket'), amount(row, 'quoteAmountPrecision')].find(positive)
  const status = word(row, 'status')
  return {
    exchange: 'mexc', market: 'spot', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: '1',
    trading: (status === '1' || status === 'ENABLED') && member(row, 'isSpotTradingAllowed') === true && (list(member(row, 'orderTypes')) ?? []).includes('MARKET'),
    quantityStep: stepOf(steps), minQuantity: positive(least) ? least : stepOf(steps), maxQuantity: null, minNotional: value ?? null, minNotionalOnClose: true, priceTick: stepOf(ticks),
    quoteStep: stepOf(Math.min(isScale(quoteSteps) ? quoteSteps : ticks, STABLE.has(quote) ? 2 : 8)), buysByQuoteOnly: true,
  }
}

/** [F contract information] `state` 0: enabled; `apiAllowed`: "whether support api"; sizes in contracts of `contractSize` base. */
export function futuresRules(row: unknown): MarketRules | null {
  const [symbol, base, quote, size] = [word(row, 'symbol'), word(row, 'baseCoin'), word(row, 'quoteCoin'), amount(row, 'contractSize')]
  if (symbol === null || base === null || quote === null || !positive(size) || word(row, 'settleCoin') !== quote || !SETTLED_IN.has(quote)) return null
  const [unit, least, most, tick] = [amount(row, 'volUnit'), amount(row, 'minVol'), amount(row, 'maxVol'), amount(row, 'priceUnit')]
  const step = baseOf(positive(unit) ? unit : '1', size)
  return {
    exchange: 'mexc', market: 'futures', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: size, trading: member(row, 'state') === 0 && member(row, 'apiAllowed') !== false,
    quantityStep: step, minQuantity: positive(least) ? baseOf(least, size) : step, maxQuantity: positive(most) ? baseOf(most, size) : null, minNotional: null, minNotionalOnClose: false,
    priceTick: positive(tick) ? tick : '0.00000001', quoteStep: null,
  }
}

const isScale = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 30
const stepOf = (scale: number): string => (scale === 0 ? '1' : `0.${'0'.repeat(scale - 1)}1`)
