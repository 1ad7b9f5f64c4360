import { decimal, Problem, text, type Market, type MarketRules } from '#model'
import { amount, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'
import type { Params } from '../query.ts'
import { PRODUCTS } from './api.ts'
import { hostOf } from './manner.ts'

const MAX_BYTES = 32 * 1024 * 1024
const STABLE: ReadonlySet<string> = new Set(['USDT', 'USDC'])
/** Amounts of a stablecoin are given to the cent. */
const CENT = '0.01'

/** Reads all symbols, which both kinds of account trade alike. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  if (market === 'spot') return listOf(desk, '/api/v2/spot/public/symbols', {}, spotRules)
  const lists = await Promise.all(PRODUCTS.map((productType) => listOf(desk, '/api/v2/mix/market/contracts', { productType }, futuresRules)))
  return lists.flat()
}

async function listOf(desk: Desk, path: string, params: Params, read: (row: unknown) => MarketRules | null): Promise<MarketRules[]> {
  const answer = await desk.askList(null, hostOf(desk), path, params, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, 'data', read, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'Bitget: the list of symbols could not be read')
  return rules
}

/** One pair; null: not readable. [D spot/market/Get-Symbols] */
export function spotRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'symbol'), word(row, 'baseCoin'), word(row, 'quoteCoin')]
  const [tick, step, quoteStep] = [unitOf(word(row, 'pricePrecision')), unitOf(word(row, 'quantityPrecision')), unitOf(word(row, 'quotePrecision'))]
  if (symbol === null || base === null || quote === null || tick === null || step === null || quoteStep === null) return null
  const least = amount(row, 'minTradeUSDT')
  return {
    exchange: 'bitget', market: 'spot', symbol, base, quote, assetClass: 'crypto', contractSize: '1', hours: 'always', priceTick: tick, trading: word(row, 'status') === 'online',
    // "minTradeAmount: obsolete, please refer to minTradeUSDT", which is a worth in USDT: of no use for pairs against coins.
    quantityStep: step, minQuantity: step, maxQuantity: null, minNotional: STABLE.has(quote) && positive(least) ? least : null, minNotionalOnClose: true,
    quoteStep: STABLE.has(quote) && decimal(quoteStep).lessThan(decimal(CENT)) ? CENT : quoteStep, buysByQuoteOnly: true,
  }
}

/** One contract; null: not a perpetual, or not readable. Sizes are base. [D contract/market/Get-All-Symbols-Contracts] */
export function futuresRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'symbol'), word(row, 'baseCoin'), word(row, 'quoteCoin')]
  const [unit, ticks, step, least, most, value] = [unitOf(word(row, 'pricePlace')), amount(row, 'priceEndStep'), amount(row, 'sizeMultiplier'), amount(row, 'minTradeNum'),
    amount(row, 'maxMarketOrderQty'), amount(row, 'minTradeUSDT')]
  if (symbol === null || base === null || quote === null || !STABLE.has(quote) || word(row, 'symbolType') !== 'perpetual' || unit === null || !positive(step)) return null
  return {
    exchange: 'bitget', market: 'futures', symbol, base, quote, assetClass: 'crypto', contractSize: '1', hours: 'always', priceTick: positive(ticks) ? text(decimal(unit).times(decimal(ticks))) : unit,
    trading: word(row, 'symbolStatus') === 'normal', quantityStep: step, minQuantity: positive(least) ? least : step, maxQuantity: positive(most) ? most : null,
    // Whether a close has to reach it is not said: Bitget itself is to judge that, rather than that a rest cannot be closed.
    minNotional: positive(value) ? value : null, minNotionalOnClose: false, quoteStep: null,
  }
}

/** So many decimals: `2` → `0.01`; null: not told. */
function unitOf(places: string | null): string | null {
  return places === null || !/^\d{1,2}$/.test(places) ? null : text(decimal('10').pow(-Number(places)))
}
