import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

const USUAL_WINDOW_MS = 5000
const LONGEST_WINDOW_MS = 60_000
const FUTURES_WINDOW_MS = 10_000

/** A request of spot: key in a header, time, window and signature in the query. Source: apidocs spot_v3_en, "SIGNED", "Timing security". */
export function admitSpot(x: Held, request: WireRequest, right: string): Key {
  const query = new URLSearchParams(request.query)
  const key = keyOf(x, request, 'x-mexc-apikey', { unknown: new Refusal(10_072, 'Api key info invalid'), address: new Refusal(700_006, 'IP [127.0.0.1] not in the ip white list') })
  const [sent, window, signature] = [Number(query.get('timestamp') ?? Number.NaN), Number(query.get('recvWindow') ?? USUAL_WINDOW_MS), query.get('signature') ?? '']
  if (!(window <= LONGEST_WINDOW_MS)) throw new Refusal(700_005, 'recvWindow must less than 60000')
  const now = timeAt(x)
  if (!(sent < now + 1000 && now - sent <= window)) throw new Refusal(700_003, 'Timestamp for this request is outside of the recvWindow.')
  const signed = request.query.replace(/&?signature=[^&]*/, '') + request.body
  if (!isSigned(key, signed, signature)) throw new Refusal(700_002, 'Signature for this request is not valid.')
  if (!key.rights.has(right)) throw new Refusal(700_007, 'No permission to access the endpoint.')
  return key
}

/** A request of futures: key, time and signature in headers. Source: www.mexc.com/api-docs/futures/integration-guide. */
export function admitFutures(x: Held, request: WireRequest, right: string): Key {
  const key = keyOf(x, request, 'apikey', { unknown: new Refusal(401, 'Unauthorized'), address: new Refusal(406, 'Accessed IP is not in the whitelist') })
  const time = header(request, 'request-time') ?? ''
  if (!(Math.abs(timeAt(x) - Number(time === '' ? Number.NaN : time)) <= FUTURES_WINDOW_MS)) throw new Refusal(513, 'Invalid request(for open api serves time more or less than 10s)')
  const parameters = request.method === 'GET' ? request.query.split('&').toSorted().join('&') : request.body
  if (!isSigned(key, `${key.apiKey}${time}${parameters}`, header(request, 'signature') ?? '')) throw new Refusal(602, 'Verify failed')
  if (!key.rights.has(right)) throw new Refusal(RIGHTS[right] ?? 701, `${right} is required`)
  return key
}

const RIGHTS: Readonly<Record<string, number>> = { CONTRACT_ACCOUNT_READ: 701, CONTRACT_ACCOUNT_WRITE: 702, CONTRACT_DEAL_READ: 703, CONTRACT_DEAL_WRITE: 704 }

function keyOf(x: Held, request: WireRequest, name: string, refusals: { readonly unknown: Refusal; readonly address: Refusal }): Key {
  const key = x.keys.get(header(request, name) ?? '')
  if (key === undefined || (key.expiresAt !== undefined && timeAt(x) >= key.expiresAt)) throw refusals.unknown
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw refusals.address
  return key
}

function header(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** "The signature is support lowercase only." */
const isSigned = ({ secret }: Key, text: string, signature: string): boolean =>
  /^[0-9a-f]{64}$/.test(signature) && timingSafeEqual(createHmac('sha256', secret).update(text).digest(), Buffer.from(signature, 'hex'))
