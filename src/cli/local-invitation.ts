import { createHash } from 'node:crypto'
import { iso, systemClock } from '#clock'
import { readSettings, type Settings } from '#config'
import { PROGRAM } from './called.ts'
import { openLocalStore } from './local-store.ts'
import { Failure } from './failure.ts'

const HOLDS_MS = 24 * 3_600_000

/** A link with which somebody sets a new password; shown once, only its hash is stored. */
export interface MadeLink {
  readonly user: string
  readonly url: string
  readonly token: string
  readonly expiresAt: string
  /** Whether using it removes their second factors. */
  readonly forgetsFactors: boolean
}

/**
 * Makes such a link in the store itself, whether a server runs or not. A user who was disabled may come in again.
 * `at`: where the server listens, where that is known better than by the settings.
 */
export async function resetHere(
  name: string, forgetsFactors: boolean, settings: Settings = readSettings(), at: string | null = null,
): Promise<MadeLink> {
  const store = await openLocalStore(settings, 'fail')
  try {
    const user = await store.users.byName(name)
    if (user === undefined) throw new Failure(`There is no user "${name}"`, { next: `See who there is: ${PROGRAM} user list` })
    const token = `tf_${Buffer.from(systemClock.randomBytes(32)).toString('base64url')}`
    const createdAt = systemClock.now()
    const expiresAt = createdAt + HOLDS_MS
    await store.users.change(user.id, { disabled: false })
    await store.factors.invite({
      userId: user.id, hash: createHash('sha256').update(token).digest('base64url'), forgetsFactors, createdAt, expiresAt,
    })
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
    const base = at ?? settings.publicUrl ?? `http://${host}:${settings.port}`
    return { user: user.name, url: `${base}/invitation#${token}`, token, expiresAt: iso(expiresAt), forgetsFactors }
  } finally {
    await store.close()
  }
}
