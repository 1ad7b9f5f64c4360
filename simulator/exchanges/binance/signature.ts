import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'

/**
 * What is signed: the query string as sent, followed without separator by the body as sent, each without its
 * `signature` parameter. Source: rest-api.md "SIGNED Endpoint Examples", HMAC Keys.
 */
export function signedPayload(query: string, body: string): string {
  return withoutSignature(query) + withoutSignature(body)
}

function withoutSignature(raw: string): string {
  const at = raw.startsWith('signature=') ? 0 : raw.indexOf('&signature=') + 1
  if (at === 0 && !raw.startsWith('signature=')) return raw
  const end = raw.indexOf('&', at)
  if (end < 0) return raw.slice(0, Math.max(at - 1, 0))
  return raw.slice(0, at) + raw.slice(end + 1)
}

/** Whether `signature` is the hex HMAC-SHA256 of the payload; upper and lower case are the same to Binance. */
export function verifySignature(secret: KeyObject, payload: string, signature: string): boolean {
  if (!/^[0-9a-fA-F]{64}$/.test(signature)) return false
  return timingSafeEqual(createHmac('sha256', secret).update(payload).digest(), Buffer.from(signature, 'hex'))
}
