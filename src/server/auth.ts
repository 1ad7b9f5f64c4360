import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Clock } from '#clock'
import { api } from '#contract'
import { Problem } from '#model'
import type { Token, Tokens, User } from '#store'
import type { AddressLimit } from './address-limit.ts'

/** Whose request it is, and with which token. */
export interface Caller {
  readonly userId: string
  readonly user: User
  readonly token: Token
}

/** What a route asks of its caller; `public` asks nothing. */
export type Access = api.Scope | 'public'

/** How tokens are stored: SHA-256, base64url. They are 256 random bits, so no slow hash is needed. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

// Revocation here empties the cache at once; one by another process (the CLI on the data folder, another server) holds
// after this long.
const FRESH_MS = 2000
const MOST_CACHED = 1000
const TOKEN = /^Bearer ([\x21-\x7e]{1,200})$/i

/** Verifies bearer tokens, with a small cache in front of the store. */
export class Authenticator {
  readonly #cache = new Map<string, { caller: Caller; until: number }>()
  readonly #tokens: Pick<Tokens, 'verify' | 'used'>
  readonly #clock: Clock
  readonly #limit: AddressLimit
  readonly #addressOf: (request: FastifyRequest) => string
  #generation = 0

  constructor(
    tokens: Pick<Tokens, 'verify' | 'used'>, clock: Clock, limit: AddressLimit,
    addressOf: (request: FastifyRequest) => string,
  ) {
    this.#tokens = tokens
    this.#clock = clock
    this.#limit = limit
    this.#addressOf = addressOf
  }

  /**
   * Who sends this request. Problems: `unauthenticated`, `forbidden` below the scope, `rate_limited` after many wrong
   * tokens.
   */
  async verify(request: FastifyRequest, needed: api.Scope): Promise<Caller> {
    const token = TOKEN.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) throw new Problem('unauthenticated', 'Send a token: "Authorization: Bearer …".')
    // The hash is what is compared, by the store's index: timing tells nothing of the token.
    const hash = hashToken(token)
    const caller = this.#cached(hash) ?? await this.#fetch(hash)
    if (caller === null) {
      if (!this.#limit.allow(this.#addressOf(request))) {
        throw new Problem(
          'rate_limited', 'Too many wrong tokens from this address. Wait a minute.',
        )
      }
      throw new Problem('unauthenticated', 'The token is not valid: mistyped, revoked, or of another installation.')
    }
    if (!allows(caller.token.scopes, needed)) {
      throw new Problem(
        'forbidden',
        `This needs a token with the scope "${needed}"; this one has "${caller.token.scopes.join('", "')}".`,
      )
    }
    return caller
  }

  /** To be called after a token or user was changed or removed: holds from this instant. */
  forget(): void {
    this.#generation += 1
    this.#cache.clear()
  }

  #cached(hash: string): Caller | null {
    const entry = this.#cache.get(hash)
    return entry !== undefined && entry.until > this.#clock.now() ? entry.caller : null
  }

  async #fetch(hash: string): Promise<Caller | null> {
    const generation = this.#generation
    const found = await this.#tokens.verify(hash)
    if (found === undefined) return null
    const caller: Caller = { ...found, userId: found.user.id }
    await this.#tokens.used(found.token.id, this.#clock.now())
    // A look-up that was on its way while a token was revoked must not bring it back.
    if (generation !== this.#generation) return caller
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear()
    this.#cache.set(hash, { caller, until: this.#clock.now() + FRESH_MS })
    return caller
  }
}

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
