import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '#clock'
import type { Store } from '#store'
import { hashToken } from './auth.ts'

const TOKEN_BYTES = 32

/** A new token: 256 random bits. Shown once; only its hash is kept. */
export const newToken = (clock: Pick<Clock, 'randomBytes'>): string => (
  `tf_${Buffer.from(clock.randomBytes(TOKEN_BYTES)).toString('base64url')}`
)

/** Where there is no user yet: a fresh token with which the first one can be made, else null. An earlier one ends. */
export async function openSetup(store: Store, clock: Clock): Promise<string | null> {
  if (await store.users.any()) return null
  const token = newToken(clock)
  await store.meta.setSetupTokenHash(hashToken(token))
  return token
}

/** Whether this is the open setup token. Compared in constant time. */
export async function isSetupToken(store: Store, given: string): Promise<boolean> {
  const expected = Buffer.from(await store.meta.setupTokenHash() ?? '')
  const actual = Buffer.from(hashToken(given))
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
