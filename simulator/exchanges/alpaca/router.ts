import { timingSafeEqual } from 'node:crypto'
import type { WireReply, WireRequest } from '../../venue.ts'
import { isPublicData, marketData } from './market-data.ts'
import { notAuthorized, notFound, Refusal } from './refusal.ts'
import { timeOf, type Alpaca, type Answer, type Key } from './state.ts'
import { TRADING } from './trading.ts'

const REQUESTS_PER_MINUTE = 200

/** The trading host's routes that take an id behind them. */
const WITH_ID = ['/v2/orders', '/v2/positions', '/v2/assets', '/v2/account/activities'] as const

/** Answers one request: under /paper the paper host, else the live host and the data host. */
export function serveAlpaca(x: Alpaca, request: WireRequest): WireReply {
  const paper = request.path === '/paper' || request.path.startsWith('/paper/')
  const path = paper ? request.path.slice('/paper'.length) : request.path
  const headers: string[] = []
  try {
    const { status, body } = answer(x, request, path, paper, headers)
    return { status, body: body === undefined ? '' : JSON.stringify(body), headers }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const body = { ...error.more, code: error.code, message: error.message }
    return { status: error.status, body: JSON.stringify(body), headers }
  }
}

function answer(x: Alpaca, request: WireRequest, path: string, paper: boolean, headers: string[]): Answer {
  const query = new URLSearchParams(request.query)
  if (!paper && request.method === 'GET') {
    const isData = path.startsWith('/v2/stocks/') || isPublicData(path)
    if (isData) {
      if (!isPublicData(path)) admit(x, request, undefined)
      const data = marketData(x, path, query)
      if (data !== undefined) return { status: 200, body: data }
    }
  }
  const key = admit(x, request, paper ? 'paper' : 'live')
  countRequest(x, key, headers)
  const { route, id } = splitPath(path)
  const handler = TRADING[`${request.method} ${route}`]
  if (handler === undefined) throw notFound('endpoint not found.')
  return handler({ x, key, query, request, id })
}

/** A slash at the end changes nothing: a look-up or cancelation that lost its id asks for the whole list. */
function splitPath(path: string): { readonly route: string; readonly id: string } {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path
  const base = WITH_ID.find((each) => bare.startsWith(`${each}/`))
  if (base === undefined) return { route: bare, id: '' }
  let id: string
  try {
    id = decodeURIComponent(bare.slice(base.length + 1))
  } catch {
    throw notFound('endpoint not found.')
  }
  return { route: `${base}/:id`, id }
}

/**
 * Key and secret in two headers; each environment knows only its own keys, the data host knows both.
 * Source: "Authentication", and the documented 401 body of the trading hosts.
 */
function admit(x: Alpaca, request: WireRequest, environment: 'live' | 'paper' | undefined): Key {
  const apiKey = request.headers['apca-api-key-id']
  const secret = request.headers['apca-api-secret-key']
  const key = typeof apiKey === 'string' ? x.keys.get(apiKey) : undefined
  if (key === undefined || typeof secret !== 'string' || !same(key.secret, secret)) throw notAuthorized()
  if (environment !== undefined && key.account.environment !== environment) throw notAuthorized()
  if (key.expiresAt !== undefined && timeOf(x) >= key.expiresAt) throw notAuthorized()
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) {
    throw new Refusal(403, 40310000, 'forbidden.')
  }
  return key
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Counted and reported; a fault can answer 429. */
function countRequest(x: Alpaca, key: Key, headers: string[]): void {
  const now = timeOf(x)
  const minute = Math.floor(now / 60_000)
  if (key.sent.minute !== minute) {
    key.sent.minute = minute
    key.sent.count = 0
  }
  key.sent.count += 1
  headers.push('x-ratelimit-limit', String(REQUESTS_PER_MINUTE))
  headers.push('x-ratelimit-remaining', String(Math.max(REQUESTS_PER_MINUTE - key.sent.count, 0)))
  headers.push('x-ratelimit-reset', String((minute + 1) * 60))
}
