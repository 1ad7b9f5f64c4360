import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

/** "Time differs from server time by more than 5 seconds". Source: docs-new error codes, 400002. */
const MOST_SKEW_MS = 5000

/**
 * Checks a request with a key: headers there, key known, its version, its address, time, passphrase, signature, right.
 * Source: docs-new authentication and error codes 400001 to 400009. A control flag `keyVersion: "2"` makes an older key.
 */
export function admit(x: Held, request: WireRequest, right: string): Key {
  const [apiKey, sign, time, passphrase] = ['kc-api-key', 'kc-api-sign', 'kc-api-timestamp', 'kc-api-passphrase'].map((name) => String(request.headers[name] ?? ''))
  if (!apiKey || !sign || !time || !passphrase) throw new Refusal('400001', 'Please check the header of your request for KC-API-KEY, KC-API-SIGN, KC-API-TIMESTAMP, KC-API-PASSPHRASE', 401)
  const key = x.keys.get(apiKey)
  if (key === undefined) throw new Refusal('400003', 'KC-API-KEY not exists', 401)
  const version = request.headers['kc-api-key-version']
  if (version !== '2' && (version !== '3' || key.flags.get('keyVersion') === '2')) throw new Refusal('400009', 'Invalid KC-API-KEY-VERSION', 401)
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw new Refusal('400006', `Invalid request ip, the current clientIp is:${request.remoteAddress}`, 401)
  if (!(Math.abs(timeAt(x) - Number(time)) <= MOST_SKEW_MS)) throw new Refusal('400002', 'KC-API-TIMESTAMP Invalid', 401)
  if (!isSigned(key.secret, key.passphrase ?? '', passphrase)) throw new Refusal('400004', 'KC-API-PASSPHRASE error', 401)
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`
  if (!isSigned(key.secret, `${time}${request.method}${target}${request.body}`, sign)) throw new Refusal('400005', 'Signature error', 401)
  if (!key.rights.has(right)) throw new Refusal('400007', 'Access denied, require more permission.', 403)
  return key
}

/** Base64 of HMAC-SHA-256, also for the passphrase. */
function isSigned(secret: string, payload: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(payload).digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(expected, given)
}
