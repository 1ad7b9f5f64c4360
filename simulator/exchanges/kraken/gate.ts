import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { FuturesRefusal, SpotRefusal } from './refusal.ts'

const SPOT_TRADE = 'modify-trades'
const FUTURES_TRADE = 'general:full-access'

/** The highest nonce of each key so far. */
const nonces = new WeakMap<Key, bigint>()

/**
 * A spot request: key known there, signature over path and SHA-256 of nonce and form, nonce above all before (within the
 * key's window), right. Source: docs.kraken.com guides/spot-rest-auth. "EAPI:Invalid key" is also said of keys that ended,
 * and of addresses that are not allowed.
 */
export function admitSpot(x: Held, request: WireRequest, params: URLSearchParams, needed: readonly string[]): Key {
  const key = x.keys.get(headerOf(request, 'api-key'))
  if (key === undefined || isOnlyOf(key, FUTURES_TRADE, SPOT_TRADE) || !isUsable(x, key, request)) throw new SpotRefusal('EAPI:Invalid key')
  const nonce = params.get('nonce') ?? ''
  if (!/^\d{1,19}$/.test(nonce)) throw new SpotRefusal('EAPI:Invalid nonce')
  const digest = createHash('sha256').update(nonce + request.body).digest()
  if (!isSigned(key, Buffer.concat([Buffer.from(request.path), digest]), headerOf(request, 'api-sign'))) throw new SpotRefusal('EAPI:Invalid signature')
  const window = key.flags.get('nonceWindow')
  const [highest, given] = [nonces.get(key) ?? 0n, BigInt(nonce)]
  if (given <= highest - BigInt(typeof window === 'number' ? window : 0) || given === highest) throw new SpotRefusal('EAPI:Invalid nonce')
  if (given > highest) nonces.set(key, given)
  if (!needed.every((right) => key.rights.has(right))) throw new SpotRefusal('EGeneral:Permission denied')
  return key
}

/** A futures request. Source: docs.kraken.com guides/futures-rest-auth. All that is wrong with a key is called the same. */
export function admitFutures(x: Held, request: WireRequest, level: 'any' | 'read' | 'full'): Key {
  const key = x.keys.get(headerOf(request, 'apikey'))
  const wrong = new FuturesRefusal('authenticationError', request.path.startsWith('/api/') ? 401 : 200)
  if (key === undefined || isOnlyOf(key, SPOT_TRADE, FUTURES_TRADE) || !isUsable(x, key, request)) throw wrong
  const path = request.path.replace(/^\/derivatives/, '')
  const digest = createHash('sha256').update(request.query + request.body + (headerOf(request, 'nonce')) + path).digest()
  if (!isSigned(key, digest, headerOf(request, 'authent'))) throw wrong
  const may = level === 'any' || key.rights.has(FUTURES_TRADE) || (level === 'read' && key.rights.has('general:read-only'))
  if (!may) throw wrong
  return key
}

/** Each market has keys of its own: one that may trade the other alone is not known here. */
const isOnlyOf = (key: Key, other: string, here: string): boolean => key.rights.has(other) && !key.rights.has(here)

const isUsable = (x: Held, key: Key, request: WireRequest): boolean =>
  (key.expiresAt === undefined || timeAt(x) < key.expiresAt) && (key.ipAllowlist === undefined || key.ipAllowlist.has(request.remoteAddress))

function headerOf(request: WireRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

function isSigned(key: Key, payload: Buffer, signature: string): boolean {
  const [expected, given] = [createHmac('sha512', Buffer.from(key.secret, 'base64')).update(payload).digest(), Buffer.from(signature, 'base64')]
  return expected.length === given.length && timingSafeEqual(expected, given)
}
