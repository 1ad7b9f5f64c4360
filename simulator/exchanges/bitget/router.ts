import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { classicInfo, marginAccount, marginAccounts, positions, setLeverage, setMode, settings, spotAssets, unifiedAssets, unifiedInfo, unifiedPositions } from './account.ts'
import { admit } from './gate.ts'
import { contracts, contractTicker, contractTickers, spotTickers, symbols, time } from './market-data.ts'
import { readParams, type Params } from './params.ts'
import { Refusal, type Kind } from './refusal.ts'
import { cancel, closed, details, fills, open, place } from './trading.ts'

type Open = (x: Held, params: Params) => unknown
type Signed = { readonly rights: readonly string[]; answer(x: Held, key: Key, params: Params, request: WireRequest): unknown }

const OPEN: Readonly<Record<string, Open>> = {
  'GET /api/v2/public/time': time, 'GET /api/v2/spot/public/symbols': symbols, 'GET /api/v2/spot/market/tickers': spotTickers, 'GET /api/v2/mix/market/contracts': contracts,
  'GET /api/v2/mix/market/ticker': contractTicker, 'GET /api/v2/mix/market/tickers': contractTickers,
}

/** An empty list of rights: any key may. */
const [SPOT, SPOT_READ, ORDERS, ORDERS_READ, HOLDINGS, HOLDINGS_READ] = [['stow'], ['stow', 'stor'], ['coow'], ['coow', 'coor'], ['cpow'], ['cpow', 'cpor']]
/** Unified accounts: any writing right of the classic words, or any. */
const [TRADE, ANY] = [['stow', 'coow'], []]

const trading = (kind: Kind, paths: Readonly<Record<'place' | 'cancel' | 'byId' | 'open' | 'closed' | 'fills', string>>, write: readonly string[], read: readonly string[]): Record<string, Signed> => ({
  [`POST ${paths.place}`]: { rights: write, answer: (x, key, params, request) => place(x, key, kind, params, request.receivedAt) },
  [`POST ${paths.cancel}`]: { rights: write, answer: (x, key, params) => cancel(x, key, kind, params) },
  [`GET ${paths.byId}`]: { rights: read, answer: (x, key, params) => details(x, key, kind, params) },
  [`GET ${paths.open}`]: { rights: read, answer: (x, key, params) => open(x, key, kind, params) },
  [`GET ${paths.closed}`]: { rights: read, answer: (x, key, params) => closed(x, key, kind, params) },
  [`GET ${paths.fills}`]: { rights: read, answer: (x, key, params) => fills(x, key, kind, params) },
})

const SIGNED: Readonly<Record<string, Signed>> = {
  ...trading('spot', {
    place: '/api/v2/spot/trade/place-order', cancel: '/api/v2/spot/trade/cancel-order', byId: '/api/v2/spot/trade/orderInfo', open: '/api/v2/spot/trade/unfilled-orders', closed: '/api/v2/spot/trade/history-orders',
    fills: '/api/v2/spot/trade/fills',
  }, SPOT, SPOT_READ),
  ...trading('contract', {
    place: '/api/v2/mix/order/place-order', cancel: '/api/v2/mix/order/cancel-order', byId: '/api/v2/mix/order/detail', open: '/api/v2/mix/order/orders-pending', closed: '/api/v2/mix/order/orders-history', fills: '/api/v2/mix/order/fills',
  }, ORDERS, ORDERS_READ),
  ...trading('unified', {
    place: '/api/v3/trade/place-order', cancel: '/api/v3/trade/cancel-order', byId: '/api/v3/trade/order-info', open: '/api/v3/trade/unfilled-orders', closed: '/api/v3/trade/history-orders', fills: '/api/v3/trade/fills',
  }, TRADE, ANY),
  'GET /api/v2/spot/account/info': { rights: ANY, answer: (_x, key) => classicInfo(key) },
  'GET /api/v2/spot/account/assets': { rights: SPOT_READ, answer: (_x, key, params) => spotAssets(key, params) },
  'GET /api/v2/mix/account/account': { rights: HOLDINGS_READ, answer: marginAccount },
  'GET /api/v2/mix/account/accounts': { rights: HOLDINGS_READ, answer: marginAccounts },
  'GET /api/v2/mix/position/all-position': { rights: HOLDINGS_READ, answer: positions },
  'POST /api/v2/mix/account/set-leverage': { rights: HOLDINGS, answer: (x, key, params) => setLeverage(x, key, 'contract', params) },
  'POST /api/v2/mix/account/set-position-mode': { rights: HOLDINGS, answer: (x, key, params) => setMode(x, key, params, 'posMode') },
  'GET /api/v3/account/info': { rights: ANY, answer: (_x, key) => unifiedInfo(key) },
  'GET /api/v3/account/settings': { rights: ANY, answer: (_x, key) => settings(key) },
  'GET /api/v3/account/assets': { rights: ANY, answer: unifiedAssets },
  'GET /api/v3/position/current-position': { rights: ANY, answer: unifiedPositions },
  'POST /api/v3/account/set-leverage': { rights: TRADE, answer: (x, key, params) => setLeverage(x, key, 'unified', params) },
  'POST /api/v3/account/set-hold-mode': { rights: TRADE, answer: (x, key, params) => setMode(x, key, params, 'holdMode') },
}

export function serveBitget(x: Held, request: WireRequest): WireReply {
  const route = `${request.method} ${request.path}`
  const [openly, signed] = [OPEN[route], SIGNED[route]]
  if (openly === undefined && signed === undefined) return written(x, 404, '40404', 'Request URL NOT FOUND', null)
  try {
    // The key is looked at before anything else of the request.
    const key = signed === undefined ? undefined : admit(x, request, request.path.startsWith('/api/v3/') ? 'v3' : 'v2', signed.rights)
    const params = readParams(request)
    return written(x, 200, '00000', 'success', key === undefined || signed === undefined ? openly?.(x, params) : signed.answer(x, key, params, request))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return written(x, error.status, error.code, error.message, null)
  }
}

const written = (x: Held, status: number, code: string, msg: string, data: unknown): WireReply => ({ status, body: JSON.stringify({ code, msg, requestTime: timeAt(x), data }) })
