import { createHmac, createSecretKey } from 'node:crypto'
import { Problem } from '#model'
import type { Host } from '../host.ts'
import type { Wire } from '../http.ts'
import { fieldOf } from '../credential-field.ts'
import type { Key } from '../port.ts'

/** Parameters in the order in which they are sent; undefined ones are left out. */
export type Params = Readonly<Record<string, string | number | undefined>>

const NO_HEADERS: readonly string[] = []

/**
 * `apiKey` and an HMAC `secret`, both as text. Keys that the user generated himself (RSA, Ed25519 in PEM) are refused.
 * Throws `Problem` `invalid_input`.
 */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key')
  const secret = fieldOf(fields, 'secret', 'Secret Key')
  if (secret.includes('PRIVATE KEY')) {
    throw new Problem('invalid_input', 'This is a private key in PEM form. Make a "System generated" (HMAC) key at Binance and enter its Secret Key',
      { errors: [{ path: 'credentials.secret', message: 'RSA and Ed25519 keys are not supported' }] })
  }
  return { apiKey: Buffer.from(apiKey), secret: createSecretKey(secret), passphrase: null }
}

/** A request without a key. */
export const unsigned = (path: string, params: Params = {}): Wire => {
  const query = queryOf(params)
  return { method: 'GET', path: query === '' ? path : `${path}?${query}`, headers: NO_HEADERS, body: null }
}

/**
 * A SIGNED request: all parameters in the query, `timestamp` (exchange's clock, ms) and `recvWindow` among them, the
 * signature last; HMAC-SHA-256 in hex over exactly the query that is sent. [rest-api.md, "SIGNED Endpoint security"]
 * The key's name becomes a string here, as headers need one; the secret stays a `KeyObject`.
 */
export function signed(
  host: Host, method: Wire['method'], path: string, params: Params, key: Key, stamp: { timestamp: number; recvWindow: number },
): Wire {
  host.permit(method, path)
  const query = queryOf({ ...params, recvWindow: stamp.recvWindow, timestamp: stamp.timestamp })
  const signature = createHmac('sha256', key.secret).update(query).digest('hex')
  return { method, path: `${path}?${query}&signature=${signature}`, headers: ['x-mbx-apikey', key.apiKey.toString('latin1')], body: null }
}

function queryOf(params: Params): string {
  let query = ''
  for (const name in params) {
    const value = params[name]
    if (value === undefined) continue
    query += `${query === '' ? '' : '&'}${name}=${typeof value === 'number' ? value : encodeURIComponent(value)}`
  }
  return query
}
