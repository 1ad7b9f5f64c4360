import { createHash, createHmac } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** `apiKey`, and a secret as text. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'Secret Key'), ['HMAC'], 'Gate takes HMAC secrets only')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: null }
}

/**
 * Method, path, query, hash of the body and time (seconds, exchange's clock) as lines: HMAC-SHA-512 in lower-case hex. The
 * query is signed as it is sent; nothing of ours in it needs an escape. [D authentication]
 */
export function sign({ method, path, params = {}, body, headers = [] }: Request, key: Key, { at }: Stamp): Wire {
  const query = queryOf(params)
  const text = body === undefined ? null : JSON.stringify(body)
  const time = String(Math.floor(at / 1000))
  const digest = createHash('sha512').update(text ?? '').digest('hex')
  const signature = createHmac('sha512', key.secret).update([method, path, query, digest, time].join('\n')).digest('hex')
  const signed = ['KEY', key.apiKey.toString('latin1'), 'Timestamp', time, 'SIGN', signature, ...headers]
  if (text !== null) signed.push('content-type', 'application/json')
  return { method, path: withQuery(path, query), headers: signed, body: text }
}
