import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { rawNumber } from '../../raw-number.ts'
import { parameterError, Refusal } from './refusal.ts'

export const time = (x: Held): unknown => ({ serverTime: timeAt(x) })

export function listedOf(x: Held, market: 'spot' | 'futures', name: string): Listed {
  const found = x[market].symbols.get(name)
  if (found === undefined) throw market === 'spot' ? new Refusal(100_204, 'data not found: the symbol does not exist') : new Refusal(109_425, `${name} does not exist`)
  return found
}

const number = (s: Listed['stepSize']): unknown => rawNumber(plain(s))
const decimals = (step: Listed['stepSize']): number => plain(step).split('.')[1]?.length ?? 0

/** Source: api-ai-skills spot-market, "Spot symbols"; ccxt for the states. */
export const symbols = (x: Held): unknown => ({
  symbols: [...x.spot.symbols.values()].map((s) => ({
    symbol: s.symbol, minQty: number(s.minQty), maxQty: number(s.maxQty), minNotional: number(s.minNotional), maxNotional: 4_000_000, status: s.trading ? 1 : 0, tickSize: number(s.tickSize),
    stepSize: number(s.stepSize), apiStateSell: s.trading, apiStateBuy: s.trading, timeOnline: 0, offTime: 0, maintainTime: 0,
  })),
})

/** Source: api-ai-skills swap-market, "USDT-M contracts". */
export const contracts = (x: Held): unknown => [...x.futures.symbols.values()].map((s, index) => ({
  contractId: String(100 + index), symbol: s.symbol, size: '0', quantityPrecision: decimals(s.stepSize), pricePrecision: decimals(s.tickSize), feeRate: 0.0006, makerFeeRate: 0.0002, takerFeeRate: 0.0006,
  tradeMinLimit: 0, tradeMinQuantity: number(s.minQty), tradeMinUSDT: number(s.minNotional), maxLongLeverage: 125, maxShortLeverage: 125, currency: s.quote, asset: s.base, status: s.trading ? 1 : 0,
  apiStateOpen: String(s.trading), apiStateClose: String(s.trading), ensureTrigger: true, triggerFeeRate: '0.00050000',
}))

/** All, or one, as a list on spot and as an object on contracts. Source: api-ai-skills spot-market, swap-market, "24hr ticker". */
export function tickers(market: 'spot' | 'futures'): (x: Held, fields: Fields) => unknown {
  return (x, fields) => {
    if (market === 'spot' && fields.text('timestamp') === undefined) throw parameterError('timestamp')
    const only = fields.text('symbol')
    const shown = (only === undefined ? [...x[market].symbols.values()] : [listedOf(x, market, only)]).map((s) => tickerView(s, market))
    return market === 'spot' || only === undefined ? shown : shown[0]
  }
}

function tickerView(s: Listed, market: 'spot' | 'futures'): unknown {
  const price = market === 'spot' ? number(s.price) : plain(s.price)
  return { symbol: s.symbol, openPrice: price, highPrice: price, lowPrice: price, lastPrice: price, priceChange: '0', priceChangePercent: '0%', volume: '0', quoteVolume: '0', openTime: 0, closeTime: 0, askPrice: price, askQty: 1, bidPrice: price, bidQty: 1 }
}
