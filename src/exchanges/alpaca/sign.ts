import { createSecretKey } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import type { Host } from '../host.ts'
import type { Wire } from '../http.ts'
import type { Key } from '../port.ts'

export type Params = Readonly<Record<string, string | number | undefined>>

/** `apiKey` and `secret`, both as text. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key ID')
  const secret = fieldOf(fields, 'secret', 'API Secret Key')
  return { apiKey: Buffer.from(apiKey), secret: createSecretKey(secret), passphrase: null }
}

/**
 * A request with key and secret in two headers: Alpaca has no signatures. [docs.alpaca.markets, "Authentication"]
 * So here the secret itself becomes a string, which nobody can wipe; it lasts as long as the request.
 */
export function signed(host: Host, method: Wire['method'], path: string, params: Params, key: Key, body: string | null = null): Wire {
  host.permit(method, path)
  const secret = key.secret.export()
  const headers = ['apca-api-key-id', key.apiKey.toString('latin1'), 'apca-api-secret-key', secret.toString('latin1')]
  secret.fill(0)
  if (body !== null) headers.push('content-type', 'application/json')
  return { method, path: withQuery(path, params), headers, body }
}

/** A request without a key: crypto market data. */
export const unsigned = (path: string, params: Params): Wire => ({ method: 'GET', path: withQuery(path, params), headers: [], body: null })

function withQuery(path: string, params: Params): string {
  const query = Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`])).join('&')
  return query === '' ? path : `${path}?${query}`
}
