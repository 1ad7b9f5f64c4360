import { createHmac, sign as signWith } from 'node:crypto'
import { fieldOf, siteOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { kindOf, secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** `apiKey`, and a secret as text or an RSA private key in PEM. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'API Secret'), ['HMAC', 'RSA'], 'Bybit takes HMAC secrets and RSA keys')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: siteOf(fields) }
}

/**
 * Time (exchange's clock, ms), key, window and query or body are signed as one text: HMAC-SHA-256 in lower-case hex, or
 * base64 of RSA (PKCS #1 v1.5, SHA-256). [D guide, "Create A Request"]
 */
export function sign({ method, path, params = {}, body }: Request, key: Key, { at, windowMs }: Stamp): Wire {
  const query = queryOf(params)
  const text = body === undefined ? null : JSON.stringify(body)
  const apiKey = key.apiKey.toString('latin1')
  const signature = signatureOf(`${at}${apiKey}${windowMs}${text ?? query}`, key)
  const headers = ['x-bapi-api-key', apiKey, 'x-bapi-timestamp', String(at), 'x-bapi-recv-window', String(windowMs), 'x-bapi-sign', signature]
  if (text !== null) headers.push('content-type', 'application/json')
  return { method, path: withQuery(path, query), headers, body: text }
}

function signatureOf(payload: string, { secret }: Key): string {
  if (kindOf(secret) === 'HMAC') return createHmac('sha256', secret).update(payload).digest('hex')
  return signWith('sha256', Buffer.from(payload), secret).toString('base64')
}
