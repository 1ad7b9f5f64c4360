import { createHmac } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** `apiKey`, and a secret as text. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'Secret Key'), ['HMAC'], 'BingX takes HMAC secrets only')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: null }
}

/**
 * Everything stands in the query, by name in order, with time and window; behind it the signature of all that, HMAC-SHA-256 in lower-case hex.
 * [D authentication] It is made of the values as they are, unescaped: ours have no character that would be escaped.
 */
export function sign({ method, path, params = {} }: Request, key: Key, { at, windowMs }: Stamp): Wire {
  const query = queryOf(Object.fromEntries(Object.entries({ ...params, timestamp: at, recvWindow: windowMs }).toSorted(([a], [b]) => (a < b ? -1 : 1))))
  const signature = createHmac('sha256', key.secret).update(query).digest('hex')
  return { method, path: withQuery(path, `${query}&signature=${signature}`), headers: ['x-bx-apikey', key.apiKey.toString('latin1')], body: null }
}
