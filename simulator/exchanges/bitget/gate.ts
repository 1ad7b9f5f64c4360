import { createHmac, timingSafeEqual, verify } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

/** Source: api-doc common/websocket-intro: a signed text "will expire in 30 seconds". */
const MOST_SKEW_MS = 30_000

export const isUnified = (key: Key): boolean => key.flags.get('account') === 'uta'

/**
 * Checks a request with a key: headers, key, environment, address, time, signature, passphrase, kind of account, rights
 * (any one of `needed` does; none: any key may). Source: api-doc common/signature, error codes 40001 to 40099.
 */
export function admit(x: Held, request: WireRequest, version: 'v2' | 'v3', needed: readonly string[]): Key {
  const header = (name: string, code: string): string => {
    const value = request.headers[name]
    if (typeof value !== 'string' || value === '') throw new Refusal(code, `${name.toUpperCase().replace('-', '_')} cannot be empty`)
    return value
  }
  const [apiKey, signature, passphrase, time] = [header('access-key', '40001'), header('access-sign', '40002'), header('access-passphrase', '40011'), header('access-timestamp', '40005')]
  const key = x.keys.get(apiKey)
  if (key === undefined) throw new Refusal('40006', 'Invalid ACCESS_KEY')
  if ((key.site === 'demo') !== (request.headers['paptrading'] === '1')) throw new Refusal('40099', 'exchange environment is incorrect')
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw new Refusal('40018', 'Invalid IP')
  if (!/^\d{13}$/.test(time)) throw new Refusal('40005', 'Invalid ACCESS_TIMESTAMP')
  if (Math.abs(timeAt(x) - Number(time)) > MOST_SKEW_MS) throw new Refusal('40008', 'Request timestamp expired')
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`
  if (!isSigned(key.secret, `${time}${request.method}${target}${request.body}`, signature)) throw new Refusal('40009', 'sign signature error')
  if (passphrase !== key.passphrase) throw new Refusal('40012', 'apikey/password is incorrect')
  if (version === 'v2' && isUnified(key)) throw new Refusal('40085', 'You are in Unified Account mode, and the Classic Account API is not supported at this time')
  if (version === 'v3' && !isUnified(key)) throw new Refusal('40084', 'You are in Classic Account mode, and the Unified Account API is not supported at this time')
  if (needed.length > 0 && !needed.some((right) => key.rights.has(right))) throw new Refusal('40014', `Incorrect permissions, need ${needed.join(', ')} permissions`)
  return key
}

/** Base64 of HMAC-SHA-256, or of RSA-SHA-256 where the key was made with a public key in PEM. */
function isSigned(secret: string, payload: string, signature: string): boolean {
  const given = Buffer.from(signature, 'base64')
  if (secret.startsWith('-----BEGIN')) return verify('sha256', Buffer.from(payload), secret, given)
  const expected = createHmac('sha256', secret).update(payload).digest()
  return given.length === expected.length && timingSafeEqual(expected, given)
}
