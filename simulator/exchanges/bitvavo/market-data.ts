import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { badParameter } from './refusal.ts'

export const time = (x: Held): unknown => ({ time: timeAt(x), timeNs: timeAt(x) * 1_000_000 })

export function marketOf(x: Held, name: string): Listed {
  const found = x.spot.symbols.get(name)
  if (found === undefined) throw badParameter('market')
  return found
}

const decimals = (step: Listed['stepSize']): number => plain(step).split('.')[1]?.length ?? 0

/** How many decimals amounts of the quote may have. */
export const scaleOf = (s: Listed): number => decimals(s.tickSize)

/** Source: docs.bitvavo.com, "Get markets". */
export const markets = (x: Held): unknown => [...x.spot.symbols.values()].map((s) => ({
  market: s.symbol, status: s.trading ? 'trading' : 'halted', base: s.base, quote: s.quote, pricePrecision: '5', minOrderInBaseAsset: plain(s.minQty), minOrderInQuoteAsset: plain(s.minNotional), maxOrderInBaseAsset: plain(s.maxQty),
  maxOrderInQuoteAsset: '1000000000.00', quantityDecimals: decimals(s.stepSize), notionalDecimals: scaleOf(s), tickSize: plain(s.tickSize), maxOpenOrders: 100, feeCategory: 'A', orderTypes: ['market', 'limit', 'stopLoss', 'stopLossLimit'],
}))

const price = (s: Listed): unknown => ({ market: s.symbol, price: plain(s.price) })

export function prices(x: Held, fields: Fields): unknown {
  const only = fields.text('market')
  return only === undefined ? [...x.spot.symbols.values()].map(price) : price(marketOf(x, only))
}
