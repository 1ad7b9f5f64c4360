import type { Kysely, Transaction } from 'kysely'
import { newId, type Clock } from '#clock'
import type { Database } from './engine.ts'
import type { Tables } from './tables.ts'

/** What belongs to the installation itself. None of it opens a sealed key. */
export interface Installation {
  readonly id: string
  /** 32 random bytes: client order ids and body hashes derive from it. */
  readonly key: Uint8Array
  /** 32 random bytes: webhook keys are hashed with it. */
  readonly webhookPepper: Uint8Array
  readonly createdAt: number
}

export interface Meta {
  installation(): Promise<Installation>
  /** Hash of the token with which the first user may be made; null: none is open. */
  setupTokenHash(): Promise<string | null>
  setSetupTokenHash(hash: string | null): Promise<void>
  /** When this store was made by restoring a backup, epoch ms; null: never, or it was dealt with. */
  restoredAt(): Promise<number | null>
  restoreDealtWith(): Promise<void>
}

/** The row that makes a database an installation's. */
export const INSTALLATION = 'installation'
const SETUP_TOKEN = 'setup_token_hash'
const RESTORED = 'restored_at'
/** The first number of the feed that is kept or was not given yet; older event ids are too old. */
export const FEED_FLOOR = 'feed_floor'
/** There while envelopes were deleted whose old pages are not overwritten yet. */
export const SCRUB_DUE = 'scrub_due'

interface StoredInstallation { readonly id: string; readonly key: string; readonly webhookPepper: string; readonly createdAt: number }

export function createMeta({ db }: Database, clock: Clock): Meta {
  return {
    async installation() {
      const stored = JSON.parse(await readMeta(db, INSTALLATION) ?? await makeInstallation(db, clock)) as StoredInstallation
      return {
        id: stored.id, createdAt: stored.createdAt,
        key: Buffer.from(stored.key, 'base64url'), webhookPepper: Buffer.from(stored.webhookPepper, 'base64url'),
      }
    },
    setupTokenHash: () => readMeta(db, SETUP_TOKEN),
    setSetupTokenHash: (hash) => writeMeta(db, SETUP_TOKEN, hash),
    async restoredAt() {
      const at = await readMeta(db, RESTORED)
      return at === null ? null : Number(at)
    },
    restoreDealtWith: () => writeMeta(db, RESTORED, null),
  }
}

/** Opening the store makes the installation, so that everybody who opens it afterwards finds the same one. */
export async function makeInstallation(db: Kysely<Tables>, clock: Clock): Promise<string> {
  const random = (): string => Buffer.from(clock.randomBytes(32)).toString('base64url')
  const made: StoredInstallation = { id: newId(clock), key: random(), webhookPepper: random(), createdAt: clock.now() }
  await db.insertInto('meta').values({ key: INSTALLATION, value: JSON.stringify(made) }).onConflict((conflict) => conflict.doNothing()).execute()
  const value = await readMeta(db, INSTALLATION)
  if (value === null) throw new Error('the installation was stored and is not there')
  return value
}

export async function readMeta(db: Kysely<Tables>, key: string): Promise<string | null> {
  return (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst())?.value ?? null
}

export async function writeMeta(db: Kysely<Tables>, key: string, value: string | null): Promise<void> {
  if (value === null) await db.deleteFrom('meta').where('key', '=', key).execute()
  else await db.insertInto('meta').values({ key, value }).onConflict((conflict) => conflict.column('key').doUpdateSet({ value })).execute()
}

/** Within a transaction: the first user ends the setup. */
export const endSetup = (trx: Transaction<Tables>): Promise<void> => writeMeta(trx, SETUP_TOKEN, null)
/** Within a transaction: notes that the store came out of a backup. */
export const noteRestore = (trx: Transaction<Tables>, at: number): Promise<void> => writeMeta(trx, RESTORED, String(at))
