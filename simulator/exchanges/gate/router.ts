import type { Held } from '../../engine/exchange.ts'
import { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { detail, futuresAccount, mainKeys, position, positions, setDualMode, setLeverage, spotAccounts } from './account.ts'
import { admit } from './gate.ts'
import { contracts, currencyPairs, futuresTickers, spotTickers, time } from './market-data.ts'
import { badParameter, Refusal } from './refusal.ts'
import { cancel, cancelAll, create, list, listByTime, single, trades } from './trading.ts'

type Open = (x: Held, fields: Fields) => unknown
type Signed = (x: Held, key: Key, fields: Fields, request: WireRequest, id: string) => unknown

const OPEN: Readonly<Record<string, Open>> = {
  'GET /spot/time': time, 'GET /spot/currency_pairs': currencyPairs, 'GET /spot/tickers': spotTickers, 'GET /futures/usdt/contracts': contracts, 'GET /futures/usdt/tickers': futuresTickers,
}

/** `:id` stands for the part of the path that names one thing. */
const SIGNED: Readonly<Record<string, Signed>> = {
  'GET /account/detail': detail,
  'GET /account/main_keys': mainKeys,
  'GET /spot/accounts': spotAccounts,
  'POST /spot/orders': (x, key, fields, request) => create(x, key, 'spot', fields, request.receivedAt),
  'GET /spot/orders': (x, key, fields) => list(x, key, 'spot', fields),
  'DELETE /spot/orders': (x, key, fields) => cancelAll(x, key, 'spot', fields),
  'GET /spot/orders/:id': (x, key, fields, _request, id) => single(x, key, 'spot', id, fields),
  'DELETE /spot/orders/:id': (x, key, fields, _request, id) => cancel(x, key, 'spot', id, fields),
  'GET /spot/my_trades': (x, key, fields) => trades(x, key, 'spot', fields),
  'GET /futures/usdt/accounts': futuresAccount,
  'GET /futures/usdt/positions': positions,
  'GET /futures/usdt/positions/:id': (x, key, _fields, _request, id) => position(x, key, id, false),
  'GET /futures/usdt/dual_comp/positions/:id': (x, key, _fields, _request, id) => position(x, key, id, true),
  'POST /futures/usdt/positions/:id/leverage': (x, key, fields, _request, id) => setLeverage(x, key, id, false, fields),
  'POST /futures/usdt/dual_comp/positions/:id/leverage': (x, key, fields, _request, id) => setLeverage(x, key, id, true, fields),
  'POST /futures/usdt/dual_mode': setDualMode,
  'POST /futures/usdt/orders': (x, key, fields, request) => create(x, key, 'futures', fields, request.receivedAt),
  'GET /futures/usdt/orders': (x, key, fields) => list(x, key, 'futures', fields),
  'DELETE /futures/usdt/orders': (x, key, fields) => cancelAll(x, key, 'futures', fields),
  'GET /futures/usdt/orders_timerange': listByTime,
  'GET /futures/usdt/orders/:id': (x, key, fields, _request, id) => single(x, key, 'futures', id, fields),
  'DELETE /futures/usdt/orders/:id': (x, key, fields, _request, id) => cancel(x, key, 'futures', id, fields),
  'GET /futures/usdt/my_trades': (x, key, fields) => trades(x, key, 'futures', fields),
}

const PREFIX = '/api/v4'
const NAMED = /^(.*\/(?:orders|positions))\/([^/]+)(\/leverage)?$/

/** Answers one request of the live exchange or of the test network (`site`), `path` without the site's prefix. */
export function serveGate(x: Held, request: WireRequest, site: string): WireReply {
  const { route, id } = routeOf(request)
  const [open, signed] = [OPEN[route], SIGNED[route]]
  try {
    if (open !== undefined) return reply(x, 200, open(x, Fields.of(request, badParameter)))
    if (signed === undefined) throw new Refusal('NOT_FOUND', 'Request URL not exists', 404)
    const key = admit(x, request, site)
    const created = request.method === 'POST' && route.endsWith('/orders')
    return reply(x, created ? 201 : 200, signed(x, key, Fields.of(request, badParameter), request, id))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return reply(x, error.status, { label: error.label, message: error.message })
  }
}

/** A slash at the end changes nothing: without a name the path is that of all orders. */
function routeOf({ method, path }: WireRequest): { route: string; id: string } {
  const bare = path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length).replace(/\/$/, '') : ''
  const [, before, id = '', after = ''] = NAMED.exec(bare) ?? []
  return before === undefined ? { route: `${method} ${bare}`, id: '' } : { route: `${method} ${before}/:id${after}`, id: decodeURIComponent(id) }
}

const reply = (x: Held, status: number, body: unknown): WireReply => ({
  status, body: JSON.stringify(body),
  headers: ['x-gate-ratelimit-requests-remain', '199', 'x-gate-ratelimit-limit', '200', 'x-gate-ratelimit-reset-timestamp', String(Math.floor(timeAt(x) / 1000))],
})
