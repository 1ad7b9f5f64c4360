import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { iso, newId } from '#clock'
import type { api } from '#contract'
import type { Renewal, Session, User } from '#store'
import { hashToken } from '../auth.ts'
import type { Shared } from '../server.ts'
import { FRESH_MS } from './fresh.ts'
import { passkeyPlace } from './passkey-place.ts'

const DAY_MS = 86_400_000
/** A session ends after so long, used or not. It is long because what matters asks for a fresh proof anyway. */
const SESSION_MS = 7 * DAY_MS
/** So long the second factor may take. */
const SECOND_FACTOR_MS = 600_000
const DEVICE_SECONDS = 365 * 24 * 3600
const USER_AGENT_LIMIT = 300

/** Opens a session and sets its cookie; the one that the browser had before ends. `open`: its user has just proved himself. */
export async function openSession(
  shared: Shared, request: FastifyRequest, reply: FastifyReply, user: User, { stage, method }: Pick<Session, 'stage' | 'method'>,
): Promise<api.SessionState> {
  const { store, clock, cookies, authenticator, hub } = shared
  const before = await authenticator.session(request)
  if (before !== null) {
    await store.sessions.end(before.session.userId, before.session.id)
    authenticator.forget()
    hub.revoked(before.session.userId, before.session.id)
  }
  const now = clock.now()
  const value = newValue(shared)
  const session: Session = {
    id: newId(clock), userId: user.id, stage, method, createdAt: now, lastUsedAt: now,
    expiresAt: now + (stage === 'open' ? SESSION_MS : SECOND_FACTOR_MS), freshAt: stage === 'open' ? now : null,
    address: shared.addressOf(request), userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LIMIT),
  }
  await store.sessions.create({ ...session, hash: hashToken(value) })
  cookies.session.set(reply, value, (session.expiresAt - now) / 1000)
  if (stage === 'open') rememberDevice(shared, reply, user.id)
  return await showState(shared, request, { session, user })
}

/** Gives a session another value, because its user proved himself. Null: it has ended meanwhile. */
export async function renewSession(
  shared: Shared, request: FastifyRequest, reply: FastifyReply, { session, user }: { session: Session; user: User }, method: string,
): Promise<api.SessionState | null> {
  const now = shared.clock.now()
  const value = newValue(shared)
  const opens = session.stage !== 'open'
  const to: Omit<Renewal, 'hash'> = {
    stage: 'open', method: opens ? method : session.method, expiresAt: opens ? now + SESSION_MS : session.expiresAt, freshAt: now,
  }
  if (!await shared.store.sessions.renew(session, { ...to, hash: hashToken(value) })) return null
  shared.authenticator.forget()
  shared.cookies.session.set(reply, value, (to.expiresAt - now) / 1000)
  if (opens) rememberDevice(shared, reply, user.id)
  return showState(shared, request, { session: { ...session, ...to }, user })
}

/** Where a browser stands; null: it has no session. */
export async function showState(
  shared: Shared, request: FastifyRequest, of: { session: Session; user: User } | null,
): Promise<api.SessionState> {
  const { store, clock } = shared
  const none = { user: null, sessionId: null, factors: [], passkeysAvailable: passkeyPlace(request, shared.settings.publicUrl) !== null, expiresAt: null, freshUntil: null }
  if (of === null) return { ...none, state: await store.users.any() ? 'signed_out' : 'setup' }
  const { session, user } = of
  const known = { ...none, sessionId: session.id, expiresAt: iso(session.expiresAt) }
  if (session.stage === 'second_factor') return { ...known, state: 'second_factor', factors: await factorsToShow(shared, user.id) }
  const fresh = session.freshAt !== null && session.freshAt + FRESH_MS > clock.now() ? iso(session.freshAt + FRESH_MS) : null
  const { id, name, role, createdAt } = user
  return { ...known, state: 'signed_in', user: { id, name, role, createdAt: iso(createdAt) }, freshUntil: fresh }
}

/** With what a user can show that he is himself, beside his password; empty: he set up no second factor. */
export async function factorsToShow({ store }: Pick<Shared, 'store'>, userId: string): Promise<(typeof api.FACTORS)[number][]> {
  const { totp, passkeys, recoveryCodes } = await store.factors.of(userId)
  const second = [...totp ? ['totp' as const] : [], ...passkeys > 0 ? ['passkey' as const] : []]
  return second.length > 0 && recoveryCodes > 0 ? [...second, 'recovery_code'] : second
}

/**
 * The device that this browser is known as to a user, or null. A browser in which he signed in before has guesses of its
 * own, so that strangers who guess at his name cannot keep him out.
 */
export function knownDevice(shared: Shared, request: FastifyRequest, userId: string): string | null {
  const [nonce = '', mac = ''] = shared.cookies.device.read(request)?.split('.') ?? []
  const expected = Buffer.from(deviceMac(shared, userId, nonce))
  const given = Buffer.from(mac)
  return given.length === expected.length && timingSafeEqual(given, expected) ? nonce : null
}

function rememberDevice(shared: Shared, reply: FastifyReply, userId: string): void {
  const nonce = Buffer.from(shared.clock.randomBytes(16)).toString('base64url')
  shared.cookies.device.set(reply, `${nonce}.${deviceMac(shared, userId, nonce)}`, DEVICE_SECONDS)
}

const deviceMac = ({ installation }: Shared, userId: string, nonce: string): string => (
  createHmac('sha256', installation.key).update(`device\n${userId}\n${nonce}`).digest('base64url'))

const newValue = ({ clock }: Shared): string => Buffer.from(clock.randomBytes(32)).toString('base64url')
