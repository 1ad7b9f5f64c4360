import { createHash, createHmac, createSecretKey } from 'node:crypto'
import { Problem } from '#model'
import { bytesOfBase64 } from '../base64.ts'
import { fieldOf, siteOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Wire } from '../http.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

export const FUTURES_HOST = 'kraken:futures'
const FUTURES_PREFIX = '/derivatives'

/** `apiKey`, and a secret in base64, which is decoded here once. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'API key')
  const bytes = bytesOfBase64(fieldOf(fields, 'secret', 'Private key'))
  if (bytes === null) {
    const message = 'This is no private key of Kraken\'s, which are base64 (letters, digits, + and /): copy it again, whole'
    throw new Problem('invalid_input', message, { errors: [{ path: 'credentials.secret', message }] })
  }
  const secret = createSecretKey(bytes)
  bytes.fill(0)
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: siteOf(fields) }
}

/** Spot and futures have ways of their own. */
export const sign = (request: Request, key: Key, stamp: Stamp, host: Host): Wire => (host.name === FUTURES_HOST ? signFutures(request, key) : signSpot(request, key, stamp))

/** Form with a nonce; HMAC-SHA-512 over path and SHA-256 of nonce and form, base64. [D guides/spot-rest-auth] */
function signSpot({ method, path, params = {} }: Request, key: Key, { nonce }: Stamp): Wire {
  const body = queryOf({ nonce, ...params })
  const digest = createHash('sha256').update(`${nonce}${body}`).digest()
  const signature = createHmac('sha512', key.secret).update(path).update(digest).digest('base64')
  return { method, path, headers: ['api-key', key.apiKey.toString('latin1'), 'api-sign', signature, 'content-type', 'application/x-www-form-urlencoded'], body }
}

/**
 * Query as it is sent, then the path without `/derivatives`, SHA-256, HMAC-SHA-512, base64. A nonce is optional and left
 * out: `processBefore` limits what a copy could do. [D guides/futures-rest-auth]
 */
function signFutures({ method, path, params = {} }: Request, key: Key): Wire {
  const query = queryOf(params)
  const signed = path.startsWith(FUTURES_PREFIX) ? path.slice(FUTURES_PREFIX.length) : path
  const digest = createHash('sha256').update(query + signed).digest()
  const signature = createHmac('sha512', key.secret).update(digest).digest('base64')
  return { method, path: withQuery(path, query), headers: ['apikey', key.apiKey.toString('latin1'), 'authent', signature], body: null }
}
