import type { Held } from '../../engine/exchange.ts'
import { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { balance } from './account.ts'
import { admit } from './gate.ts'
import { markets, prices, time } from './market-data.ts'
import { badParameter, Refusal } from './refusal.ts'
import { cancelOrder, createOrder, getOrder, openOrders, orders } from './trading.ts'

type Open = (x: Held, fields: Fields) => unknown
type Answer = (x: Held, key: Key, fields: Fields, receivedAt: number) => unknown

const OPEN: Readonly<Record<string, Open>> = { 'GET /v2/time': time, 'GET /v2/markets': markets, 'GET /v2/ticker/price': prices }
const SIGNED: Readonly<Record<string, readonly [right: string, answer: Answer]>> = {
  'GET /v2/balance': ['view', balance], 'POST /v2/order': ['trade', createOrder], 'GET /v2/order': ['view', getOrder], 'DELETE /v2/order': ['trade', cancelOrder],
  'GET /v2/ordersOpen': ['view', openOrders], 'GET /v2/orders': ['view', orders],
}

export function serveBitvavo(x: Held, request: WireRequest): WireReply {
  try {
    return { status: 200, body: JSON.stringify(answer(x, request)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, body: JSON.stringify({ errorCode: error.code, error: error.message }) }
  }
}

function answer(x: Held, request: WireRequest): unknown {
  const route = `${request.method} ${request.path}`
  const [open, signed] = [OPEN[route], SIGNED[route]]
  if (open !== undefined) return open(x, Fields.of(request, badParameter))
  if (signed === undefined) throw new Refusal(110, 'Invalid endpoint. Please check url and HTTP method.', 404)
  return signed[1](x, admit(x, request, signed[0]), Fields.of(request, badParameter), request.receivedAt)
}
