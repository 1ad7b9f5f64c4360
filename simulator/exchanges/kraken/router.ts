import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { accounts, checkKey, openPositions, setLeverage } from './futures/account.ts'
import { executions, orderEvents } from './futures/history.ts'
import { instruments, ticker, tickers } from './futures/market-data.ts'
import { cancelOrder, openOrders as futuresOpen, ordersStatus, sendOrder } from './futures/trading.ts'
import { admitFutures, admitSpot } from './gate.ts'
import { FuturesRefusal, SpotRefusal } from './refusal.ts'
import { balance, balanceEx, keyInfo } from './spot/account.ts'
import { assetPairs, spotTicker, time } from './spot/market-data.ts'
import { addOrder, cancelSpot, closedOrders, openOrders, queryOrders, queryTrades, tradesHistory } from './spot/trading.ts'

type Answer = (x: Held, key: Key, params: URLSearchParams, request: WireRequest) => unknown

const OPEN: Readonly<Record<string, (x: Held, params: URLSearchParams) => unknown>> = { Time: time, AssetPairs: assetPairs, Ticker: spotTicker }
const [FUNDS, OPEN_TRADES, CLOSED_TRADES, MODIFY, CLOSE] = [['query-funds'], ['query-open-trades'], ['query-closed-trades'], ['modify-trades'], ['close-trades']]

/** What a key needs for each. Source: docs.kraken.com, "API Key Permissions Required" of each page. */
const SPOT: Readonly<Record<string, readonly [rights: readonly string[], answer: Answer]>> = {
  GetApiKeyInfo: [[], (_x, key) => keyInfo(key)], Balance: [FUNDS, balance], BalanceEx: [FUNDS, balanceEx],
  AddOrder: [MODIFY, addOrder], CancelOrder: [CLOSE, cancelSpot], OpenOrders: [OPEN_TRADES, openOrders], ClosedOrders: [CLOSED_TRADES, closedOrders],
  QueryOrders: [OPEN_TRADES, queryOrders], QueryTrades: [CLOSED_TRADES, queryTrades], TradesHistory: [CLOSED_TRADES, tradesHistory],
}

const API = '/derivatives/api/v3'
const FUTURES_OPEN: Readonly<Record<string, (x: Held) => unknown>> = { [`GET ${API}/instruments`]: instruments, [`GET ${API}/tickers`]: tickers }
const FUTURES: Readonly<Record<string, readonly [level: 'any' | 'read' | 'full', answer: Answer]>> = {
  'GET /api/auth/v1/api-keys/v3/check': ['any', (_x, key) => checkKey(key)],
  [`GET ${API}/accounts`]: ['read', accounts], [`GET ${API}/openpositions`]: ['read', openPositions], [`GET ${API}/openorders`]: ['read', futuresOpen],
  [`POST ${API}/orders/status`]: ['read', ordersStatus], [`POST ${API}/sendorder`]: ['full', sendOrder], [`POST ${API}/cancelorder`]: ['full', cancelOrder],
  [`PUT ${API}/leveragepreferences`]: ['full', setLeverage], 'GET /api/history/v3/orders': ['read', orderEvents], 'GET /api/history/v3/executions': ['read', executions],
}

/** Answers one request: spot stands under `/0`, everything else is futures. */
export const serveKraken = (x: Held, request: WireRequest): WireReply => (request.path.startsWith('/0/') ? serveSpot : serveFutures)(x, request)

function serveSpot(x: Held, request: WireRequest): WireReply {
  const [, , kind = '', verb = ''] = request.path.split('/')
  const params = new URLSearchParams(request.method === 'POST' ? request.body : request.query)
  const [open, signed] = [OPEN[verb], SPOT[verb]]
  try {
    if (kind === 'public' && open !== undefined) return json(200, { error: [], result: open(x, params) })
    if (kind !== 'private' || signed === undefined) throw new SpotRefusal('EGeneral:Unknown method')
    if (request.method !== 'POST') throw new SpotRefusal('EGeneral:Invalid arguments')
    const key = admitSpot(x, request, params, signed[0])
    return json(200, { error: [], result: signed[1](x, key, params, request) })
  } catch (error) {
    if (!(error instanceof SpotRefusal)) throw error
    return json(200, { error: [error.message] })
  }
}

function serveFutures(x: Held, request: WireRequest): WireReply {
  const route = `${request.method} ${request.path}`
  const serverTime = new Date(timeAt(x)).toISOString()
  try {
    const one = /^GET \/derivatives\/api\/v3\/tickers\/(\w+)$/.exec(route)?.[1]
    const open = one === undefined ? FUTURES_OPEN[route] : () => ticker(x, one)
    if (open !== undefined) return json(200, { result: 'success', ...open(x) as object, serverTime })
    const signed = FUTURES[route]
    if (signed === undefined) return json(404, { result: 'error', error: 'notFound', serverTime })
    const key = admitFutures(x, request, signed[0])
    const answer = signed[1](x, key, new URLSearchParams(request.query === '' ? request.body : request.query), request) as object
    return json(200, request.path.startsWith('/api/') ? answer : { result: 'success', ...answer, serverTime })
  } catch (error) {
    if (!(error instanceof FuturesRefusal)) throw error
    return json(error.status, { result: 'error', error: error.message, serverTime })
  }
}

const json = (status: number, value: unknown): WireReply => ({ status, body: JSON.stringify(value) })
