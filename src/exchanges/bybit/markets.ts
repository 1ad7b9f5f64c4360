import { Problem, type Market, type MarketRules } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'
import { CATEGORY } from './manner.ts'

/** Spot comes whole (some 700 pairs); contracts in pages of at most 1,000. [D market/instrument] */
const PAGE = { spot: undefined, futures: 1000 } as const
const MOST_PAGES = 20
const MAX_BYTES = 32 * 1024 * 1024
const STABLE: ReadonlySet<string> = new Set(['USDT', 'USDC'])

/** Reads all symbols of the main site. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const all: MarketRules[] = []
  for (let page = 0, cursor: string | undefined; page < MOST_PAGES; page += 1) {
    const answer = await desk.askList(null, desk.host('bybit'), '/v5/market/instruments-info', { category: CATEGORY[market], limit: PAGE[market], cursor }, MAX_BYTES)
    if (answer.kind !== 'ok') throw desk.problem(answer)
    const rules = await parseLongList(answer.reply.text, 'list', market === 'spot' ? spotRules : futuresRules, () => desk.clock.now())
    if (rules === null) throw new Problem('exchange_unreachable', 'Bybit: the list of symbols could not be read')
    all.push(...rules)
    const next = /"nextPageCursor"\s*:\s*"([^"]+)"/.exec(answer.reply.text)?.[1]
    if (next === undefined) return all
    cursor = decodeURIComponent(next)
  }
  throw new Problem('exchange_unreachable', 'Bybit: the list of symbols has no end')
}

/** One pair of category spot; null: not readable. */
export function spotRules(row: unknown): MarketRules | null {
  const head = headOf(row)
  const lots = member(row, 'lotSizeFilter')
  const [step, least, quoteStep] = [amount(lots, 'basePrecision'), amount(lots, 'minOrderAmt'), amount(lots, 'quotePrecision')]
  if (head === null || !positive(step)) return null
  const most = amount(lots, 'maxMarketOrderQty') ?? amount(lots, 'maxOrderQty')
  return {
    ...head, market: 'spot', trading: word(row, 'status') === 'Trading', quantityStep: step,
    // "minOrderQty: deprecated, no longer check … check minOrderAmt instead".
    minQuantity: step, maxQuantity: positive(most) ? most : null, minNotional: positive(least) ? least : null, minNotionalOnClose: true,
    quoteStep: positive(quoteStep) ? quoteStep : null,
  }
}

/** One contract of category linear; null: not a stablecoin-margined perpetual, or not readable. */
export function futuresRules(row: unknown): MarketRules | null {
  const head = headOf(row)
  if (head === null || word(row, 'contractType') !== 'LinearPerpetual' || !STABLE.has(word(row, 'settleCoin') ?? '')) return null
  const lots = member(row, 'lotSizeFilter')
  const [step, least, most, value] = [amount(lots, 'qtyStep'), amount(lots, 'minOrderQty'), amount(lots, 'maxMktOrderQty') ?? amount(lots, 'maxOrderQty'), amount(lots, 'minNotionalValue')]
  if (!positive(step)) return null
  return {
    // Before its listing a contract takes limit orders only, in an auction.
    ...head, market: 'futures', trading: word(row, 'status') === 'Trading' && member(row, 'isPreListing') !== true,
    quantityStep: step, minQuantity: positive(least) ? least : step, maxQuantity: positive(most) ? most : null, minNotional: positive(value) ? value : null,
    // Whether a close has to reach it is not said: Bybit itself is to judge that, rather than that a rest cannot be closed.
    minNotionalOnClose: false,
    quoteStep: null,
  }
}

/** Contracts are counted in base units. [D order/create-order: qty] */
function headOf(row: unknown): Pick<MarketRules, 'exchange' | 'symbol' | 'base' | 'quote' | 'assetClass' | 'contractSize' | 'hours' | 'priceTick'> | null {
  const [symbol, base, quote, tick] = [word(row, 'symbol'), word(row, 'baseCoin'), word(row, 'quoteCoin'), amount(member(row, 'priceFilter'), 'tickSize')]
  if (symbol === null || base === null || quote === null) return null
  return { exchange: 'bybit', symbol, base, quote, assetClass: 'crypto', contractSize: '1', hours: 'always', priceTick: positive(tick) ? tick : '0.00000001' }
}
