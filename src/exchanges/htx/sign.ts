import { createHmac } from 'node:crypto'
import { fieldOf } from '../credential-field.ts'
import type { Request, Stamp } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Wire } from '../http.ts'
import { secretOf } from '../key-kinds.ts'
import type { Key } from '../port.ts'
import { queryOf, withQuery } from '../query.ts'

/** [S authentication] "The value is valid within 5 minutes." */
export const VALID_MS = 300_000

const PLACES_ORDERS: ReadonlySet<string> = new Set(['/v1/order/orders/place', '/v5/trade/order'])
/** The name is signed, so a server in between has to pass on requests that were signed for HTX's own. */
const OFFICIAL: Readonly<Record<string, string>> = { htx: 'api.huobi.pro', 'htx:futures': 'api.hbdm.com' }
const OF_HTX = /(^|\.)(huobi\.pro|hbdm\.(com|vn)|htx\.com|btcgateway\.pro)$/

/** `apiKey`, and a secret as text. Throws `Problem` `invalid_input`. */
export function readKey(fields: ReadonlyMap<string, Buffer>): Key {
  const apiKey = fieldOf(fields, 'apiKey', 'Access Key')
  const secret = secretOf(fieldOf(fields, 'secret', 'Secret Key'), ['HMAC'], 'Towerflow signs for HTX with HMAC secrets only')
  return { apiKey: Buffer.from(apiKey), secret, passphrase: null, site: null }
}

/**
 * Method, host, path and the query in the order of its names, each on a line of its own, as HMAC-SHA-256 in base64; bodies are
 * not signed. [S authentication] An order's time is set back, so that the five minutes for which it counts end with its deadline;
 * times are whole seconds, and a part of one is cut off, which only makes it end sooner.
 */
export function sign({ method, path, params = {}, body }: Request, key: Key, { at, windowMs }: Stamp, host: Host): Wire {
  const time = method === 'POST' && PLACES_ORDERS.has(path) ? at + windowMs - VALID_MS : at
  const all = { ...params, AccessKeyId: key.apiKey.toString('latin1'), SignatureMethod: 'HmacSHA256', SignatureVersion: '2', Timestamp: new Date(time).toISOString().slice(0, 19) }
  const query = queryOf(Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1))))
  const signature = createHmac('sha256', key.secret).update([method, nameOf(host), path, query].join('\n')).digest('base64')
  return {
    method, path: withQuery(path, `${query}&Signature=${encodeURIComponent(signature)}`), headers: body === undefined ? [] : ['content-type', 'application/json'],
    body: body === undefined ? null : JSON.stringify(body),
  }
}

function nameOf({ name, origin }: Host): string {
  const { hostname } = new URL(origin)
  return OF_HTX.test(hostname) ? hostname : OFFICIAL[name] ?? hostname
}
