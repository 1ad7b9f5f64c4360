import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { rawNumber } from '../../raw-number.ts'
import { Refusal } from './refusal.ts'

export const spotTime = (x: Held): unknown => ({ status: 'ok', data: timeAt(x) })
export const futuresTime = (x: Held): unknown => ({ status: 'ok', ts: timeAt(x) })

export function pairOf(x: Held, name: string): Listed {
  const found = x.spot.symbols.get(name)
  if (found === undefined) throw new Refusal('base-symbol-error', 'The symbol is invalid')
  return found
}

export function contractOf(x: Held, name: string): Listed {
  const found = x.futures.symbols.get(name)
  if (found === undefined) throw new Refusal(1332, 'The contract doesn\'t exist.')
  return found
}

const decimals = (step: Listed['stepSize']): number => plain(step).split('.')[1]?.length ?? 0

/** How many decimals amounts in quote may have. */
export const scaleOf = (s: Listed): number => decimals(s.tickSize)

const number = (amount: Listed['stepSize']): unknown => rawNumber(plain(amount))

/** Source: spot v1, "Get Market Symbols Setting". */
export const marketSymbols = (x: Held): unknown => ({
  status: 'ok',
  data: [...x.spot.symbols.values()].map((s) => ({
    symbol: s.symbol, state: s.trading ? 'online' : 'suspend', bc: s.base.toLowerCase(), qc: s.quote.toLowerCase(), pp: scaleOf(s), ap: decimals(s.stepSize), sp: 'main', vp: scaleOf(s), minoa: number(s.minQty), maxoa: number(s.maxQty),
    minov: number(s.minNotional), lominoa: number(s.minQty), lomaxoa: number(s.maxQty), smminoa: number(s.minQty), smmaxoa: number(s.maxQty), bmmaxov: 1_000_000, at: 'enabled', tags: '',
  })),
  ts: String(timeAt(x)), full: 1,
})

/** Source: spot v1, "Get Latest Tickers for All Pairs". */
export const spotTickers = (x: Held): unknown => ({
  status: 'ok', ts: timeAt(x),
  data: [...x.spot.symbols.values()].map((s) => ({ symbol: s.symbol, open: number(s.price), high: number(s.price), low: number(s.price), close: number(s.price), amount: 0, vol: 0, count: 0, bid: number(s.price), bidSize: 1, ask: number(s.price), askSize: 1 })),
})

/** Source: spot v1, "Get Latest Aggregated Ticker". */
export function spotTicker(x: Held, fields: Fields): unknown {
  const s = x.spot.symbols.get(fields.text('symbol') ?? '')
  if (s === undefined) throw new Refusal('invalid-parameter', 'invalid symbol')
  return { ch: `market.${s.symbol}.detail.merged`, status: 'ok', ts: timeAt(x), tick: { id: 1, version: 1, open: number(s.price), close: number(s.price), low: number(s.price), high: number(s.price), amount: 0, vol: 0, count: 0, bid: [number(s.price), 1], ask: [number(s.price), 1] } }
}

/** Source: USDT-margined futures v1, "Query Swap Info". */
export const contractInfo = (x: Held): unknown => ({
  status: 'ok', ts: timeAt(x),
  data: [...x.futures.symbols.values()].map((s) => ({
    symbol: s.base, contract_code: s.symbol, contract_size: number(s.contractSize), price_tick: number(s.tickSize), delivery_date: '', delivery_time: '', create_date: '20211202', contract_status: s.trading ? 1 : 3,
    settlement_date: '1638518400000', support_margin_mode: 'all', business_type: 'swap', pair: s.symbol, contract_type: 'swap', trade_partition: s.quote,
  })),
})

/** Source: USDT-margined futures v2, "Get a Batch of Market Data Overview". Prices are texts, but for bid and ask. */
export function futuresTickers(x: Held, fields: Fields): unknown {
  const only = fields.text('contract_code')
  const wanted = only === undefined ? [...x.futures.symbols.values()] : [contractOf(x, only)]
  return {
    status: 'ok', ts: timeAt(x),
    ticks: wanted.map((s) => ({ id: 1, contract_code: s.symbol, business_type: 'swap', contract_type: 'swap', open: plain(s.price), close: plain(s.price), low: plain(s.price), high: plain(s.price), amount: '0', vol: '0', count: 0, bid: [number(s.price), 1], ask: [number(s.price), 1], ts: timeAt(x) })),
  }
}
