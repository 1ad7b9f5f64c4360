import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

const LONGEST_WINDOW_MS = 5000

/** A request with a key: known, from its address, in time, signed, allowed. Source: api-ai-skills references/authentication, error-codes "Common". */
export function admit(x: Held, request: WireRequest, right: string): Key {
  const named = request.headers['x-bx-apikey']
  const key = x.keys.get(typeof named === 'string' ? named : '')
  if (key === undefined || (key.expiresAt !== undefined && timeAt(x) >= key.expiresAt)) throw new Refusal(100_413, 'Incorrect apiKey')
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw new Refusal(100_419, 'your current request IP does not match IP whitelist')
  const query = new URLSearchParams(request.query)
  const [timestamp, signature] = [query.get('timestamp') ?? '', query.get('signature') ?? '']
  const window = Math.min(Number(query.get('recvWindow') ?? LONGEST_WINDOW_MS), LONGEST_WINDOW_MS)
  if (!/^\d{13}$/.test(timestamp) || !(Math.abs(timeAt(x) - Number(timestamp)) <= window)) throw new Refusal(100_421, 'Null timestamp or timestamp mismatch')
  if (signature === '') throw new Refusal(100_412, 'Null signature')
  if (!isSigned(key, query, signature)) throw new Refusal(100_001, 'Signature verification failed due to signature mismatch')
  if (!key.rights.has(right)) throw new Refusal(100_004, 'Permission denied as the API key was created without the permission')
  return key
}

/** All parameters by name in order, unescaped. */
function isSigned({ secret }: Key, query: URLSearchParams, signature: string): boolean {
  const text = [...query].filter(([name]) => name !== 'signature').toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join('&')
  return /^[0-9a-f]{64}$/.test(signature) && timingSafeEqual(createHmac('sha256', secret).update(text).digest(), Buffer.from(signature, 'hex'))
}
