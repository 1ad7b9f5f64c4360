import type { Held } from '../../engine/exchange.ts'
import { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { balance, changePositionMode, permissions, positionMode, positions, setLeverage, spotBalance, uid } from './account.ts'
import { admit } from './gate.ts'
import { contracts, symbols, tickers, time } from './market-data.ts'
import { parameterError, Refusal } from './refusal.ts'
import { cancel, createFutures, createSpot, fillHistory, futuresHistory, open, query, spotHistory, spotTrades, testFutures } from './trading.ts'

type Open = (x: Held, fields: Fields) => unknown
type Signed = readonly [right: string, answer: (x: Held, key: Key, fields: Fields, receivedAt: number) => unknown]

const OPEN: Readonly<Record<string, Open>> = {
  'GET /openApi/swap/v2/server/time': time,
  'GET /openApi/spot/v1/common/symbols': symbols,
  'GET /openApi/spot/v1/ticker/24hr': tickers('spot'),
  'GET /openApi/swap/v2/quote/contracts': contracts,
  'GET /openApi/swap/v2/quote/ticker': tickers('futures'),
}

const [READ, SPOT, FUTURES] = ['enableReading', 'enableSpotAndMarginTrading', 'enableFutures'] as const
const SIGNED: Readonly<Record<string, Signed>> = {
  'GET /openApi/account/v1/uid': [READ, uid],
  'GET /openApi/v1/account/apiPermissions': [READ, permissions],
  'GET /openApi/spot/v1/account/balance': [READ, spotBalance],
  'POST /openApi/spot/v1/trade/order': [SPOT, createSpot],
  'POST /openApi/spot/v1/trade/cancel': [SPOT, cancel('spot')],
  'GET /openApi/spot/v1/trade/query': [READ, query('spot')],
  'GET /openApi/spot/v1/trade/openOrders': [READ, open('spot')],
  'GET /openApi/spot/v1/trade/historyOrders': [READ, spotHistory],
  'GET /openApi/spot/v1/trade/myTrades': [READ, spotTrades],
  'GET /openApi/swap/v3/user/balance': [READ, balance],
  'GET /openApi/swap/v2/user/positions': [READ, positions],
  'GET /openApi/swap/v1/positionSide/dual': [READ, positionMode],
  'POST /openApi/swap/v1/positionSide/dual': [FUTURES, changePositionMode],
  'POST /openApi/swap/v2/trade/leverage': [FUTURES, setLeverage],
  'POST /openApi/swap/v2/trade/order': [FUTURES, createFutures],
  'POST /openApi/swap/v2/trade/order/test': [FUTURES, testFutures],
  'DELETE /openApi/swap/v2/trade/order': [FUTURES, cancel('futures')],
  'GET /openApi/swap/v2/trade/order': [READ, query('futures')],
  'GET /openApi/swap/v2/trade/openOrders': [READ, open('futures')],
  'GET /openApi/swap/v2/trade/allOrders': [READ, futuresHistory],
  'GET /openApi/swap/v2/trade/fillHistory': [READ, fillHistory],
}

/** Everything is answered with HTTP 200; what is refused has a code and no data. */
export function serveBingx(x: Held, request: WireRequest): WireReply {
  try {
    return json({ code: 0, msg: '', timestamp: timeAt(x), data: answer(x, request) })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return json({ code: error.code, msg: error.message, timestamp: timeAt(x), data: {} })
  }
}

function answer(x: Held, request: WireRequest): unknown {
  const route = `${request.method} ${request.path}`
  const [open, signed] = [OPEN[route], SIGNED[route]]
  if (open !== undefined) return open(x, Fields.of(request, parameterError))
  if (signed === undefined) throw new Refusal(100_404, 'The requested API path does not exist or the request method is incorrect')
  return signed[1](x, admit(x, request, signed[0]), Fields.of(request, parameterError), request.receivedAt)
}

const json = (body: unknown): WireReply => ({ status: 200, body: JSON.stringify(body) })
