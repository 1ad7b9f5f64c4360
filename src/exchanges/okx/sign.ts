import { createHmac } from 'node:crypto'
import { iso } from '#clock'
import { fieldOf, passphraseOf, siteOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** API key, secret as text, passphrase. Throws `Problem`: `invalid_input` naming the field, `passphrase_required`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API key')
  const secret = secretOf(fieldOf(fields, 'secret', 'Secret key'), ['HMAC'], 'OKX takes the secret key as it shows it')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: passphraseOf(fields, 'OKX'), site: siteOf(fields) }
}

/**
 * Time (exchange's clock, ISO with ms), method, path with query, and body are signed as one text: HMAC-SHA-256 in base64.
 * The passphrase goes along as it is: OKX wants it in a header. [D overview, "REST Authentication"]
 */
export function sign({ method, path, params = {}, body, headers: more = [] }: Request, key: Key, { at }: Stamp): Wire {
  const target = withQuery(path, queryOf(params))
  const text = body === undefined ? null : JSON.stringify(body)
  const time = iso(at)
  const headers = [
    'ok-access-key', key.apiKey.toString('latin1'), 'ok-access-sign', createHmac('sha256', key.secret).update(`${time}${method}${target}${text ?? ''}`).digest('base64'),
    'ok-access-timestamp', time, 'ok-access-passphrase', key.passphrase?.toString('latin1') ?? '', ...more,
  ]
  if (text !== null) headers.push('content-type', 'application/json')
  return { method, path: target, headers, body: text }
}
