import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { accountMode, accounts, changeLeverage, keyInfo, overview, positionMode, positions, switchMode } from './account.ts'
import { admit } from './gate.ts'
import { allTickers, contracts, futuresTickers, level1, symbols, ticker, time } from './market-data.ts'
import { readParams, required, type Params } from './params.ts'
import { Refusal, type Market } from './refusal.ts'
import { active, byClientOid, cancel, done, fills, orders, place, rehearse } from './trading.ts'

type Open = (x: Held, params: Params) => unknown
/** `name`: what stands in the path where it ends in a client order id. */
type Signed = { readonly right: 'General' | 'Spot' | 'Futures'; answer(x: Held, key: Key, params: Params, request: WireRequest, name: string): unknown }

const OPEN: Readonly<Record<Market, Readonly<Record<string, Open>>>> = {
  spot: { 'GET /api/v1/timestamp': time, 'GET /api/v2/symbols': symbols, 'GET /api/v1/market/orderbook/level1': level1, 'GET /api/v1/market/allTickers': allTickers },
  futures: { 'GET /api/v1/timestamp': time, 'GET /api/v1/contracts/active': contracts, 'GET /api/v1/ticker': ticker, 'GET /api/v1/allTickers': futuresTickers },
}

const SIGNED: Readonly<Record<Market, Readonly<Record<string, Signed>>>> = {
  spot: {
    'GET /api/v1/user/api-key': { right: 'General', answer: (_x, key) => keyInfo(key) },
    'GET /api/ua/v1/account/mode': { right: 'General', answer: (_x, key) => accountMode(key) },
    'GET /api/v1/accounts': { right: 'General', answer: (_x, key, params) => accounts(key, params) },
    'POST /api/v1/hf/orders': { right: 'Spot', answer: (x, key, params, request) => place(x, key, 'spot', params, request.receivedAt) },
    'POST /api/v1/hf/orders/test': { right: 'Spot', answer: (x, key, params) => rehearse(x, key, 'spot', params) },
    'GET /api/v1/hf/orders/active': { right: 'General', answer: active },
    'GET /api/v1/hf/orders/done': { right: 'General', answer: done },
    'GET /api/v1/hf/fills': { right: 'General', answer: (x, key, params) => fills(x, key, 'spot', params) },
    'GET /api/v1/hf/orders/client-order/*': { right: 'General', answer: (x, key, params, _request, name) => byClientOid(x, key, 'spot', name, params) },
    'DELETE /api/v1/hf/orders/client-order/*': { right: 'Spot', answer: (x, key, params, _request, name) => cancel(x, key, 'spot', name, params) },
  },
  futures: {
    'GET /api/v1/account-overview': { right: 'General', answer: overview },
    'GET /api/v1/positions': { right: 'General', answer: positions },
    'GET /api/v2/position/getPositionMode': { right: 'Futures', answer: (_x, key) => positionMode(key) },
    'POST /api/v2/position/switchPositionMode': { right: 'Futures', answer: switchMode },
    'POST /api/v2/changeCrossUserLeverage': { right: 'Futures', answer: changeLeverage },
    'POST /api/v1/orders': { right: 'Futures', answer: (x, key, params, request) => place(x, key, 'futures', params, request.receivedAt) },
    'POST /api/v1/orders/test': { right: 'Futures', answer: (x, key, params) => rehearse(x, key, 'futures', params) },
    'GET /api/v1/orders': { right: 'General', answer: orders },
    'GET /api/v1/orders/byClientOid': { right: 'General', answer: (x, key, params) => byClientOid(x, key, 'futures', required(params, 'clientOid', 'futures'), params) },
    'GET /api/v1/fills': { right: 'General', answer: (x, key, params) => fills(x, key, 'futures', params) },
    'DELETE /api/v1/orders/client-order/*': { right: 'Futures', answer: (x, key, params, _request, name) => cancel(x, key, 'futures', name, params) },
  },
}

/** Answers one request to api.kucoin.com (`spot`) or api-futures.kucoin.com. */
export function serveKucoin(x: Held, request: WireRequest, host: Market): WireReply {
  const [, before = request.path, name = ''] = /^(.*\/client-order)\/([^/]+)$/.exec(request.path) ?? []
  const route = `${request.method} ${name === '' ? request.path : `${before}/*`}`
  const [open, signed] = [OPEN[host][route], SIGNED[host][route]]
  if (open === undefined && signed === undefined) return { status: 404, body: '{"code":"404000","msg":"URL Not Found"}' }
  try {
    // The key is looked at before anything else of the request.
    const key = signed === undefined ? undefined : admit(x, request, signed.right)
    const params = readParams(request)
    return { status: 200, body: JSON.stringify({ code: '200000', data: key === undefined || signed === undefined ? open?.(x, params) : signed.answer(x, key, params, request, name) }) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, body: JSON.stringify({ code: error.code, msg: error.message }) }
  }
}
