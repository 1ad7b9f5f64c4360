import { createHmac } from 'node:crypto'
import { fieldOf, passphraseOf, siteOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** "Time differs from server time by more than 5 seconds": a signed request is good for that long. [D error codes, 400002] */
export const GOOD_FOR_MS = 5000

/** Keys of version 2 are kept as such; those of today are of version 3. [D error codes, 400008, 400009] */
export const OLDER = 'v2'

/** API key, secret as text, passphrase. Throws `Problem`: `invalid_input` naming the field, `passphrase_required`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'API Secret'), ['HMAC'], 'KuCoin takes the secret as it shows it')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: passphraseOf(fields, 'KuCoin'), site: siteOf(fields) }
}

/**
 * Time (exchange's clock, ms), method, path with query, and body are signed as one text, the passphrase as another:
 * HMAC-SHA-256 in base64, both. [D authentication; kucoin-universal-sdk default_signer]
 */
export function sign({ method, path, params = {}, body }: Request, key: Key, stamp: Stamp): Wire {
  const target = withQuery(path, queryOf(params))
  const text = body === undefined ? null : JSON.stringify(body)
  const at = signedAt(stamp)
  const headers = [
    'kc-api-key', key.apiKey.toString('latin1'), 'kc-api-sign', hmac(key, `${at}${method}${target}${text ?? ''}`), 'kc-api-timestamp', String(at),
    'kc-api-passphrase', hmac(key, key.passphrase ?? ''), 'kc-api-key-version', key.site === OLDER ? '2' : '3',
  ]
  if (text !== null) headers.push('content-type', 'application/json')
  return { method, path: target, headers, body: text }
}

/** The time that is signed: as much earlier as the request has less time than a signature is good for, so that both end together. */
export const signedAt = ({ at, windowMs }: Stamp): number => at - (GOOD_FOR_MS - windowMs)

const hmac = ({ secret }: Key, text: string | Buffer): string => createHmac('sha256', secret).update(text).digest('base64')
