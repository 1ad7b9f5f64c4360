import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * The cookies of this installation. Reached by https they carry the prefix `__Host-`: the browser then takes them only
 * over TLS, for this very host and the whole of it, so that no other host of the domain can plant one.
 */
export interface Cookies {
  readonly session: Cookie
  /** Tells a browser in which somebody signed in before from one that only guesses. */
  readonly device: Cookie
}

export interface Cookie {
  read(request: FastifyRequest): string | null
  /** `seconds`: how long the browser keeps it. */
  set(reply: FastifyReply, value: string, seconds: number): void
  clear(reply: FastifyReply): void
}

/** `secure`: whether people reach this installation by https. */
export function makeCookies(secure: boolean): Cookies {
  const named = (name: string): Cookie => cookie(secure ? `__Host-${name}` : name, secure)
  return { session: named('towerflow'), device: named('towerflow-device') }
}

function cookie(name: string, secure: boolean): Cookie {
  // Strict: the page is static, and every request for data comes from it; nothing from elsewhere needs the cookie.
  const rules = `; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  const add = (reply: FastifyReply, text: string): void => { void reply.header('set-cookie', text) }
  return {
    read(request) {
      for (const pair of (request.headers.cookie ?? '').slice(0, 8192).split(';')) {
        const at = pair.indexOf('=')
        if (at > 0 && pair.slice(0, at).trim() === name) return VALUE.exec(pair.slice(at + 1).trim())?.[0] ?? null
      }
      return null
    },
    set: (reply, value, seconds) => { add(reply, `${name}=${value}; Max-Age=${Math.floor(seconds)}${rules}`) },
    clear: (reply) => { add(reply, `${name}=; Max-Age=0${rules}`) },
  }
}

const VALUE = /^[\w.-]{1,400}$/
