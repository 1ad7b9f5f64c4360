import { exchangeTime, type Clock } from '../../clock.ts'
import type { WireRequest } from '../../venue.ts'
import type { Key } from './accounts.ts'
import type { Params } from './params.ts'
import { illegal, mandatory, Refusal } from './refusal.ts'
import { signedPayload, verifySignature } from './signature.ts'

const DEFAULT_WINDOW_MS = 5000
const MAXIMUM_WINDOW_MS = 60_000

/**
 * Checks a SIGNED request, in this order: key format, timestamp and signature sent, key known, its address,
 * the time, the signature, the rights. Answers the key or throws the documented refusal.
 * Sources: rest-api.md "Request Security", errors.md -1021 -1022 -1102 -2014 -2015.
 */
export function admit(
  keys: ReadonlyMap<string, Key>,
  clock: Clock,
  request: WireRequest,
  params: Params,
  needed: readonly string[],
): Key {
  const key = knownKey(keys, clock, request)
  const timestamp = params.get('timestamp')
  if (timestamp === undefined || timestamp === '') throw mandatory('timestamp')
  if (!/^[0-9]{1,20}$/.test(timestamp)) throw illegal('timestamp', '^[0-9]{1,20}$')
  const signature = params.get('signature')
  if (signature === undefined || signature === '') throw mandatory('signature')
  checkTime(clock, timestamp, params.get('recvWindow'))
  if (!verifySignature(key.secret, signedPayload(request.query, request.body), signature)) {
    throw new Refusal(-1022, 'Signature for this request is not valid.')
  }
  for (const right of needed) if (!key.rights.has(right)) throw rejectedKey(request)
  return key
}

function knownKey(keys: ReadonlyMap<string, Key>, clock: Clock, request: WireRequest): Key {
  const sent = request.headers['x-mbx-apikey']
  const key = typeof sent === 'string' ? keys.get(sent) : undefined
  if (key === undefined) {
    // Real keys are 64 letters and digits; what a test has registered is well-formed whatever it looks like.
    if (typeof sent !== 'string' || !/^[A-Za-z0-9]{64}$/.test(sent)) {
      throw new Refusal(-2014, 'API-key format invalid.', 401)
    }
    throw rejectedKey(request)
  }
  if (key.ipAllowlist !== undefined && !key.ipAllowlist.has(request.remoteAddress)) throw rejectedKey(request)
  if (key.expiresAt !== undefined && exchangeTime(clock) >= key.expiresAt) throw rejectedKey(request)
  return key
}

/** -2015 never says which of the three it is; futures adds the caller's address. */
function rejectedKey(request: WireRequest): Refusal {
  const tail = request.path.startsWith('/fapi/') ? `, request ip: ${request.remoteAddress}` : '.'
  return new Refusal(-2015, `Invalid API-key, IP, or permissions for action${tail}`, 401)
}

/** Milliseconds or microseconds, within one second ahead and recvWindow behind the exchange's time. */
function checkTime(clock: Clock, timestamp: string, recvWindow: string | undefined): void {
  const sent = timestamp.length >= 16 ? Number(timestamp) / 1000 : Number(timestamp)
  let windowMs = DEFAULT_WINDOW_MS
  if (recvWindow !== undefined) {
    if (!/^[0-9]{1,20}(\.[0-9]{1,3})?$/.test(recvWindow)) throw illegal('recvWindow', '^[0-9]{1,20}(\\.[0-9]{1,3})?$')
    windowMs = Number(recvWindow)
    if (windowMs > MAXIMUM_WINDOW_MS) throw new Refusal(-1131, 'recvWindow must be less than 60000')
  }
  const now = exchangeTime(clock)
  if (sent >= now + 1000) {
    throw new Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
  }
  if (now - sent > windowMs) throw new Refusal(-1021, 'Timestamp for this request is outside of the recvWindow.')
}
