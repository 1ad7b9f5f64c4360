import { Problem, type MarketRules } from '#model'
import { amount, member, positive, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import { parseLongMap } from '../../long-list.ts'
import type { Prices } from '../../port.ts'
import { assetOf, shortPair } from '../assets.ts'

const MAX_BYTES = 16 * 1024 * 1024
/** So many pairs are asked for by name; more come with all. */
const MOST_NAMED = 50

/** The quotes of the pairs, as the last list said: fees are taken in them. */
const quotes = new WeakMap<Desk, ReadonlyMap<string, string>>()

/** Every pair, by its short name (`altname`, which orders show). Throws `Problem` where Kraken does not answer. */
export async function spotMarkets(desk: Desk): Promise<readonly MarketRules[]> {
  const answer = await desk.askList(null, desk.host('kraken'), '/0/public/AssetPairs', {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongMap(answer.reply.text, 'result', rulesOf, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'Kraken: the list of pairs could not be read')
  quotes.set(desk, new Map(rules.map(({ symbol, quote }) => [symbol, quote])))
  return rules
}

/** What a pair is paid in; null: no such pair. Reads the list where nobody did yet. */
export async function quoteOf(desk: Desk, symbol: string): Promise<string | null> {
  if (!quotes.has(desk)) await spotMarkets(desk)
  return quotes.get(desk)?.get(symbol) ?? null
}

/** One of AssetPairs; null: a dark pool, a tokenized stock, or not readable. */
export function rulesOf(row: unknown): MarketRules | null {
  const [symbol, kind] = [word(row, 'altname'), word(row, 'aclass_base')]
  const [base, quote] = word(row, 'wsname')?.split('/') ?? [word(row, 'base'), word(row, 'quote')]
  const [step, quoteStep] = [stepOf(row, 'lot_decimals'), stepOf(row, 'cost_decimals')]
  if (symbol === null || symbol.endsWith('.d') || !base || !quote || step === null || (kind !== null && kind !== 'currency')) return null
  const [least, value, tick] = [amount(row, 'ordermin'), amount(row, 'costmin'), amount(row, 'tick_size') ?? stepOf(row, 'pair_decimals')]
  return {
    exchange: 'kraken', market: 'spot', symbol, base: assetOf(base), quote: assetOf(quote), assetClass: 'crypto', trading: word(row, 'status') === 'online',
    quantityStep: step, minQuantity: positive(least) ? least : step, maxQuantity: null, minNotional: positive(value) ? value : null, minNotionalOnClose: true,
    priceTick: positive(tick) ? tick : '0.00000001', contractSize: '1', quoteStep, hours: 'always',
  }
}

/** `8` decimals → `0.00000001`. */
function stepOf(row: unknown, name: string): string | null {
  const decimals = member(row, name)
  if (typeof decimals !== 'number' || !Number.isInteger(decimals) || decimals < 0 || decimals > 18) return null
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`
}

/** Last prices. Answers are named by the pairs' ids, which differ from short names for Kraken's first assets. */
export async function spotPrices(desk: Desk, symbols: readonly string[]): Promise<Prices> {
  const at = desk.clock.now()
  const host = desk.host('kraken')
  const named = symbols.length <= MOST_NAMED ? { pair: symbols.join(',') } : {}
  let answer = await desk.askOpenly(host, '/0/public/Ticker', named)
  // One pair that is not there spoils the whole answer.
  if (answer.kind === 'refused' && symbols.length > 1) answer = await desk.askOpenly(host, '/0/public/Ticker')
  const rows = member(desk.body(answer), 'result')
  if (typeof rows !== 'object' || rows === null) throw new Problem('exchange_unreachable', 'Kraken: the list of prices could not be read')
  const wanted = new Set(symbols)
  return {
    at,
    prices: Object.fromEntries(Object.entries(rows).flatMap(([id, row]) => {
      const symbol = wanted.has(id) ? id : shortPair(id)
      const last = member(row, 'c')
      const price = Array.isArray(last) ? amount({ last: last[0] as unknown }, 'last') : null
      return wanted.has(symbol) && positive(price) ? [[symbol, price]] : []
    })),
  }
}
