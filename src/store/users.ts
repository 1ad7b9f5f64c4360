import type { Transaction } from 'kysely'
import type { Clock } from '#clock'
import type { Database } from './engine.ts'
import { forgetFactors, insertInvitation, writePassword, type NewInvitation } from './factors.ts'
import { endSetup } from './meta.ts'
import { clean, toUser } from './rows.ts'
import { insertToken } from './tokens.ts'
import type { Tables } from './tables.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import type { NewToken } from './tokens.ts'

/** A person of the installation. */
export interface User {
  readonly id: string
  readonly name: string
  readonly role: 'admin' | 'user'
  readonly createdAt: number
}

/** With what an administrator sees of him. */
export interface UserDetails extends User {
  /** Since when he may not sign in. His bots go on. */
  readonly disabledAt: number | null
  readonly hasPassword: boolean
  readonly hasSecondFactor: boolean
  /** Until when an invitation of his holds. */
  readonly invitedUntil: number | null
}

/** What he begins with, made with him or not at all. */
export interface Beginning {
  readonly token?: NewToken
  readonly passwordHash?: string
  readonly invitation?: NewInvitation
}

export interface UserPatch {
  readonly name?: string | undefined
  readonly role?: User['role'] | undefined
  readonly disabled?: boolean | undefined
}

/** What stands in the way of a change. */
export type UserRefusal =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'duplicate_name' }
  | { readonly kind: 'last_administrator' }
  /** How much he has that would be lost. */
  | { readonly kind: 'user_in_use'; readonly bots: number; readonly connections: number; readonly webhooks: number }

export interface Users {
  /** Names are unique in the installation. */
  create(user: User, beginning?: Beginning): Promise<'created' | 'duplicate_name'>
  /** Makes the first user, unless there is one already; the setup token ends with it. */
  createFirst(user: User, beginning: Beginning): Promise<'created' | 'exists'>
  /** Whether there is any. */
  any(): Promise<boolean>
  get(id: string): Promise<User | undefined>
  byName(name: string): Promise<User | undefined>
  /** For an administrator. */
  details(id: string): Promise<UserDetails | undefined>
  list(page?: PageRequest): Promise<Page<UserDetails>>
  /** There is always an administrator who may sign in. Disabling ends his sessions. */
  change(id: string, patch: UserPatch): Promise<{ readonly kind: 'changed' } | UserRefusal>
  /** Ends everything that lets him in and frees his name. Refused while he has bots, connections or webhooks. */
  remove(id: string): Promise<{ readonly kind: 'removed' } | UserRefusal>
}

