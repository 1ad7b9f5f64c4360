import { Problem, type Market, type MarketRules } from '#model'
import { amount, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { parseLongList } from '../long-list.ts'
import { hostOf } from './manner.ts'

const MAX_BYTES = 32 * 1024 * 1024

/** Reads all symbols; both lists come whole. Throws `Problem` where the exchange does not answer. */
export async function markets(desk: Desk, market: Market): Promise<readonly MarketRules[]> {
  const isSpot = market === 'spot'
  const answer = await desk.askList(null, hostOf(desk, market), isSpot ? '/v1/settings/common/market-symbols' : '/linear-swap-api/v1/swap_contract_info', {}, MAX_BYTES)
  if (answer.kind !== 'ok') throw desk.problem(answer)
  const rules = await parseLongList(answer.reply.text, 'data', isSpot ? spotRules : futuresRules, () => desk.clock.now())
  if (rules === null) throw new Problem('exchange_unreachable', 'HTX: the list of symbols could not be read')
  return rules
}

/**
 * [S get market symbols setting] `pp`, `ap`, `vp`: decimals of price, amount and value; `smminoa`, `smmaxoa`: a market sale's least and
 * greatest amount; `minov`: the least value; `at`: whether it may be traded by API.
 */
export function spotRules(row: unknown): MarketRules | null {
  const [symbol, base, quote] = [word(row, 'symbol'), word(row, 'bc')?.toUpperCase(), word(row, 'qc')?.toUpperCase()]
  const [ticks, steps, values] = [member(row, 'pp'), member(row, 'ap'), member(row, 'vp')]
  if (symbol === null || base === undefined || quote === undefined || !isScale(ticks) || !isScale(steps)) return null
  const [least, most, value] = [amount(row, 'smminoa') ?? amount(row, 'minoa'), amount(row, 'smmaxoa') ?? amount(row, 'maxoa'), amount(row, 'minov')]
  return {
    exchange: 'htx', market: 'spot', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: '1', trading: word(row, 'state') === 'online' && word(row, 'at') === 'enabled',
    quantityStep: stepOf(steps), minQuantity: positive(least) ? least : stepOf(steps), maxQuantity: positive(most) ? most : null, minNotional: positive(value) ? value : null, minNotionalOnClose: true,
    priceTick: stepOf(ticks), quoteStep: stepOf(isScale(values) ? values : ticks), buysByQuoteOnly: true,
  }
}

/** [F contract info] `contract_status` 1: listed; perpetuals are of the kind swap; orders are whole numbers of contracts of `contract_size` base. */
export function futuresRules(row: unknown): MarketRules | null {
  const [symbol, kind, size, tick] = [word(row, 'contract_code'), word(row, 'contract_type') ?? 'swap', amount(row, 'contract_size'), amount(row, 'price_tick')]
  const [base, quote, ...rest] = symbol?.split('-') ?? []
  if (symbol === null || base === undefined || quote !== 'USDT' || rest.length > 0 || kind !== 'swap' || !positive(size)) return null
  return {
    exchange: 'htx', market: 'futures', symbol, base, quote, assetClass: 'crypto', hours: 'always', contractSize: size, trading: member(row, 'contract_status') === 1 && word(row, 'support_margin_mode') !== 'isolated',
    quantityStep: size, minQuantity: size, maxQuantity: null, minNotional: null, minNotionalOnClose: false, priceTick: positive(tick) ? tick : '0.00000001', quoteStep: null,
  }
}

const isScale = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 30
const stepOf = (scale: number): string => (scale === 0 ? '1' : `0.${'0'.repeat(scale - 1)}1`)
