import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireReply, WireRequest } from '../../venue.ts'
import { balance, config, positions, setLeverage, setMode } from './account.ts'
import { admit } from './gate.ts'
import { instruments, ticker, tickers, time } from './market-data.ts'
import { readParams, text, type Params } from './params.ts'
import { Refusal } from './refusal.ts'
import { cancel, details, fills, history, pending, place } from './trading.ts'

type Open = (x: Held, params: Params) => unknown
type Signed = { readonly right: 'read_only' | 'trade'; answer(x: Held, key: Key, params: Params, request: WireRequest): unknown }

const OPEN: Readonly<Record<string, Open>> = {
  'GET /api/v5/public/time': time, 'GET /api/v5/public/instruments': instruments, 'GET /api/v5/market/ticker': ticker, 'GET /api/v5/market/tickers': tickers,
}

/** Each endpoint's "Permission". */
const SIGNED: Readonly<Record<string, Signed>> = {
  'GET /api/v5/account/config': { right: 'read_only', answer: (_x, key) => config(key) },
  'GET /api/v5/account/balance': { right: 'read_only', answer: balance },
  'GET /api/v5/account/positions': { right: 'read_only', answer: positions },
  'POST /api/v5/account/set-leverage': { right: 'trade', answer: setLeverage },
  'POST /api/v5/account/set-position-mode': { right: 'trade', answer: setMode },
  'POST /api/v5/trade/order': { right: 'trade', answer: place },
  'GET /api/v5/trade/order': { right: 'read_only', answer: details },
  'POST /api/v5/trade/cancel-order': { right: 'trade', answer: cancel },
  'GET /api/v5/trade/orders-pending': { right: 'read_only', answer: pending },
  'GET /api/v5/trade/orders-history': { right: 'read_only', answer: history },
  'GET /api/v5/trade/fills': { right: 'read_only', answer: fills },
}

/** Answers one request of a site: `live`, `eea` or `us`; `path` without the site's prefix. */
export function serveOkx(x: Held, request: WireRequest, site: string): WireReply {
  const route = `${request.method} ${request.path}`
  const [open, signed] = [OPEN[route], SIGNED[route]]
  if (open === undefined && signed === undefined) return { status: 404, body: '{"code":"404","data":{},"msg":"Not Found"}' }
  let params: Params = new Map()
  try {
    // The key is looked at before anything else of the request.
    const key = signed === undefined ? undefined : admit(x, request, site, signed.right)
    params = readParams(request)
    return written(x, 200, '0', '', key === undefined || signed === undefined ? open?.(x, params) : signed.answer(x, key, params, request))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (!error.ofOrder) return written(x, error.status, error.code, error.message, [])
    return written(x, 200, '1', 'All operations failed', [{ clOrdId: text(params, 'clOrdId') ?? '', ordId: '', tag: '', ts: String(timeAt(x)), sCode: error.code, sMsg: error.message, subCode: '' }])
  }
}

const written = (x: Held, status: number, code: string, msg: string, data: unknown): WireReply =>
  ({ status, body: JSON.stringify({ code, data, msg, inTime: `${timeAt(x)}000`, outTime: `${timeAt(x)}001` }) })
