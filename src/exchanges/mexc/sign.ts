import { createHmac } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Wire } from '../http.ts'
import { secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery, type Params } from '../query.ts'

/** [F time security] A request counts for 10 s before and after its time, unless it says otherwise. */
export const FUTURES_WINDOW_MS = 10_000

/** `apiKey`, and a secret as text. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'Access Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'Secret Key'), ['HMAC'], 'MEXC takes HMAC secrets only')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: null }
}

/** Spot and futures have a way of their own each: HMAC-SHA-256 in lower-case hex in both. */
export const sign = (request: Request, key: Key, stamp: Stamp): Wire => (request.path.startsWith('/api/v3/') ? signSpot(request, key, stamp) : signFutures(request, key, stamp))

/** Everything stands in the query, with time, window and, last, the signature of all that. [S signed] */
function signSpot({ method, path, params = {} }: Request, key: Key, { at, windowMs }: Stamp): Wire {
  const query = queryOf({ ...params, timestamp: at, recvWindow: windowMs })
  const headers = ['X-MEXC-APIKEY', key.apiKey.toString('latin1'), ...method === 'GET' ? [] : ['content-type', 'application/json']]
  return { method, path: withQuery(path, `${query}&signature=${hmac(key, query)}`), headers, body: null }
}

/**
 * Key, time, and the sorted query or the body as one text. [F authentication method] The window's header has a unit that nobody
 * agrees on, so the time itself is set back: 10 s after it is the instant until which the request is to count.
 */
function signFutures({ method, path, params = {}, body }: Request, key: Key, { at, windowMs }: Stamp): Wire {
  const apiKey = key.apiKey.toString('latin1')
  const time = String(at + windowMs - FUTURES_WINDOW_MS)
  const query = queryOf(sorted(params))
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = ['ApiKey', apiKey, 'Request-Time', time, 'Signature', hmac(key, `${apiKey}${time}${text ?? query}`), 'content-type', 'application/json']
  return { method, path: withQuery(path, query), headers, body: text }
}

const sorted = (params: Params): Params => Object.fromEntries(Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : 1)))
const hmac = ({ secret }: Key, text: string): string => createHmac('sha256', secret).update(text).digest('hex')
