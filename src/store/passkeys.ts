import type { Clock } from '#clock'
import type { Database } from './engine.ts'
import { clean, flag } from './rows.ts'
import type { PasskeyRow } from './tables.ts'

/** A passkey: a public key, whose private half never leaves the user's device. */
export interface Passkey {
  readonly id: string
  readonly userId: string
  readonly name: string
  /** As the authenticator named it, base64url. */
  readonly credentialId: string
  /** COSE, base64url. */
  readonly publicKey: string
  /** Grows with each use where the authenticator counts; else 0. */
  readonly counter: number
  readonly transports: readonly string[]
  /** Whether it is kept in more places than one device. */
  readonly backedUp: boolean
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

/** Something to be signed, once and soon. `userId` null: whoever signs. */
export interface Challenge {
  readonly id: string
  readonly userId: string | null
  readonly purpose: 'register' | 'sign_in' | 'confirm'
  readonly challenge: string
  readonly expiresAt: number
}

export interface Passkeys {
  /** `taken`: the authenticator's name for it is known here already; `too_many`: a user has at most 20. */
  create(passkey: Passkey): Promise<'created' | 'taken' | 'too_many'>
  list(userId: string): Promise<readonly Passkey[]>
  byCredential(credentialId: string): Promise<Passkey | undefined>
  /** Notes a use. False: the counter did not grow although it counts; two devices hold the same key. */
  used(id: string, counter: number, at: number): Promise<boolean>
  rename(userId: string, id: string, name: string): Promise<boolean>
  remove(userId: string, id: string): Promise<boolean>
  /** Keeps a challenge; drops those that have run out. */
  challenge(challenge: Challenge): Promise<void>
  /** Takes a challenge out: it can be answered once. */
  takeChallenge(id: string, purpose: Challenge['purpose']): Promise<Challenge | undefined>
}

const MOST_PASSKEYS = 20
/** Whoever asks for more of them than this ends the oldest: they are asked for without signing in. */
const MOST_CHALLENGES = 10_000

export function createPasskeys({ db, transaction }: Database, clock: Clock): Passkeys {
  return {
    create: (passkey) => transaction(async (trx) => {
      const known = await trx.selectFrom('passkeys').select('id').where('user_id', '=', passkey.userId).execute()
      if (known.length >= MOST_PASSKEYS) return 'too_many'
      const made = await trx.insertInto('passkeys').values(fromPasskey(passkey))
        .onConflict((conflict) => conflict.column('credential_id').doNothing()).returning('id').executeTakeFirst()
      return made === undefined ? 'taken' : 'created'
    }),
    async list(userId) {
      return (await db.selectFrom('passkeys').selectAll().where('user_id', '=', userId).orderBy('id', 'desc').execute()).map(toPasskey)
    },
    async byCredential(credentialId) {
      const row = await db.selectFrom('passkeys').selectAll().where('credential_id', '=', credentialId).executeTakeFirst()
      return row === undefined ? undefined : toPasskey(row)
    },
    async used(id, counter, at) {
      const used = await db.updateTable('passkeys').set({ counter, last_used_at: at }).where('id', '=', id)
        .where((eb) => (counter === 0 ? eb('counter', '=', 0) : eb('counter', '<', counter))).executeTakeFirst()
      return used.numUpdatedRows === 1n
    },
    async rename(userId, id, name) {
      const renamed = await db.updateTable('passkeys').set({ name: clean(name) }).where('user_id', '=', userId).where('id', '=', id).executeTakeFirst()
      return renamed.numUpdatedRows === 1n
    },
    async remove(userId, id) {
      return (await db.deleteFrom('passkeys').where('user_id', '=', userId).where('id', '=', id).executeTakeFirst()).numDeletedRows === 1n
    },
    challenge: (one) => transaction(async (trx) => {
      await trx.deleteFrom('challenges').where('expires_at', '<', clock.now()).execute()
      const beyond = await trx.selectFrom('challenges').select('expires_at').orderBy('expires_at', 'desc').offset(MOST_CHALLENGES).limit(1).executeTakeFirst()
      if (beyond !== undefined) await trx.deleteFrom('challenges').where('expires_at', '<=', beyond.expires_at).execute()
      await trx.insertInto('challenges').values({
        id: one.id, user_id: one.userId, purpose: one.purpose, challenge: one.challenge, expires_at: one.expiresAt,
      }).execute()
    }),
    async takeChallenge(id, purpose) {
      const row = await db.deleteFrom('challenges').where('id', '=', id).where('purpose', '=', purpose)
        .where('expires_at', '>', clock.now()).returningAll().executeTakeFirst()
      return row === undefined ? undefined : {
        id: row.id, userId: row.user_id, purpose, challenge: row.challenge, expiresAt: row.expires_at,
      }
    },
  }
}

const fromPasskey = (one: Passkey): PasskeyRow => ({
  id: one.id, user_id: one.userId, name: clean(one.name), credential_id: one.credentialId, public_key: one.publicKey, counter: one.counter,
  transports: JSON.stringify(one.transports), backed_up: flag(one.backedUp), created_at: one.createdAt, last_used_at: one.lastUsedAt,
})

const toPasskey = (row: PasskeyRow): Passkey => ({
  id: row.id, userId: row.user_id, name: row.name, credentialId: row.credential_id, publicKey: row.public_key, counter: row.counter,
  transports: JSON.parse(row.transports) as string[], backedUp: row.backed_up === 1, createdAt: row.created_at, lastUsedAt: row.last_used_at,
})
