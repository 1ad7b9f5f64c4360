import type { Held } from '../../engine/exchange.ts'
import { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { assets, changeLeverage, changePositionMode, keyInfo, openPositions, positionMode, spotAccount, uid } from './account.ts'
import { admitFutures, admitSpot } from './gate.ts'
import { contractDetail, exchangeInfo, spotPrices, tickers, time } from './market-data.ts'
import { futuresParameter, Refusal, spotParameter } from './refusal.ts'
import { cancelFutures, cancelSpot, createFutures, createSpot, futuresDeals, futuresHistory, futuresOpen, queryFutures, querySpot, spotAll, spotOpen, spotTrades, testSpot } from './trading.ts'

type Open = (x: Held, fields: Fields) => unknown
type Answer = (x: Held, key: Key, fields: Fields, receivedAt: number) => unknown
type Signed = readonly [right: string, answer: Answer]

const SPOT_OPEN: Readonly<Record<string, Open>> = { 'GET /time': time, 'GET /exchangeInfo': exchangeInfo, 'GET /ticker/price': spotPrices }

const SPOT: Readonly<Record<string, Signed>> = {
  'GET /uid': ['SPOT_ACCOUNT_READ', uid],
  'GET /apiKeyInfo': ['SPOT_ACCOUNT_READ', keyInfo],
  'GET /account': ['SPOT_ACCOUNT_READ', spotAccount],
  'POST /order': ['SPOT_DEAL_WRITE', createSpot],
  'POST /order/test': ['SPOT_DEAL_WRITE', testSpot],
  'GET /order': ['SPOT_DEAL_READ', querySpot],
  'DELETE /order': ['SPOT_DEAL_WRITE', cancelSpot],
  'GET /openOrders': ['SPOT_DEAL_READ', spotOpen],
  'GET /allOrders': ['SPOT_DEAL_READ', spotAll],
  'GET /myTrades': ['SPOT_ACCOUNT_READ', spotTrades],
}

const FUTURES_OPEN: Readonly<Record<string, Open>> = { 'GET /contract/detail': contractDetail, 'GET /contract/ticker': tickers }

const FUTURES: Readonly<Record<string, Signed>> = {
  'GET /account/assets': ['CONTRACT_ACCOUNT_READ', assets],
  'GET /position/position_mode': ['CONTRACT_DEAL_WRITE', positionMode],
  'POST /position/change_position_mode': ['CONTRACT_DEAL_WRITE', changePositionMode],
  'GET /position/open_positions': ['CONTRACT_DEAL_READ', openPositions],
  'POST /position/change_leverage': ['CONTRACT_DEAL_WRITE', changeLeverage],
  'POST /order/create': ['CONTRACT_DEAL_WRITE', createFutures],
  'POST /order/cancel_with_external': ['CONTRACT_DEAL_WRITE', cancelFutures],
  'GET /order/list/open_orders': ['CONTRACT_DEAL_READ', futuresOpen],
  'GET /order/list/history_orders': ['CONTRACT_DEAL_READ', futuresHistory],
}

const [V3, V1, PRIVATE] = ['/api/v3', '/api/v1', '/api/v1/private'] as const

export function serveMexc(x: Held, request: WireRequest): WireReply {
  try {
    return request.path.startsWith(`${V3}/`) ? json(200, serveSpot(x, request)) : json(200, wrapped(serveFutures(x, request)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return request.path.startsWith(`${V3}/`) ? json(400, { code: error.code, msg: error.message }) : json(200, { success: false, code: error.code, message: error.message })
  }
}

function serveSpot(x: Held, request: WireRequest): unknown {
  const route = `${request.method} ${request.path.slice(V3.length)}`
  const [open, signed] = [SPOT_OPEN[route], SPOT[route]]
  if (open !== undefined) return open(x, Fields.of(request, spotParameter))
  if (signed === undefined) throw new Refusal(404, 'Not Found')
  return signed[1](x, admitSpot(x, request, signed[0]), Fields.of(request, spotParameter), request.receivedAt)
}

function serveFutures(x: Held, request: WireRequest): unknown {
  const open = FUTURES_OPEN[`${request.method} ${request.path.slice(V1.length)}`]
  if (open !== undefined) return open(x, Fields.of(request, futuresParameter))
  const path = request.path.slice(PRIVATE.length)
  const [right, answer] = FUTURES[`${request.method} ${path}`] ?? named(request.method, path)
  return answer(x, admitFutures(x, request, right), Fields.of(request, futuresParameter), request.receivedAt)
}

/** Addresses that name an order. */
function named(method: string, path: string): Signed {
  const [, , kind = '', first = '', second = ''] = path.split('/')
  if (method === 'GET' && kind === 'external') return ['CONTRACT_DEAL_READ', (x, key) => queryFutures(x, key, first, second)]
  if (method === 'GET' && kind === 'deal_details') return ['CONTRACT_DEAL_READ', (x, key) => futuresDeals(x, key, first)]
  throw new Refusal(404, 'Not Found')
}

const wrapped = (data: unknown): unknown => (data === undefined ? { success: true, code: 0 } : { success: true, code: 0, data })
const json = (status: number, body: unknown): WireReply => ({ status, body: JSON.stringify(body) })
