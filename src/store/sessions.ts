import type { Clock } from '#clock'
import { coalesce } from './coalesce.ts'
import type { Database } from './engine.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import { clean, toUser } from './rows.ts'
import type { SessionRow } from './tables.ts'
import type { User } from './users.ts'

/** A browser that is signed in, or has still to show a second factor; its value is nowhere, only a hash of it. */
export interface Session {
  readonly id: string
  readonly userId: string
  readonly stage: 'second_factor' | 'open'
  /** How it was signed in: `password`, `password+totp`, `password+passkey`, `password+recovery_code`, `passkey`, `setup`, `invitation`. */
  readonly method: string
  readonly createdAt: number
  /** Right to about a minute. */
  readonly lastUsedAt: number
  /** Whatever happens, it ends then. */
  readonly expiresAt: number
  /** When its user last proved to be himself; null: not since it was opened. */
  readonly freshAt: number | null
  readonly address: string
  readonly userAgent: string
}

/** `hash`: SHA-256 of the cookie's value, base64url. */
export interface NewSession extends Session { readonly hash: string }

/** What a session becomes when its user proved something: it gets another value each time. */
export interface Renewal extends Pick<Session, 'stage' | 'method' | 'expiresAt' | 'freshAt'> { readonly hash: string }

export interface Sessions {
  /** A user has at most 50; the one that was not used for longest ends for a further one. Drops what has run out. */
  create(session: NewSession): Promise<void>
  /** The session with that value, if it has not run out and its user may sign in. */
  verify(hash: string): Promise<{ readonly session: Session; readonly user: User } | undefined>
  /** Whether that session is open and its user may sign in. */
  holds(id: string): Promise<boolean>
  /** Notes a use; written at most once a minute per session. */
  used(id: string, at: number): Promise<void>
  /**
   * Replaces a session's value. The one before holds for some seconds more, for requests that were on their way, unless
   * the session only opens now. False: it had ended, or somebody else replaced that value.
   */
  renew(session: Pick<Session, 'id' | 'stage'>, to: Renewal): Promise<boolean>
  /** Those that are open, newest first. */
  list(userId: string, page?: PageRequest): Promise<Page<Session>>
  /** False: the user has no such session. */
  end(userId: string, id: string): Promise<boolean>
  /** Ends all of the user's, but that one; answers how many. */
  endAll(userId: string, except: string | null): Promise<number>
}

/** A session that nobody used for so long ends: 12 hours. */
export const SESSION_IDLE_MS = 43_200_000
const MOST_SESSIONS = 50
const PREVIOUS_MS = 10_000

export function createSessions({ db, transaction }: Database, clock: Clock): Sessions {
  const due = coalesce()
  return {
    create: (session) => transaction(async (trx) => {
      const { hash, ...rest } = session
      const now = clock.now()
      await trx.deleteFrom('sessions').where((eb) => eb.or([eb('expires_at', '<', now), eb('last_used_at', '<', now - SESSION_IDLE_MS)])).execute()
      const known = await trx.selectFrom('sessions').select('id').where('user_id', '=', session.userId).orderBy('last_used_at', 'desc').execute()
      const over = known.slice(MOST_SESSIONS - 1).map((row) => row.id)
      if (over.length > 0) await trx.deleteFrom('sessions').where('id', 'in', over).execute()
      await trx.insertInto('sessions').values(fromSession(rest, hash)).execute()
    }),
    async verify(hash) {
      const now = clock.now()
      const row = await db.selectFrom('sessions').innerJoin('users', 'users.id', 'sessions.user_id').selectAll('sessions')
        .select(['users.name as user_name', 'users.role as user_role', 'users.created_at as user_created_at'])
        .where((eb) => eb.or([
          eb('sessions.hash', '=', hash),
          eb.and([eb('sessions.previous_hash', '=', hash), eb('sessions.replaced_at', '>', now - PREVIOUS_MS)]),
        ]))
        .where('sessions.expires_at', '>', now).where('sessions.last_used_at', '>', now - SESSION_IDLE_MS)
        .where('users.disabled_at', 'is', null).executeTakeFirst()
      if (row === undefined) return undefined
      return {
        session: toSession(row),
        user: toUser({ id: row.user_id, name: row.user_name, role: row.user_role, created_at: row.user_created_at }),
      }
    },
    async holds(id) {
      const now = clock.now()
      return await db.selectFrom('sessions').innerJoin('users', 'users.id', 'sessions.user_id').select('sessions.id').where('sessions.id', '=', id)
        .where('sessions.stage', '=', 'open').where('sessions.expires_at', '>', now).where('sessions.last_used_at', '>', now - SESSION_IDLE_MS)
        .where('users.disabled_at', 'is', null).executeTakeFirst() !== undefined
    },
    async used(id, at) {
      if (due(id, at)) await db.updateTable('sessions').set({ last_used_at: at }).where('id', '=', id).execute()
    },
    async renew({ id, stage }, to) {
      const now = clock.now()
      const renewed = await db.updateTable('sessions').set((eb) => ({
        previous_hash: stage === 'open' ? eb.ref('hash') : null, replaced_at: now,
        hash: to.hash, stage: to.stage, method: to.method, expires_at: to.expiresAt, fresh_at: to.freshAt, last_used_at: now,
      })).where('id', '=', id).where('stage', '=', stage).where('expires_at', '>', now).executeTakeFirst()
      return renewed.numUpdatedRows === 1n
    },
    async list(userId, page) {
      const now = clock.now()
      const span = readSpan('sessions', { userId }, page)
      let query = db.selectFrom('sessions').selectAll().where('user_id', '=', userId).where('stage', '=', 'open')
        .where('expires_at', '>', now).where('last_used_at', '>', now - SESSION_IDLE_MS).orderBy('id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('id', '<', span.after)
      return toPage(span, (await query.execute()).map(toSession), (session) => session.id)
    },
    async end(userId, id) {
      const ended = await db.deleteFrom('sessions').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst()
      return ended.numDeletedRows === 1n
    },
    async endAll(userId, except) {
      let query = db.deleteFrom('sessions').where('user_id', '=', userId)
      if (except !== null) query = query.where('id', '!=', except)
      return Number((await query.executeTakeFirst()).numDeletedRows)
    },
  }
}

const fromSession = (one: Session, hash: string): SessionRow => ({
  id: one.id, user_id: one.userId, hash, previous_hash: null, replaced_at: null, stage: one.stage, method: one.method,
  created_at: one.createdAt, last_used_at: one.lastUsedAt, expires_at: one.expiresAt, fresh_at: one.freshAt,
  address: clean(one.address), user_agent: clean(one.userAgent),
})

const toSession = (row: SessionRow): Session => ({
  id: row.id, userId: row.user_id, stage: row.stage as Session['stage'], method: row.method, createdAt: row.created_at,
  lastUsedAt: row.last_used_at, expiresAt: row.expires_at, freshAt: row.fresh_at, address: row.address, userAgent: row.user_agent,
})
