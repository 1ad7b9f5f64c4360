import { createHmac, sign as signWith } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { kindOf, secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf } from '../query.ts'

/** `apiKey`, and a secret as text or a private key in PEM (RSA, Ed25519). Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'Secret Key'), ['HMAC', 'RSA', 'Ed25519'], 'Binance takes HMAC secrets, RSA and Ed25519 keys')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: null }
}

/**
 * A SIGNED request: all parameters in the query, `timestamp` (exchange's clock, ms) and `recvWindow` among them, the
 * signature last, over exactly the query that is sent: HMAC-SHA-256 in hex, or base64 of RSA (PKCS #1 v1.5, SHA-256) or
 * Ed25519. [rest-api.md, "SIGNED Endpoint security"]
 * The key's name becomes a string here, as headers need one; the secret stays a `KeyObject`.
 */
export function sign({ method, path, params }: Request, key: Key, { at, windowMs }: Stamp): Wire {
  const query = queryOf({ ...params, recvWindow: windowMs, timestamp: at })
  const signature = signatureOf(query, key)
  return { method, path: `${path}?${query}&signature=${signature}`, headers: ['x-mbx-apikey', key.apiKey.toString('latin1')], body: null }
}

function signatureOf(payload: string, { secret }: Key): string {
  const kind = kindOf(secret)
  if (kind === 'HMAC') return createHmac('sha256', secret).update(payload).digest('hex')
  return encodeURIComponent(signWith(kind === 'RSA' ? 'sha256' : null, Buffer.from(payload), secret).toString('base64'))
}
