import { z } from 'zod'
import { id, listOf, name, page, time } from './common.ts'

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
export const createdToken = token.extend({ token: z.string() }).meta({ id: 'CreatedToken' })
export const tokens = listOf(token)
export const listTokens = page

/** A user of the installation. */
export const user = z.object({
  id, name: z.string(), role: z.enum(['admin', 'user']), createdAt: time,
}).meta({ id: 'User' })
export const me = user.extend({ scopes }).meta({ id: 'Me' })
export const users = listOf(user)
export const listUsers = page
/** `POST /users`; the answer holds the new user's first token, shown once. */
export const createUser = z.strictObject({ name, role: z.enum(['admin', 'user']).default('user') })
export const createdUser = user.extend({ token: z.string() }).meta({ id: 'CreatedUser' })

/** `POST /setup`: the first user, an administrator, with the token that `start` printed. */
export const setup = z.strictObject({ token: z.string().min(1).max(200), name: name.default('admin') })
