import type { Transaction } from 'kysely'
import type { Clock } from '#clock'
import type { Database } from './engine.ts'
import { flag, toUser } from './rows.ts'
import type { Tables } from './tables.ts'
import type { User } from './users.ts'

/** What a user can prove to be himself with. */
export interface FactorsOf {
  readonly password: boolean
  readonly totp: boolean
  readonly passkeys: number
  /** Recovery codes that are left; they count only beside another factor. */
  readonly recoveryCodes: number
}

export interface Totp { readonly secret: string; readonly confirmed: boolean }

/** A link with which somebody sets his password. `forgetsFactors`: using it removes his second factors. */
export interface NewInvitation {
  readonly userId: string
  readonly hash: string
  readonly forgetsFactors: boolean
  readonly createdAt: number
  readonly expiresAt: number
}
export interface Invitation { readonly userId: string; readonly forgetsFactors: boolean; readonly expiresAt: number }

/** Passwords, time-based codes, recovery codes and invitations; passkeys have a repository of their own. */
export interface Factors {
  of(userId: string): Promise<FactorsOf>
  /** Who may sign in under that name, and with what hash. */
  byName(name: string): Promise<{ readonly user: User; readonly passwordHash: string | undefined } | undefined>
  password(userId: string): Promise<string | undefined>
  setPassword(userId: string, hash: string): Promise<void>
  /** The secret as it was sealed. */
  totp(userId: string): Promise<Totp | undefined>
  /** A secret that is to be confirmed; replaces an unconfirmed one. False: a confirmed one is there. */
  proposeTotp(userId: string, secret: string): Promise<boolean>
  confirmTotp(userId: string): Promise<boolean>
  removeTotp(userId: string): Promise<boolean>
  /** Uses up the code of a step. False: it was used before. Drops uses older than `forgetBefore`. */
  useStep(userId: string, step: number, forgetBefore: number): Promise<boolean>
  /** Replaces all recovery codes. */
  setRecoveryCodes(userId: string, hashes: readonly string[]): Promise<void>
  /** False: there is no such code, or it was used. */
  useRecoveryCode(userId: string, hash: string): Promise<boolean>
  /** A user has one invitation; a new one ends the one before. */
  invite(invitation: NewInvitation): Promise<void>
  invitation(hash: string): Promise<Invitation | undefined>
  /** Sets the password and ends the invitation, all sessions and, where it says so, the second factors. False: it is gone. */
  accept(hash: string, passwordHash: string): Promise<boolean>
}

