import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Clock } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { Session, Sessions, Token, Tokens, User } from '#store'
import type { Cookies } from './accounts/cookies.ts'
import { demandOwnPage } from './accounts/own-page.ts'
import type { AddressLimit } from './address-limit.ts'

/** With what a request shows whose it is. */
export type Credential =
  | { readonly kind: 'token'; readonly id: string; readonly token: Token }
  | { readonly kind: 'session'; readonly id: string; readonly session: Session }

/** Whose request it is, and what he may do. */
export interface Caller {
  readonly userId: string
  readonly user: User
  readonly scopes: readonly api.Scope[]
  readonly by: Credential
}

/** What a route asks of its caller; `public` asks nothing. */
export type Access = api.Scope | 'public'

/** How tokens and sessions are stored: SHA-256, base64url. They are 256 random bits, so no slow hash is needed. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

// Revocation here empties the cache at once; one by another process (the CLI on the data folder, another server) holds
// after this long.
const FRESH_MS = 2000
const MOST_CACHED = 1000
const TOKEN = /^Bearer ([\x21-\x7e]{1,200})$/i
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface AuthenticatorParts {
  readonly tokens: Pick<Tokens, 'verify' | 'used' | 'holds'>
  readonly sessions: Pick<Sessions, 'verify' | 'used' | 'holds'>
  readonly cookies: Cookies
  readonly clock: Clock
  readonly limit: AddressLimit
  readonly addressOf: (request: FastifyRequest) => string
  readonly publicUrl: string | null
}

/** Verifies bearer tokens and session cookies, with a small cache in front of the store. A token goes before a cookie. */
export class Authenticator {
  readonly #cache = new Map<string, { caller: Caller; until: number }>()
  readonly #parts: AuthenticatorParts
  #generation = 0

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts
  }

  /**
   * Who sends this request. Problems: `unauthenticated`, `forbidden` below the scope, `cross_site_request`, and
   * `rate_limited` after many wrong tokens.
   */
  async verify(request: FastifyRequest, needed: api.Scope): Promise<Caller> {
    const caller = request.headers.authorization === undefined ? await this.#bySession(request) : await this.#byToken(request)
    if (!allows(caller.scopes, needed)) {
      throw new Problem(
        'forbidden', `This needs a token with the scope "${needed}"; this one has "${caller.scopes.join('", "')}".`,
      )
    }
    return caller
  }

  /** Whose session the request's cookie is, at whatever stage; null: nobody's. */
  async session(request: FastifyRequest): Promise<{ readonly session: Session; readonly user: User } | null> {
    const value = this.#parts.cookies.session.read(request)
    return value === null ? null : await this.#parts.sessions.verify(hashToken(value)) ?? null
  }

  /** Whether what a caller came with still holds: for streams, which outlive their request. */
  holds({ by: { kind, id } }: Caller): Promise<boolean> {
    return kind === 'token' ? this.#parts.tokens.holds(id) : this.#parts.sessions.holds(id)
  }

  /** To be called after a token, session or user was changed or removed: holds from this instant. */
  forget(): void {
    this.#generation += 1
    this.#cache.clear()
  }

  async #byToken(request: FastifyRequest): Promise<Caller> {
    const token = TOKEN.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) throw noToken()
    // The hash is what is compared, by the store's index: timing tells nothing of the token.
    const caller = await this.#find(hashToken(token), (hash) => this.#tokenCaller(hash))
    if (caller !== null) return caller
    if (!this.#parts.limit.allow(this.#parts.addressOf(request))) {
      throw new Problem('rate_limited', 'Too many wrong tokens from this address. Wait a minute.')
    }
    throw new Problem('unauthenticated', 'The token is not valid: mistyped, revoked, or of another installation.')
  }

  async #bySession(request: FastifyRequest): Promise<Caller> {
    const value = this.#parts.cookies.session.read(request)
    if (value === null) throw noToken()
    if (!SAFE.has(request.method)) demandOwnPage(request, this.#parts.publicUrl)
    const caller = await this.#find(hashToken(value), (hash) => this.#sessionCaller(hash))
    if (caller === null) throw new Problem('unauthenticated', 'The session has ended. Sign in again.')
    return caller
  }

  async #tokenCaller(hash: string): Promise<Caller | null> {
    const found = await this.#parts.tokens.verify(hash)
    if (found === undefined) return null
    const { token, user } = found
    await this.#parts.tokens.used(token.id, this.#parts.clock.now())
    return { userId: user.id, user, scopes: token.scopes, by: { kind: 'token', id: token.id, token } }
  }

  async #sessionCaller(hash: string): Promise<Caller | null> {
    const found = await this.#parts.sessions.verify(hash)
    // One that waits for its second factor is good for nothing but showing it.
    if (found === undefined || found.session.stage !== 'open') return null
    const { session, user } = found
    await this.#parts.sessions.used(session.id, this.#parts.clock.now())
    return { userId: user.id, user, scopes: ['admin'], by: { kind: 'session', id: session.id, session } }
  }

  async #find(hash: string, fetch: (hash: string) => Promise<Caller | null>): Promise<Caller | null> {
    const entry = this.#cache.get(hash)
    if (entry !== undefined && entry.until > this.#parts.clock.now()) return entry.caller
    const generation = this.#generation
    const caller = await fetch(hash)
    // A look-up that was on its way while a token was revoked must not bring it back.
    if (caller === null || generation !== this.#generation) return caller
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear()
    this.#cache.set(hash, { caller, until: this.#parts.clock.now() + FRESH_MS })
    return caller
  }
}

const noToken = (): Problem => new Problem('unauthenticated', 'Sign in, or send a token: "Authorization: Bearer …".')

/** Each scope includes the ones before it. */
export function allows(scopes: readonly api.Scope[], needed: api.Scope): boolean {
  const level = (scope: api.Scope) => api.SCOPES.indexOf(scope)
  return scopes.some((scope) => level(scope) >= level(needed))
}

/** The caller that the authentication hook found. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('a route without authentication asked for its caller')
  return request.caller
}

/** The caller, who has to be an administrator of the installation. */
export function administratorOf(request: FastifyRequest): Caller {
  const caller = callerOf(request)
  if (caller.user.role !== 'admin') {
    throw new Problem(
      'forbidden', 'Only an administrator of this installation may do this.',
    )
  }
  return caller
}

declare module 'fastify' {
  interface FastifyRequest { caller: Caller | null }
  interface FastifyContextConfig { access?: Access }
}
