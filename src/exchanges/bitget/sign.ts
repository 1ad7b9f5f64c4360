import { createHmac, sign as signWith } from 'node:crypto'
import { fieldOf, passphraseOf, siteOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { kindOf, secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** API key, a secret as text or an RSA private key in PEM, passphrase. Throws `Problem`: `invalid_input` naming the field, `passphrase_required`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'Secret Key'), ['HMAC', 'RSA'], 'Bitget takes HMAC secrets and RSA keys')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: passphraseOf(fields, 'Bitget'), site: siteOf(fields) }
}

/**
 * Time (exchange's clock, ms), method, path with query, and body are signed as one text: HMAC-SHA-256 or RSA (PKCS #1
 * v1.5, SHA-256), in base64. The passphrase goes along as it is: Bitget wants it in a header. [D common/signature]
 */
export function sign({ method, path, params = {}, body }: Request, key: Key, { at }: Stamp): Wire {
  const target = withQuery(path, queryOf(params))
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = [
    'access-key', key.apiKey.toString('latin1'), 'access-sign', signatureOf(`${at}${method}${target}${text ?? ''}`, key),
    'access-timestamp', String(at), 'access-passphrase', key.passphrase?.toString('latin1') ?? '', 'locale', 'en-US',
  ]
  if (text !== null) headers.push('content-type', 'application/json')
  return { method, path: target, headers, body: text }
}

function signatureOf(payload: string, { secret }: Key): string {
  if (kindOf(secret) === 'HMAC') return createHmac('sha256', secret).update(payload).digest('base64')
  return signWith('sha256', Buffer.from(payload), secret).toString('base64')
}