export function createFactors({ db, transaction }: Database, clock: Clock): Factors {
  return {
    async of(userId) {
      const count = (table: 'passwords' | 'totp' | 'passkeys' | 'recovery_codes') => (
        db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('count')).where('user_id', '=', userId))
      const [password, totp, passkeys, codes] = await Promise.all([
        count('passwords').executeTakeFirstOrThrow(), count('totp').where('totp.confirmed_at', 'is not', null).executeTakeFirstOrThrow(),
        count('passkeys').executeTakeFirstOrThrow(), count('recovery_codes').where('recovery_codes.used_at', 'is', null).executeTakeFirstOrThrow(),
      ])
      return { password: password.count > 0, totp: totp.count > 0, passkeys: passkeys.count, recoveryCodes: codes.count }
    },
    async byName(name) {
      const row = await db.selectFrom('users').leftJoin('passwords', 'passwords.user_id', 'users.id')
        .select(['users.id', 'users.name', 'users.role', 'users.created_at', 'passwords.hash'])
        .where('users.name', '=', name).where('users.disabled_at', 'is', null).executeTakeFirst()
      return row === undefined ? undefined : { user: toUser(row), passwordHash: row.hash ?? undefined }
    },
    async password(userId) {
      return (await db.selectFrom('passwords').select('hash').where('user_id', '=', userId).executeTakeFirst())?.hash
    },
    setPassword: (userId, hash) => transaction((trx) => writePassword(trx, userId, hash, clock.now())),
    async totp(userId) {
      const row = await db.selectFrom('totp').selectAll().where('user_id', '=', userId).executeTakeFirst()
      return row === undefined ? undefined : { secret: row.secret, confirmed: row.confirmed_at !== null }
    },
    proposeTotp: (userId, secret) => transaction(async (trx) => {
      await trx.deleteFrom('totp').where('user_id', '=', userId).where('confirmed_at', 'is', null).execute()
      const made = await trx.insertInto('totp').values({ user_id: userId, secret, created_at: clock.now(), confirmed_at: null })
        .onConflict((conflict) => conflict.column('user_id').doNothing()).returning('user_id').executeTakeFirst()
      return made !== undefined
    }),
    async confirmTotp(userId) {
      const confirmed = await db.updateTable('totp').set({ confirmed_at: clock.now() })
        .where('user_id', '=', userId).where('confirmed_at', 'is', null).executeTakeFirst()
      return confirmed.numUpdatedRows === 1n
    },
    async removeTotp(userId) {
      return (await db.deleteFrom('totp').where('user_id', '=', userId).executeTakeFirst()).numDeletedRows === 1n
    },
    async useStep(userId, step, forgetBefore) {
      await db.deleteFrom('totp_uses').where('user_id', '=', userId).where('step', '<', forgetBefore).execute()
      const used = await db.insertInto('totp_uses').values({ user_id: userId, step })
        .onConflict((conflict) => conflict.columns(['user_id', 'step']).doNothing()).returning('step').executeTakeFirst()
      return used !== undefined
    },
    setRecoveryCodes: (userId, hashes) => transaction(async (trx) => {
      await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
      if (hashes.length > 0) await trx.insertInto('recovery_codes').values(hashes.map((hash) => ({ user_id: userId, hash, used_at: null }))).execute()
    }),
    async useRecoveryCode(userId, hash) {
      const used = await db.updateTable('recovery_codes').set({ used_at: clock.now() })
        .where('user_id', '=', userId).where('hash', '=', hash).where('used_at', 'is', null).executeTakeFirst()
      return used.numUpdatedRows === 1n
    },
    invite: (invitation) => transaction((trx) => insertInvitation(trx, invitation)),
    async invitation(hash) {
      const row = await db.selectFrom('invitations').innerJoin('users', 'users.id', 'invitations.user_id').selectAll('invitations')
        .where('invitations.hash', '=', hash).where('invitations.expires_at', '>', clock.now()).where('users.disabled_at', 'is', null).executeTakeFirst()
      return row === undefined ? undefined : { userId: row.user_id, forgetsFactors: row.forgets_factors === 1, expiresAt: row.expires_at }
    },
    accept: (hash, passwordHash) => transaction(async (trx) => {
      const taken = await trx.deleteFrom('invitations').where('hash', '=', hash).where('expires_at', '>', clock.now())
        .returning(['user_id', 'forgets_factors']).executeTakeFirst()
      if (taken === undefined) return false
      if (taken.forgets_factors === 1) await forgetFactors(trx, taken.user_id)
      await trx.deleteFrom('sessions').where('user_id', '=', taken.user_id).execute()
      await writePassword(trx, taken.user_id, passwordHash, clock.now())
      return true
    }),
  }
}

/** Within a transaction. */
export async function writePassword(trx: Transaction<Tables>, userId: string, hash: string, at: number): Promise<void> {
  const value = { hash, changed_at: at }
  await trx.insertInto('passwords').values({ user_id: userId, ...value }).onConflict((conflict) => conflict.column('user_id').doUpdateSet(value)).execute()
}

/** Within a transaction. */
export async function insertInvitation(trx: Transaction<Tables>, one: NewInvitation): Promise<void> {
  const value = { hash: one.hash, forgets_factors: flag(one.forgetsFactors), created_at: one.createdAt, expires_at: one.expiresAt }
  await trx.insertInto('invitations').values({ user_id: one.userId, ...value })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(value)).execute()
}

/** Within a transaction: second factors, with all that belongs to them. */
export async function forgetFactors(trx: Transaction<Tables>, userId: string): Promise<void> {
  for (const table of ['totp', 'totp_uses', 'passkeys', 'recovery_codes', 'challenges'] as const) {
    await trx.deleteFrom(table).where('user_id', '=', userId).execute()
  }
}
