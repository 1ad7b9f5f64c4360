import { iso } from '#clock'
import type { NewInvitation } from '#store'
import { hashToken } from '../auth.ts'
import type { Shared } from '../server.ts'
import { newToken } from '../setup-token.ts'

/** So long a link holds. */
const INVITATION_MS = 3 * 86_400_000

/** A link with which a user sets his password, once: what is shown, and what is stored. */
export function newInvitation(shared: Shared, userId: string, forgetsFactors: boolean): {
  shown: { url: string; token: string; expiresAt: string }; row: NewInvitation
} {
  const now = shared.clock.now()
  const token = newToken(shared.clock)
  const expiresAt = now + INVITATION_MS
  return {
    // Behind the hash: browsers send that to no server and tell no other site.
    shown: { url: `${shared.publicUrl()}/invitation#${token}`, token, expiresAt: iso(expiresAt) },
    row: { userId, hash: hashToken(token), forgetsFactors, createdAt: now, expiresAt },
  }
}
