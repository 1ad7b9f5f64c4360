import { z } from 'zod'
import { id, listOf, name, page, time, withheld } from './common.ts'

/** What a token may do; each includes the ones before. */
export const SCOPES = ['read', 'trade', 'admin'] as const
export type Scope = (typeof SCOPES)[number]
const scopes = z.array(z.enum(SCOPES)).min(1).max(3)

/** `POST /tokens`. */
export const createToken = z.strictObject({ name: name.optional(), scopes: scopes.default(['read']) })
/** A token; the token itself is shown once, by the answer to `POST /tokens`. */
export const token = z.object({
  id, name: z.string(), scopes, createdAt: time, lastUsedAt: time.nullable(), current: z.boolean(),
}).meta({ id: 'Token' })
/** `token` is absent where the request was repeated. */
export const createdToken = token.extend({ token: z.string().optional(), withheld }).meta({ id: 'CreatedToken' })
export const tokens = listOf(token)
export const listTokens = page

/** A user of the installation. */
export const user = z.object({
  id, name: z.string(), role: z.enum(['admin', 'user']), createdAt: time,
}).meta({ id: 'User' })

/** Oneself, and how one came in. */
export const me = user.extend({
  scopes,
  /** With what this request came. */
  by: z.enum(['token', 'session']),
  factors: z.object({ password: z.boolean(), totp: z.boolean(), passkeys: z.int(), recoveryCodes: z.int() }),
  /** What `POST /session/step-up` will ask for. */
  stepUp: z.enum(['password', 'second_factor']),
}).meta({ id: 'Me' })
/** `PATCH /me`; a new password needs the one before. */
export const changeMe = z.strictObject({
  name: name.optional(), password: z.string().min(1).max(1024).optional(), currentPassword: z.string().min(1).max(1024).optional(),
})

/** A user as administrators see him. */
export const userDetails = user.extend({
  disabled: z.boolean(), hasPassword: z.boolean(), hasSecondFactor: z.boolean(), invitedUntil: time.nullable(),
}).meta({ id: 'UserDetails' })
export const users = listOf(userDetails)
export const listUsers = page
/** `POST /users`. With `invite` the answer holds a link instead of a token. */
export const createUser = z.strictObject({ name, role: z.enum(['admin', 'user']).default('user'), invite: z.boolean().default(false) })
/** `POST /users/:id/invitation`; `url` and `token` are absent where the request was repeated. */
export const madeInvitation = z.object({
  url: z.string().optional(), token: z.string().optional(), expiresAt: time, withheld,
})
/** A link with which somebody sets a password, once; shown once. */
export const newInvitation = z.object({ url: z.string(), token: z.string(), expiresAt: time })
export const createdUser = user.extend({
  token: z.string().optional(), invitation: newInvitation.optional(), withheld,
}).meta({ id: 'CreatedUser' })
/** `PATCH /users/:id`. Who is disabled cannot come in; his bots go on. */
export const changeUser = z.strictObject({ name, role: z.enum(['admin', 'user']), disabled: z.boolean() }).partial()
/** `POST /users/:id/invitation`; `forgetFactors` lets the link remove second factors as well. */
export const createInvitation = z.strictObject({ forgetFactors: z.boolean().default(false) }).nullish()

/**
 * `POST /setup`: the first user, an administrator, with the token that `start` printed. With a password the answer sets
 * a session's cookie and holds no token.
 */
export const setup = z.strictObject({
  token: z.string().min(1).max(200), name: name.default('admin'), password: z.string().min(1).max(1024).optional(),
})
