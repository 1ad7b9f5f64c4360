import type { Held } from '../../engine/exchange.ts'
import { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { accounts, changeLeverage, changePositionMode, futuresBalance, keyInfo, openPositions, positionMode, spotBalance, uid } from './account.ts'
import { admit } from './gate.ts'
import { contractInfo, futuresTickers, futuresTime, marketSymbols, spotTicker, spotTickers, spotTime } from './market-data.ts'
import { bodyOf, futuresParameter, KeyRefusal, Refusal, spotParameter, type Shape } from './refusal.ts'
import { cancelFutures, cancelSpot, createFutures, createSpot, futuresDetails, futuresHistory, futuresOpen, queryFutures, querySpot, spotMatches, spotOpen, spotPast } from './trading.ts'

/** Answers with what belongs into `data`, or, without a key, with the whole body. */
type Open = (x: Held, fields: Fields) => unknown
type Answer = (x: Held, key: Key, fields: Fields, receivedAt: number) => unknown
type Signed = readonly [right: string, answer: Answer]

const OPEN: Readonly<Record<string, Open>> = {
  'GET /v1/common/timestamp': spotTime,
  'GET /v1/settings/common/market-symbols': marketSymbols,
  'GET /market/tickers': spotTickers,
  'GET /market/detail/merged': spotTicker,
  'GET /api/v1/timestamp': futuresTime,
  'GET /linear-swap-api/v1/swap_contract_info': contractInfo,
  'GET /v2/linear-swap-ex/market/detail/batch_merged': futuresTickers,
}

const SIGNED: Readonly<Record<string, Signed>> = {
  'GET /v2/user/uid': ['readOnly', uid],
  'GET /v2/user/api-key': ['readOnly', keyInfo],
  'GET /v1/account/accounts': ['readOnly', accounts],
  'POST /v1/order/orders/place': ['trade', createSpot],
  'POST /v1/order/orders/submitCancelClientOrder': ['trade', cancelSpot],
  'GET /v1/order/orders/getClientOrder': ['readOnly', querySpot],
  'GET /v1/order/openOrders': ['readOnly', spotOpen],
  'GET /v1/order/orders': ['readOnly', spotPast],
  'GET /v5/account/balance': ['readOnly', futuresBalance],
  'GET /v5/position/mode': ['readOnly', positionMode],
  'POST /v5/position/mode': ['trade', changePositionMode],
  'POST /v5/position/lever': ['trade', changeLeverage],
  'GET /v5/trade/position/opens': ['readOnly', openPositions],
  'POST /v5/trade/order': ['trade', createFutures],
  'POST /v5/trade/cancel_order': ['trade', cancelFutures],
  'GET /v5/trade/order': ['readOnly', queryFutures],
  'GET /v5/trade/order/opens': ['readOnly', futuresOpen],
  'GET /v5/trade/order/history': ['readOnly', futuresHistory],
  'GET /v5/trade/order/details': ['readOnly', futuresDetails],
}

const shapeOf = (path: string): Shape => (path.startsWith('/v5/') ? 'v5' : path.startsWith('/v2/user/') ? 'v2' : path.includes('linear-swap') ? 'futures v1' : 'v1')

export function serveHtx(x: Held, request: WireRequest): WireReply {
  const shape = shapeOf(request.path)
  try {
    return json(200, serve(x, request, shape))
  } catch (error) {
    if (error instanceof NotServed) return json(404, { status: 'error', 'err-code': 'base-not-found', 'err-msg': 'not found' })
    if (!(error instanceof Refusal) && !(error instanceof KeyRefusal)) throw error
    return json(200, bodyOf(error, shape, timeAt(x)))
  }
}

class NotServed extends Error {}

function serve(x: Held, request: WireRequest, shape: Shape): unknown {
  const route = `${request.method} ${request.path}`
  const fields = (): Fields => Fields.of(request, shape === 'v1' ? spotParameter : futuresParameter)
  const open = OPEN[route]
  if (open !== undefined) return open(x, fields())
  const [right, answer] = SIGNED[route] ?? named(request)
  const data = answer(x, admit(x, request, right), fields(), request.receivedAt)
  switch (shape) {
    case 'v1': return { status: 'ok', data }
    case 'v2': return { code: 200, data }
    case 'v5': return { code: 200, message: 'Success', data, ts: timeAt(x) }
    case 'futures v1': return { status: 'ok', data, ts: timeAt(x) }
  }
}

/** Addresses with a number in them. */
function named({ method, path }: WireRequest): Signed {
  const [, account] = /^\/v1\/account\/accounts\/(\d+)\/balance$/.exec(path) ?? []
  if (method === 'GET' && account !== undefined) return ['readOnly', (x, key) => spotBalance(x, key, account)]
  const [, order] = /^\/v1\/order\/orders\/(\d+)\/matchresults$/.exec(path) ?? []
  if (method === 'GET' && order !== undefined) return ['readOnly', (x, key) => spotMatches(x, key, order)]
  throw new NotServed()
}

const json = (status: number, body: unknown): WireReply => ({ status, body: JSON.stringify(body) })
