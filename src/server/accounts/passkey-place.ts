import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** Whose passkeys are asked for: the relying party's id, and the address that the browser must have shown. */
export interface PasskeyPlace { readonly id: string; readonly origin: string }

/**
 * Passkeys belong to a name. It is that of the public URL; without one only `localhost` will do, for any other name in a
 * request may be made up. Browsers refuse IP addresses, and plain http but for `localhost`. Null: they cannot be used.
 */
export function passkeyPlace(request: Pick<FastifyRequest, 'headers'>, publicUrl: string | null): PasskeyPlace | null {
  const host = request.headers.host ?? ''
  const local = /^localhost(:\d{1,5})?$/.test(host) ? `http://${host}` : null
  const address = publicUrl ?? local
  if (address === null) return null
  const { protocol, hostname, origin } = new URL(address)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || (protocol !== 'https:' && hostname !== 'localhost')) return null
  return { id: hostname, origin }
}
