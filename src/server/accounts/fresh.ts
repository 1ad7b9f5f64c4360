import type { FastifyRequest } from 'fastify'
import type { Clock } from '#clock'
import { Problem } from '#model'
import type { Store } from '#store'
import type { Caller } from '../auth.ts'
import { BASE } from '../http.ts'

/** So long a proof counts: signing in, or `POST /session/step-up`. */
export const FRESH_MS = 300_000

/**
 * What a stolen session must not be enough for: to connect a key, to let money flow more freely, to make another way
 * in, to change who may come in. A session answers 403 here unless its user proved himself within five minutes; a token
 * with the scope `admin` is not asked, because a script has no finger to put on a key. (`PATCH /bots/:id` asks by itself,
 * where it widens.)
 */
export const FRESH_ROUTES: ReadonlySet<string> = new Set([
  'POST /connections', 'PUT /connections/:id/caps', 'POST /bots', 'POST /thaw',
  'POST /tokens', 'POST /users', 'PATCH /users/:id', 'DELETE /users/:id', 'POST /users/:id/invitation',
  'PATCH /me', 'POST /me/totp', 'DELETE /me/totp', 'POST /me/passkeys/options', 'DELETE /me/passkeys/:id',
  'POST /me/recovery-codes',
])

/** Whether this request's route is one of them. */
export const isFreshRoute = (request: FastifyRequest): boolean => (
  FRESH_ROUTES.has(`${request.method} ${(request.routeOptions.url ?? '').slice(BASE.length)}`)
)

/** Until when the caller's proof counts, epoch ms; null: not any more. */
export function freshUntil({ by }: Caller, now: number): number | null {
  if (by.kind === 'token' || by.session.freshAt === null) return null
  const until = by.session.freshAt + FRESH_MS
  return until > now ? until : null
}

/** Problems `second_factor_required`, or `password_required` of a user who has no second factor. */
export async function demandFresh({ store, clock }: { store: Pick<Store, 'factors'>; clock: Clock }, caller: Caller): Promise<void> {
  if (caller.by.kind === 'token' || freshUntil(caller, clock.now()) !== null) return
  const { totp, passkeys } = await store.factors.of(caller.userId)
  throw totp || passkeys > 0
    ? new Problem('second_factor_required', 'This needs your second factor once more: POST /session/step-up, then do this again.')
    : new Problem('password_required', 'This needs your password once more: POST /session/step-up, then do this again.')
}
