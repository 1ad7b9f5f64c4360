import type { Transaction } from 'kysely'
import { coalesce } from './coalesce.ts'
import type { Database } from './engine.ts'
import { clean, toToken, toUser } from './rows.ts'
import type { Tables } from './tables.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import type { User } from './users.ts'

export type TokenScope = 'read' | 'trade' | 'admin'

/** An API token; the token itself is nowhere, only its hash. */
export interface Token {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly scopes: readonly TokenScope[]
  readonly createdAt: number
  /** Right to about a minute. */
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

/** A token to be stored. `hash`: SHA-256 of the token, base64url. */
export interface NewToken extends Pick<Token, 'id' | 'userId' | 'name' | 'scopes' | 'createdAt'> { readonly hash: string }

export interface Tokens {
  create(token: NewToken): Promise<void>
  /** The token with that hash, and whose it is; undefined when unknown or revoked, or when he is disabled. */
  verify(hash: string): Promise<{ readonly token: Token; readonly user: User } | undefined>
  /** Whether `verify` would still find that token. */
  holds(id: string): Promise<boolean>
  /** One of the user's that is not revoked. */
  get(userId: string, id: string): Promise<Token | undefined>
  /** Notes a use; written at most once a minute per token. */
  used(id: string, at: number): Promise<void>
  /** Those that are not revoked. */
  list(userId: string, page?: PageRequest): Promise<Page<Token>>
  /** False: the user has no such token, or it was revoked before. */
  revoke(userId: string, id: string, at: number): Promise<boolean>
}

const COLUMNS = ['id', 'user_id', 'name', 'scopes', 'created_at', 'last_used_at', 'revoked_at'] as const

export function createTokens({ db, transaction }: Database): Tokens {
  const due = coalesce()
  return {
    create: (token) => transaction((trx) => insertToken(trx, token)),
    async verify(hash) {
      const row = await db.selectFrom('tokens').innerJoin('users', 'users.id', 'tokens.user_id')
        .select(COLUMNS.map((name) => `tokens.${name}` as const))
        .select(['users.name as user_name', 'users.role as user_role', 'users.created_at as user_created_at'])
        .where('tokens.hash', '=', hash).where('tokens.revoked_at', 'is', null).where('users.disabled_at', 'is', null).executeTakeFirst()
      if (row === undefined) return undefined
      const user = toUser({ id: row.user_id, name: row.user_name, role: row.user_role, created_at: row.user_created_at })
      return { token: toToken(row), user }
    },
    async holds(id) {
      return await db.selectFrom('tokens').innerJoin('users', 'users.id', 'tokens.user_id').select('tokens.id').where('tokens.id', '=', id)
        .where('tokens.revoked_at', 'is', null).where('users.disabled_at', 'is', null).executeTakeFirst() !== undefined
    },
    async get(userId, id) {
      const row = await db.selectFrom('tokens').select(COLUMNS).where('user_id', '=', userId).where('id', '=', id)
        .where('revoked_at', 'is', null).executeTakeFirst()
      return row === undefined ? undefined : toToken(row)
    },
    async used(id, at) {
      if (due(id, at)) await db.updateTable('tokens').set({ last_used_at: at }).where('id', '=', id).execute()
    },
    async list(userId, page) {
      const span = readSpan('tokens', { userId }, page)
      let query = db.selectFrom('tokens').select(COLUMNS).where('user_id', '=', userId).where('revoked_at', 'is', null)
        .orderBy('id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('id', '<', span.after)
      return toPage(span, (await query.execute()).map(toToken), (token) => token.id)
    },
    async revoke(userId, id, at) {
      const revoked = await db.updateTable('tokens').set({ revoked_at: at })
        .where('user_id', '=', userId).where('id', '=', id).where('revoked_at', 'is', null).executeTakeFirst()
      return revoked.numUpdatedRows === 1n
    },
  }
}

/** Within a transaction. */
export async function insertToken(trx: Transaction<Tables>, token: NewToken): Promise<void> {
  await trx.insertInto('tokens').values({
    id: token.id, user_id: token.userId, name: clean(token.name), scopes: JSON.stringify(token.scopes), hash: token.hash,
    created_at: token.createdAt, last_used_at: null, revoked_at: null,
  }).execute()
}
