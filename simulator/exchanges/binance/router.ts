import type { WireReply, WireRequest } from '../../venue.ts'
import { ELSEWHERE } from './elsewhere.ts'
import { FUTURES_ACCOUNT } from './futures/account.ts'
import { FUTURES_MARKET_DATA } from './futures/market-data.ts'
import { FUTURES_TRADING } from './futures/trading.ts'
import { admit } from './gate.ts'
import { countWeight, orderCountHeaders } from './limits.ts'
import { readParams, type Params } from './params.ts'
import { Refusal } from './refusal.ts'
import { SPOT_ACCOUNT } from './spot/account.ts'
import { SPOT_MARKET_DATA } from './spot/market-data.ts'
import { SPOT_TRADING } from './spot/trading.ts'
import { JsonText, timeOf, type Binance, type Endpoint } from './state.ts'

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map(
  [
    SPOT_MARKET_DATA,
    SPOT_TRADING,
    SPOT_ACCOUNT,
    FUTURES_MARKET_DATA,
    FUTURES_TRADING,
    FUTURES_ACCOUNT,
    ELSEWHERE,
  ].flatMap((each) => Object.entries(each)),
)

/** Parameters that every SIGNED endpoint takes. */
const SIGNED_PARAMETERS = new Set(['timestamp', 'recvWindow', 'signature'])

/** Answers one request of /api, /sapi or /fapi. */
export function serveBinance(x: Binance, request: WireRequest): WireReply {
  const endpoint = ENDPOINTS.get(`${request.method} ${request.path}`)
  if (endpoint === undefined) return unknownPath(request)
  const market = request.path.startsWith('/fapi/') ? x.futures : x.spot
  const headers = countWeight(market.weights, request.remoteAddress, endpoint.weight, timeOf(x))
  try {
    return { status: 200, body: write(answer(x, endpoint, request, headers)), headers }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, body: JSON.stringify({ code: error.code, msg: error.message }), headers }
  }
}

function answer(x: Binance, endpoint: Endpoint, request: WireRequest, headers: string[]): unknown {
  // A GET takes its parameters from the query alone.
  const params = readParams(request.query, request.method === 'GET' ? '' : request.body)
  if (endpoint.rights === null) {
    checkParameters(endpoint, params, false)
    return endpoint.answer({ x, params, request })
  }
  const key = admit(x.keys, x.world.clock, request, params, endpoint.rights)
  checkParameters(endpoint, params, true)
  const answered = endpoint.answer({ x, params, request, key })
  if (endpoint.counts !== undefined) headers.push(...orderCountHeaders(key.account.sent[endpoint.counts]))
  return answered
}

/** /api/v3 refuses parameters that it does not know; /sapi and /fapi let them pass. */
function checkParameters(endpoint: Endpoint, params: Params, signed: boolean): void {
  const known = endpoint.parameters
  if (known === undefined) return
  let read = 0
  for (const name of params.keys()) if (known.has(name) || (signed && SIGNED_PARAMETERS.has(name))) read += 1
  if (read !== params.size) {
    throw new Refusal(
      -1104,
      `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${params.size}'.`,
    )
  }
}

function write(answered: unknown): string {
  return answered instanceof JsonText ? answered.text : JSON.stringify(answered)
}

/** Futures names the path; spot answers with a page. */
function unknownPath(request: WireRequest): WireReply {
  if (request.path.startsWith('/fapi/')) {
    const msg = `Path ${request.path}, Method ${request.method} is invalid`
    return { status: 404, body: JSON.stringify({ code: -5000, msg }) }
  }
  return {
    status: 404,
    body: '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body></body>\r\n</html>\r\n',
    headers: ['content-type', 'text/html'],
  }
}
