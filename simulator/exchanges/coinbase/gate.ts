import { createPublicKey, verify } from 'node:crypto'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { timeAt } from '../../engine/market.ts'
import type { WireRequest } from '../../venue.ts'
import { Refusal } from './refusal.ts'

const LONGEST_LIFE_S = 120
/** Whole seconds: a token is not refused for having been made in the same one. */
const TOLERANCE_S = 1

/**
 * A request's token: of a key that is known, signed with its private half, made for this request, not yet ended. All
 * that is wrong with it is answered alike. Source: docs.cdp.coinbase.com coinbase-app api-key-authentication.
 */
export function admit(x: Held, request: WireRequest, needed: string | null): Key {
  const unauthorized = new Refusal(401, null, 'Unauthorized')
  const [head = '', claims = '', signature = ''] = (/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '').split('.')
  const [header, payload] = [decoded(head), decoded(claims)]
  const key = x.keys.get(String(header['kid']))
  if (key === undefined || !isSigned(key.secret, header['alg'], `${head}.${claims}`, signature)) throw unauthorized
  const now = timeAt(x) / 1000
  const [from, until] = [Number(payload['nbf']), Number(payload['exp'])]
  if (!(from <= now + TOLERANCE_S && now < until && until - from <= LONGEST_LIFE_S + TOLERANCE_S)) throw unauthorized
  const uris = ['api.coinbase.com', request.headers.host].map((host) => `${request.method} ${host}${request.path}`)
  if (payload['iss'] !== 'cdp' || payload['sub'] !== key.apiKey || !uris.includes(String(payload['uri'])) || typeof header['nonce'] !== 'string') throw unauthorized
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw unauthorized
  if (needed !== null && !key.rights.has(needed)) throw new Refusal(403, 'PERMISSION_DENIED', 'Missing required scopes')
  return key
}

function decoded(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  } catch {
    return {}
  }
}

/** The key was registered with its public half, in PEM. */
function isSigned(publicKey: string, algorithm: unknown, text: string, signature: string): boolean {
  const key = createPublicKey(publicKey)
  const [bytes, given] = [Buffer.from(text), Buffer.from(signature, 'base64url')]
  if (key.asymmetricKeyType === 'ec') return algorithm === 'ES256' && verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, given)
  return algorithm === 'EdDSA' && verify(null, bytes, key, given)
}
