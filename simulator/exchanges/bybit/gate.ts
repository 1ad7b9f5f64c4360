import { createHmac, timingSafeEqual, verify } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

const USUAL_WINDOW_MS = 5000

/**
 * Checks a request with a key: headers there, key known on this site, its address and its end, the time, the signature,
 * the rights (any one of `needed` does). Source: docs/v5/guide.mdx "Authentication", error.mdx.
 */
export function admit(x: Held, request: WireRequest, site: string, needed: readonly string[]): Key {
  const [apiKey, timestamp, signature] = ['x-bapi-api-key', 'x-bapi-timestamp', 'x-bapi-sign'].map((name) => headerOf(request, name))
  if (!apiKey || !timestamp || !signature) throw new Refusal(10_003, 'Need to put authentication params in the request header', 401)
  const key = x.keys.get(apiKey)
  if (key === undefined || key.site !== site) throw new Refusal(10_003, 'API key is invalid.')
  const now = timeAt(x)
  if (key.expiresAt !== undefined && now >= key.expiresAt) throw new Refusal(33_004, 'Your api key has expired.')
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) {
    throw new Refusal(10_010, 'Unmatched IP, please check your API key\'s bound IP addresses.')
  }
  const window = headerOf(request, 'x-bapi-recv-window') ?? String(USUAL_WINDOW_MS)
  const [sent, windowMs] = [Number(timestamp), Number(window)]
  // server_time - recv_window <= timestamp < server_time + 1000
  if (!(now - windowMs <= sent && sent < now + 1000)) {
    throw new Refusal(10_002, `invalid request, please check your server timestamp or recv_window param. req_timestamp[${timestamp}],server_timestamp[${now}],recv_window[${window}]`)
  }
  const payload = `${timestamp}${apiKey}${window}${request.method === 'GET' ? request.query : request.body}`
  if (!isSigned(key.secret, payload, signature)) throw new Refusal(10_004, `Error sign, please check your signature generation algorithm. origin_string[${payload}]`)
  if (needed.length > 0 && !needed.some((right) => key.rights.has(right))) throw new Refusal(10_005, 'Permission denied, please check your API key permissions.')
  return key
}

function headerOf(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Lower-case hex of HMAC-SHA-256, or base64 of RSA-SHA-256 where the key was made with a public key in PEM. */
function isSigned(secret: string, payload: string, signature: string): boolean {
  if (secret.startsWith('-----BEGIN')) return verify('sha256', Buffer.from(payload), secret, Buffer.from(signature, 'base64'))
  return /^[0-9a-f]{64}$/.test(signature) && timingSafeEqual(createHmac('sha256', secret).update(payload).digest(), Buffer.from(signature, 'hex'))
}
