import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { Problem } from '#model'

/** The header that our own page sends with every request that changes something; a form or an image cannot. */
export const PAGE_HEADER = 'x-towerflow'

/**
 * Demands that a request which signs in, or changes something with a session's cookie, was sent by our own page:
 * `cross_site_request` otherwise. Three fences stand one behind the other: the cookie is `SameSite=Strict`; a page
 * of another origin cannot send our header without a preflight, which nobody answers; and what the browser itself says
 * of the sender (`Origin`, `Sec-Fetch-Site`) must be us.
 */
export function demandOwnPage(request: FastifyRequest, publicUrl: string | null): void {
  const { headers } = request
  if (headers[PAGE_HEADER] === undefined) {
    throw new Problem('cross_site_request', `With a session's cookie, send the header "X-Towerflow: 1" along. Scripts use a token instead.`)
  }
  const site = headers['sec-fetch-site']
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (foreign || (headers.origin !== undefined && !isOurs(headers.origin, headers.host, publicUrl))) {
    throw new Problem('cross_site_request', `The request comes from a page of another address than this installation's. If people reach it under ${headers.origin ?? 'that address'}, set TOWERFLOW_PUBLIC_URL.`)
  }
}

/**
 * Without a public URL only addresses that nobody else can own are ours: IP addresses and `localhost`. A name would
 * open the door to a foreign page whose name was made to point here (DNS rebinding).
 */
function isOurs(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  if (publicUrl !== null && new URL(publicUrl).origin === url.origin) return true
  const literal = url.hostname === 'localhost' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0
  return literal && url.host === host
}
