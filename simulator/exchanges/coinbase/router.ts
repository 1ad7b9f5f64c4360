import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { accounts, keyPermissions } from './account.ts'
import { admit } from './gate.ts'
import { productOf, products, productView, time } from './market-data.ts'
import { badArgument, Refusal } from './refusal.ts'
import { cancelOrders, createOrder, listFills, listOrders, previewOrder } from './trading.ts'

const API = '/api/v3/brokerage'
type Read = (x: Held, key: Key, params: URLSearchParams) => unknown
type Write = (x: Held, key: Key, body: Readonly<Record<string, unknown>>, receivedAt: number) => unknown

const READS: Readonly<Record<string, readonly [right: string | null, answer: Read]>> = {
  '/key_permissions': [null, (_x, key) => keyPermissions(key)], '/accounts': ['can_view', accounts], '/orders/historical/batch': ['can_view', listOrders], '/orders/historical/fills': ['can_view', listFills],
}
const WRITES: Readonly<Record<string, Write>> = { '/orders': createOrder, '/orders/preview': previewOrder, '/orders/batch_cancel': cancelOrders }

/** Answers one request. */
export function serveCoinbase(x: Held, request: WireRequest): WireReply {
  try {
    return { status: 200, body: JSON.stringify(answer(x, request)) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.code === null) return { status: error.status, body: error.message, headers: ['content-type', 'text/plain'] }
    return { status: error.status, body: JSON.stringify({ error: error.code, code: 3, message: error.message, error_details: error.message, details: [] }) }
  }
}

function answer(x: Held, request: WireRequest): unknown {
  const path = request.path.startsWith(API) ? request.path.slice(API.length) : ''
  const params = new URLSearchParams(request.query)
  if (request.method === 'GET') {
    if (path === '/time') return time(x)
    if (path === '/market/products') return products(x, params)
    const one = /^\/market\/products\/([\w-]+)$/.exec(path)?.[1]
    if (one !== undefined) return productView(productOf(x, one))
    const read = READS[path]
    if (read !== undefined) return read[1](x, admit(x, request, read[0]), params)
  }
  const write = request.method === 'POST' ? WRITES[path] : undefined
  if (write === undefined) throw new Refusal(404, 'NOT_FOUND', 'route not found')
  const key = admit(x, request, 'can_trade')
  return write(x, key, bodyOf(request.body), request.receivedAt)
}

function bodyOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  } catch {
    // Answered below.
  }
  throw badArgument('the body is not an object')
}
