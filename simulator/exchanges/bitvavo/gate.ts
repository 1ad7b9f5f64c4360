import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

const USUAL_WINDOW_MS = 10_000
const AHEAD_MS = 1000

/** Checks a request with a key: window, time, key, address, signature, right. Source: docs.bitvavo.com, "Authentication", "Errors". */
export function admit(x: Held, request: WireRequest, right: string): Key {
  const [apiKey, signature, timestamp, window = String(USUAL_WINDOW_MS)] = ['key', 'signature', 'timestamp', 'window'].map((name) => header(request, `bitvavo-access-${name}`))
  if (apiKey === undefined || signature === undefined || timestamp === undefined) throw new Refusal(300, 'Authentication is required for this endpoint.', 403)
  if (!/^\d{13}$/.test(timestamp)) throw new Refusal(302, 'Timestamp is invalid. This must be a timestamp in ms.', 403)
  if (!(Number(window) >= 100 && Number(window) <= 60_000)) throw new Refusal(303, 'Window must be between 100 and 60000 ms.', 403)
  const age = timeAt(x) - Number(timestamp)
  if (!(age <= Number(window) && age >= -AHEAD_MS)) throw new Refusal(304, 'Request was not received within acceptable window (default 30s, or custom with Bitvavo-Access-Window header) of Bitvavo-Access-Timestamp header (or timestamp parameter for websocket).', 403)
  if (apiKey.length !== 64) throw new Refusal(301, 'API Key must be of length 64.', 403)
  const key = x.keys.get(apiKey)
  if (key === undefined || (key.expiresAt !== undefined && timeAt(x) >= key.expiresAt)) throw new Refusal(305, 'No active API key found.', 403)
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw new Refusal(307, 'This key does not allow access from this IP.', 403)
  if (!/^[0-9a-f]{64}$/.test(signature)) throw new Refusal(308, 'The signature length is invalid (HMAC-SHA256 should return a 64 length hexadecimal string).', 403)
  const address = request.query === '' ? request.path : `${request.path}?${request.query}`
  const wanted = createHmac('sha256', key.secret).update(`${timestamp}${request.method}${address}${request.body}`).digest()
  if (!timingSafeEqual(wanted, Buffer.from(signature, 'hex'))) throw new Refusal(309, 'The signature is invalid.', 403)
  if (!key.rights.has(right)) throw right === 'trade' ? new Refusal(310, 'This key does not allow trading actions.', 403) : new Refusal(311, 'This key does not allow showing account information.', 403)
  return key
}

function header(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
