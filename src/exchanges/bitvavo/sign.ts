import { createHmac } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** [E 303] "Window must be between 100 and 60000 ms." */
const LEAST_WINDOW_MS = 100

/** `apiKey`, and a secret as text. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API key')
  const secret = secretOf(fieldOf(fields, 'secret', 'API secret'), ['HMAC'], 'Bitvavo takes HMAC secrets only')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: null }
}

/** [A] Time, method, path with query, body as one text: HMAC-SHA-256 in hex. A window that is too small begins earlier, and ends when it was to end. */
export function sign({ method, path, params = {}, body }: Request, key: Key, { at, windowMs }: Stamp): Wire {
  const window = Math.max(windowMs, LEAST_WINDOW_MS)
  const time = String(at + windowMs - window)
  const address = withQuery(path, queryOf(params))
  const text = body === undefined ? null : JSON.stringify(body)
  const signature = createHmac('sha256', key.secret).update(`${time}${method}${address}${text ?? ''}`).digest('hex')
  const headers = ['bitvavo-access-key', key.apiKey.toString('latin1'), 'bitvavo-access-signature', signature, 'bitvavo-access-timestamp', time, 'bitvavo-access-window', String(window), 'content-type', 'application/json']
  return { method, path: address, headers, body: text }
}
