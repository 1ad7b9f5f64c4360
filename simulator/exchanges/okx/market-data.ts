import { over, plain, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { instrumentOf, marketOf, required, text, tradedOf, type Params } from './params.ts'

export const time = (x: Held): unknown => [{ ts: String(timeAt(x)) }]

/** Source: docs-v5 "Get instruments". */
export function instruments(x: Held, params: Params): unknown {
  const market = marketOf(required(params, 'instType'))
  const only = text(params, 'instId')
  return (only === undefined ? [...tradedOf(x, market).symbols.values()] : [instrumentOf(x, only)]).map((s) => (market === 'spot' ? spotView(s) : swapView(s)))
}

const COMMON = { alias: '', auctionEndTime: '', category: '1', contTdSwTime: '', expTime: '', futureSettlement: false, groupId: '1', listTime: '1606468572000', optType: '', preMktSwTime: '', ruleType: 'normal', stk: '', instCategory: '1', upcChg: [] }

function spotView(s: Listed): unknown {
  return {
    ...COMMON, baseCcy: s.base, quoteCcy: s.quote, settleCcy: '', ctMult: '', ctType: '', ctVal: '', ctValCcy: '', instFamily: '', instId: s.symbol, instType: 'SPOT', lever: '10', uly: '', openType: 'call_auction',
    lotSz: plain(s.stepSize), minSz: plain(s.minQty), tickSz: plain(s.tickSize), maxLmtAmt: '20000000', maxLmtSz: '9999999999', maxMktAmt: '1000000', maxMktSz: '', maxStopSz: '',
    tradeQuoteCcyList: [s.quote], state: s.trading ? 'live' : 'suspend',
  }
}

/** Sizes are contracts. */
function swapView(s: Listed): unknown {
  const contracts = (quantity: Amount): string => plain(over(quantity, s.contractSize))
  return {
    ...COMMON, baseCcy: '', quoteCcy: '', settleCcy: s.quote, ctMult: '1', ctType: 'linear', ctVal: plain(s.contractSize), ctValCcy: s.base, instFamily: `${s.base}-${s.quote}`, instId: s.symbol, instType: 'SWAP',
    lever: '125', uly: `${s.base}-${s.quote}`, openType: '', lotSz: contracts(s.stepSize), minSz: contracts(s.minQty), tickSz: plain(s.tickSize), maxLmtAmt: '20000000', maxLmtSz: '100000000',
    maxMktAmt: '', maxMktSz: contracts(s.maxQty), maxStopSz: '35000', tradeQuoteCcyList: [], state: s.trading ? 'live' : 'suspend',
  }
}

export const ticker = (x: Held, params: Params): unknown => [tickerView(x, instrumentOf(x, required(params, 'instId')))]

export function tickers(x: Held, params: Params): unknown {
  return [...tradedOf(x, marketOf(required(params, 'instType'))).symbols.values()].map((s) => tickerView(x, s))
}

/** Source: docs-v5 "GET / Ticker". */
function tickerView(x: Held, s: Listed): unknown {
  const price = plain(s.price)
  return {
    instType: s.market === 'spot' ? 'SPOT' : 'SWAP', instId: s.symbol, last: price, lastSz: '1', askPx: price, askSz: '11', bidPx: price, bidSz: '5', open24h: price, high24h: price, low24h: price,
    volCcy24h: '0', vol24h: '0', sodUtc0: price, sodUtc8: price, ts: String(timeAt(x)),
  }
}
