import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { accountInfo, keyInfo, positions, setLeverage, switchMode, walletBalance } from './account.ts'
import { admit } from './gate.ts'
import { instruments, tickers, time } from './market-data.ts'
import { categoryOf, readParams, type Params } from './params.ts'
import { Refusal } from './refusal.ts'
import { cancel, cancelAll, create, executions, history, preCheck, realtime } from './trading.ts'

const SPOT = ['Spot.SpotTrade']
const ORDERS = ['ContractTrade.Order']
const POSITIONS = ['ContractTrade.Position']
/** Orders need the right of their category. */
const trade = (params: Params): readonly string[] => (categoryOf(params) === 'spot' ? SPOT : ORDERS)

type Open = (x: Held, params: Params) => unknown
type Signed = { readonly rights: readonly string[] | ((params: Params) => readonly string[]); answer(x: Held, key: Key, params: Params, request: WireRequest): unknown }

const OPEN: Readonly<Record<string, Open>> = { 'GET /v5/market/time': time, 'GET /v5/market/instruments-info': instruments, 'GET /v5/market/tickers': tickers }

/** An empty list of rights: "Any permission can access this endpoint". */
const SIGNED: Readonly<Record<string, Signed>> = {
  'GET /v5/user/query-api': { rights: [], answer: (_x, key) => keyInfo(key) },
  'GET /v5/account/info': { rights: [], answer: accountInfo },
  'GET /v5/account/wallet-balance': { rights: [], answer: walletBalance },
  'GET /v5/position/list': { rights: POSITIONS, answer: positions },
  'POST /v5/position/set-leverage': { rights: POSITIONS, answer: setLeverage },
  'POST /v5/position/switch-mode': { rights: POSITIONS, answer: switchMode },
  'POST /v5/order/create': { rights: trade, answer: (x, key, params, request) => create(x, key, params, request.receivedAt) },
  'POST /v5/order/pre-check': { rights: trade, answer: preCheck },
  'POST /v5/order/cancel': { rights: trade, answer: cancel },
  'POST /v5/order/cancel-all': { rights: trade, answer: cancelAll },
  'GET /v5/order/realtime': { rights: [], answer: realtime },
  'GET /v5/order/history': { rights: [], answer: history },
  'GET /v5/execution/list': { rights: [], answer: executions },
}

/** Answers one request of a site: `live`, a regional one, `demo` or `testnet`; `path` without the site's prefix. */
export function serveBybit(x: Held, request: WireRequest, site: string): WireReply {
  const route = `${request.method} ${request.path}`
  const [open, signed] = [OPEN[route], SIGNED[route]]
  if (open === undefined && signed === undefined) return { status: 404, body: '{"retCode":10017,"retMsg":"Route not found."}' }
  try {
    return reply(x, 200, 0, 'OK', open === undefined ? answerSigned(x, signed as Signed, request, site) : open(x, readParams(request)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return reply(x, error.status, error.code, error.message, {})
  }
}

function answerSigned(x: Held, { rights, answer }: Signed, request: WireRequest, site: string): unknown {
  // The key is looked at before anything else of the request.
  admit(x, request, site, typeof rights === 'function' ? [] : rights)
  const params = readParams(request)
  const key = admit(x, request, site, typeof rights === 'function' ? rights(params) : [])
  return answer(x, key, params, request)
}

function reply(x: Held, status: number, retCode: number, retMsg: string, result: unknown): WireReply {
  const now = timeAt(x)
  return {
    status, body: JSON.stringify({ retCode, retMsg, result, retExtInfo: {}, time: now }),
    headers: ['x-bapi-limit', '10', 'x-bapi-limit-status', '9', 'x-bapi-limit-reset-timestamp', String(now)],
  }
}