export function createUsers({ db, transaction }: Database, clock: Clock): Users {
  const add = async (trx: Transaction<Tables>, user: User, { token, passwordHash, invitation }: Beginning): Promise<boolean> => {
    const made = await trx.insertInto('users')
      .values({ id: user.id, name: clean(user.name), role: user.role, created_at: user.createdAt, disabled_at: null, deleted_at: null })
      .onConflict((conflict) => conflict.column('name').doNothing()).returning('id').executeTakeFirst()
    if (made === undefined) return false
    if (token !== undefined) await insertToken(trx, token)
    if (passwordHash !== undefined) await writePassword(trx, user.id, passwordHash, user.createdAt)
    if (invitation !== undefined) await insertInvitation(trx, invitation)
    return true
  }
  const present = () => db.selectFrom('users').selectAll().where('deleted_at', 'is', null)
  const detailed = () => db.selectFrom('users').leftJoin('invitations', 'invitations.user_id', 'users.id').selectAll('users')
    .select((eb) => [
      'invitations.expires_at as invited_until',
      eb.exists(eb.selectFrom('passwords').select('passwords.user_id').whereRef('passwords.user_id', '=', 'users.id')).as('has_password'),
      eb.or([
        eb.exists(eb.selectFrom('totp').select('totp.user_id').whereRef('totp.user_id', '=', 'users.id').where('totp.confirmed_at', 'is not', null)),
        eb.exists(eb.selectFrom('passkeys').select('passkeys.id').whereRef('passkeys.user_id', '=', 'users.id')),
      ]).as('has_factor'),
    ]).where('users.deleted_at', 'is', null)
  const toDetails = (row: Awaited<ReturnType<ReturnType<typeof detailed>['executeTakeFirstOrThrow']>>): UserDetails => ({
    ...toUser(row), disabledAt: row.disabled_at, hasPassword: Boolean(row.has_password), hasSecondFactor: Boolean(row.has_factor),
    invitedUntil: row.invited_until !== null && row.invited_until > clock.now() ? row.invited_until : null,
  })
  return {
    create: (user, beginning = {}) => transaction(async (trx) => (await add(trx, user, beginning) ? 'created' : 'duplicate_name')),
    createFirst: (user, beginning) => transaction(async (trx) => {
      if (await trx.selectFrom('users').select('id').limit(1).executeTakeFirst() !== undefined) return 'exists'
      await add(trx, user, beginning)
      await endSetup(trx)
      return 'created'
    }),
    any: async () => await db.selectFrom('users').select('id').limit(1).executeTakeFirst() !== undefined,
    async get(id) {
      const row = await present().where('id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : toUser(row)
    },
    async byName(name) {
      const row = await present().where('name', '=', name).executeTakeFirst()
      return row === undefined ? undefined : toUser(row)
    },
    async details(id) {
      const row = await detailed().where('users.id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : toDetails(row)
    },
    async list(page) {
      const span = readSpan('users', {}, page)
      let query = detailed().orderBy('users.id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('users.id', '<', span.after)
      return toPage(span, (await query.execute()).map(toDetails), (user) => user.id)
    },
    change: (id, { name, role, disabled }) => transaction(async (trx) => {
      const before = await trx.selectFrom('users').selectAll().where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst()
      if (before === undefined) return { kind: 'not_found' }
      if (name !== undefined && await trx.selectFrom('users').select('id').where('name', '=', clean(name)).where('id', '!=', id).executeTakeFirst() !== undefined) {
        return { kind: 'duplicate_name' }
      }
      if ((role === 'user' || disabled === true) && !await anotherAdministrator(trx, id)) return { kind: 'last_administrator' }
      await trx.updateTable('users').set({
        name: clean(name ?? before.name), role: role ?? before.role,
        disabled_at: disabled === undefined ? before.disabled_at : disabled ? before.disabled_at ?? clock.now() : null,
      }).where('id', '=', id).execute()
      if (disabled === true) await trx.deleteFrom('sessions').where('user_id', '=', id).execute()
      return { kind: 'changed' }
    }),
    remove: (id) => transaction(async (trx) => {
      if (await trx.selectFrom('users').select('id').where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst() === undefined) return { kind: 'not_found' }
      if (!await anotherAdministrator(trx, id)) return { kind: 'last_administrator' }
      const count = async (table: 'bots' | 'connections' | 'webhooks'): Promise<number> => {
        const query = trx.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('count')).where('user_id', '=', id)
        const { count: found } = await (table === 'webhooks' ? query : query.where('deleted_at' as never, 'is', null)).executeTakeFirstOrThrow()
        return found
      }
      const [bots, connections, webhooks] = [await count('bots'), await count('connections'), await count('webhooks')]
      if (bots + connections + webhooks > 0) return { kind: 'user_in_use', bots, connections, webhooks }
      await forgetFactors(trx, id)
      for (const table of ['sessions', 'passwords', 'invitations', 'shares'] as const) await trx.deleteFrom(table).where('user_id', '=', id).execute()
      const now = clock.now()
      await trx.updateTable('tokens').set({ revoked_at: now }).where('user_id', '=', id).where('revoked_at', 'is', null).execute()
      await trx.updateTable('users').set({ name: `deleted ${id}`, role: 'user', disabled_at: now, deleted_at: now }).where('id', '=', id).execute()
      return { kind: 'removed' }
    }),
  }
}

/** Whether somebody else administrates, and may sign in. */
async function anotherAdministrator(trx: Transaction<Tables>, id: string): Promise<boolean> {
  return await trx.selectFrom('users').select('id').where('role', '=', 'admin').where('disabled_at', 'is', null).where('id', '!=', id)
    .limit(1).executeTakeFirst() !== undefined
}
