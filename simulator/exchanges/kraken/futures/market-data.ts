import { decimalsOf, plain } from '../../../amount.ts'
import type { Held } from '../../../engine/exchange.ts'
import type { Listed } from '../../../engine/listed.ts'
import { nameOf } from '../names.ts'
import { rawNumber } from '../../../raw-number.ts'
import { FuturesRefusal } from '../refusal.ts'

export const numeric = (amount: bigint): unknown => rawNumber(plain(amount))

export function contractOf(x: Held, symbol: string): Listed {
  const found = x.futures.symbols.get(symbol.toUpperCase())
  if (found === undefined) throw new FuturesRefusal('contractNotFound')
  return found
}

/** Source: docs.kraken.com get-instruments. Besides, an inverse one, which clients of linear contracts have to leave out. */
export function instruments(x: Held): unknown {
  const linear = [...x.futures.symbols.values()].map((s) => {
    const step = plain(s.stepSize)
    return {
      symbol: s.symbol, pair: `${nameOf(s.base)}:${s.quote}`, base: nameOf(s.base), quote: s.quote, type: 'flexible_futures', tickSize: numeric(s.tickSize), contractSize: 1, tradeable: s.trading,
      impactMidSize: 1, maxPositionSize: numeric(s.maxQty), openingDate: '2022-03-22T15:00:00.000Z', marginLevels: [{ numNonContractUnits: 0, initialMargin: 0.02, maintenanceMargin: 0.01 }],
      contractValueTradePrecision: step.startsWith('0.') ? decimalsOf(step) : 1 - step.length, postOnly: false, category: '', tags: [], tradfi: false, mtf: true,
    }
  })
  const inverse = { symbol: 'PI_XBTUSD', pair: 'XBT:USD', base: 'XBT', quote: 'USD', type: 'futures_inverse', tickSize: 0.5, contractSize: 1, tradeable: true, contractValueTradePrecision: 0, postOnly: false }
  return { instruments: [...linear, inverse] }
}

const tickerView = (s: Listed): unknown => ({
  tag: 'perpetual', pair: `${nameOf(s.base)}:${s.quote}`, symbol: s.symbol, markPrice: numeric(s.price), bid: numeric(s.price), bidSize: 1, ask: numeric(s.price), askSize: 1, last: numeric(s.price),
  lastSize: 1, suspended: !s.trading, postOnly: false, fundingRate: 0,
})

/** Source: docs.kraken.com get-tickers. Indices stand among them. */
export const tickers = (x: Held): unknown => ({ tickers: [...[...x.futures.symbols.values()].map(tickerView), { symbol: 'in_xbtusd', last: 21088, lastTime: '2022-06-17T11:00:30.000Z' }] })

export const ticker = (x: Held, symbol: string): unknown => ({ ticker: tickerView(contractOf(x, symbol)) })
