import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal, unauthorized } from './refusal.ts'

/** "The server rejects requests where this differs from server time by more than 30 seconds". Source: docs-v5 "Making Requests". */
const MOST_SKEW_MS = 30_000

/**
 * Checks a request with a key: headers there, key known on this site, its environment, its address, passphrase, time,
 * signature, right. Source: docs-v5 "REST Authentication", error codes 50100 to 50121.
 */
export function admit(x: Held, request: WireRequest, site: string, right: string): Key {
  const header = (name: string, code: string): string => {
    const value = request.headers[name]
    if (typeof value !== 'string' || value === '') throw unauthorized(code, `Request header "${name.toUpperCase()}" cannot be empty.`)
    return value
  }
  const apiKey = header('ok-access-key', '50103')
  const passphrase = header('ok-access-passphrase', '50104')
  const signature = header('ok-access-sign', '50106')
  const time = header('ok-access-timestamp', '50107')
  const key = x.keys.get(apiKey)
  const demo = request.headers['x-simulated-trading'] === '1'
  if (key === undefined || (key.site !== site && !(key.site === 'demo' && site === 'live'))) throw unauthorized('50119', "API key doesn't exist")
  if ((key.site === 'demo') !== demo) throw unauthorized('50101', 'APIKey does not match current environment.')
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) {
    throw unauthorized('50110', `Your IP ${request.remoteAddress} is not included in your API key's IP whitelist.`)
  }
  if (passphrase !== key.passphrase) throw unauthorized('50105', 'Request header "OK-ACCESS-PASSPHRASE" incorrect.')
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)) throw unauthorized('50112', 'Invalid OK-ACCESS-TIMESTAMP.')
  if (Math.abs(timeAt(x) - Date.parse(time)) > MOST_SKEW_MS) throw unauthorized('50102', 'Timestamp request expired.')
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`
  if (!isSigned(key.secret, `${time}${request.method}${target}${request.body}`, signature)) throw unauthorized('50113', 'Invalid signature.')
  if (!key.rights.has(right)) throw new Refusal('50120', "This API key doesn't have permission to use this function")
  return key
}

/** Base64 of HMAC-SHA-256. */
function isSigned(secret: string, payload: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(payload).digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(expected, given)
}
