import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

const TOLERANCE_S = 60

/**
 * Checks a request with a key: headers there, key known here, its address, the time, the signature, the right of its group
 * (reading or writing), and whether it has expired by its own word. Source: API v4, "Authentication", `x-gate-exptime`.
 */
export function admit(x: Held, request: WireRequest, site: string): Key {
  const [apiKey, timestamp, signature, until] = ['key', 'timestamp', 'sign', 'x-gate-exptime'].map((name) => headerOf(request, name))
  if (apiKey === undefined || timestamp === undefined || signature === undefined) throw new Refusal('MISSING_REQUIRED_HEADER', 'Missing required authentication header', 401)
  const key = x.keys.get(apiKey)
  const now = timeAt(x)
  if (key === undefined || key.site !== site || (key.expiresAt !== undefined && now >= key.expiresAt)) throw new Refusal('INVALID_KEY', 'Invalid key provided', 401)
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw new Refusal('IP_FORBIDDEN', 'Request IP not in whitelist', 403)
  if (!(Math.abs(Number(timestamp) - now / 1000) <= TOLERANCE_S)) throw new Refusal('REQUEST_EXPIRED', 'gap between request Timestamp and server time exceeds 60', 403)
  const digest = createHash('sha512').update(request.body).digest('hex')
  const signed = [request.method, request.path, decodeURIComponent(request.query), digest, timestamp].join('\n')
  const right = createHmac('sha512', key.secret).update(signed).digest()
  if (!/^[0-9a-f]{128}$/.test(signature) || !timingSafeEqual(right, Buffer.from(signature, 'hex'))) throw new Refusal('INVALID_SIGNATURE', 'Signature mismatch', 401)
  if (until !== undefined && !(now <= Number(until))) throw new Refusal('REQUEST_EXPIRED', 'the request came after its x-gate-exptime', 400)
  demandRight(key, request)
  return key
}

/** "All GET operations are read requests, while others are write requests." */
function demandRight(key: Key, { method, path }: WireRequest): void {
  const [, , , group = ''] = path.split('/')
  if (key.rights.has(group)) return
  if (!key.rights.has(`${group}:ro`)) throw new Refusal('FORBIDDEN', 'Account has no permission to request operation', 403)
  if (method !== 'GET') throw new Refusal('READ_ONLY', 'API key is read-only', 403)
}

function headerOf(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
