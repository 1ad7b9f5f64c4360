import { decimalsOf, plain } from '../../../amount.ts'
import type { Held } from '../../../engine/exchange.ts'
import type { Listed } from '../../../engine/listed.ts'
import { timeAt } from '../../../engine/market.ts'
import { codeOf, nameOf, pairId } from '../names.ts'
import { SpotRefusal } from '../refusal.ts'

/** In whole seconds. Source: docs.kraken.com get-server-time. */
export function time(x: Held): unknown {
  const now = timeAt(x)
  return { unixtime: Math.floor(now / 1000), rfc1123: new Date(now).toUTCString() }
}

/** By short name or id. */
export function pairOf(x: Held, name: string): Listed {
  const found = x.spot.symbols.get(name) ?? [...x.spot.symbols.values()].find(({ base, quote }) => pairId(base, quote) === name)
  if (found === undefined) throw new SpotRefusal('EQuery:Unknown asset pair')
  return found
}

const chosen = (x: Held, params: URLSearchParams): Listed[] =>
  params.get('pair')?.split(',').map((name) => pairOf(x, name)) ?? [...x.spot.symbols.values()]

/** Source: docs.kraken.com get-tradable-asset-pairs. */
export const assetPairs = (x: Held, params: URLSearchParams): unknown => Object.fromEntries(chosen(x, params).map((s) => [pairId(s.base, s.quote), {
  altname: s.symbol, wsname: `${nameOf(s.base)}/${nameOf(s.quote)}`, aclass_base: 'currency', base: codeOf(s.base), aclass_quote: 'currency', quote: codeOf(s.quote), lot: 'unit',
  cost_decimals: 5, pair_decimals: decimalsOf(plain(s.tickSize)), lot_decimals: decimalsOf(plain(s.stepSize)), lot_multiplier: 1, leverage_buy: [], leverage_sell: [],
  fees: [[0, 0.4]], fees_maker: [[0, 0.25]], fee_volume_currency: 'ZUSD', margin_call: 80, margin_stop: 40, ordermin: plain(s.minQty), costmin: plain(s.minNotional),
  tick_size: plain(s.tickSize), status: s.trading ? 'online' : 'cancel_only',
}]))

/** Source: docs.kraken.com get-ticker-information. */
export const spotTicker = (x: Held, params: URLSearchParams): unknown => Object.fromEntries(chosen(x, params).map((s) => {
  const price = plain(s.price)
  return [pairId(s.base, s.quote), { a: [price, '1', '1.000'], b: [price, '1', '1.000'], c: [price, '0.01'], v: ['1', '1'], p: [price, price], t: [1, 1], l: [price, price], h: [price, price], o: price }]
}))
