import { z } from 'zod'
import { user } from './account.ts'
import { id, listOf, name, page, time } from './common.ts'

/** A password as it is typed; its rules are told by `weak_password`, and hold only for a new one. */
const typed = z.string().min(1).max(1024)
/** What a browser's `navigator.credentials` answered, as JSON. */
const passkeyResponse = z.looseObject({ id: z.string().min(1).max(2048), response: z.looseObject({}) })
export const passkeyAnswer = z.strictObject({ challengeId: z.string().min(1).max(64), response: passkeyResponse })

/** `POST /session`. */
export const signIn = z.strictObject({ name, password: typed })

const proofs = {
  /** Six digits of the authenticator app. */
  code: z.string().trim().regex(/^\d{3} ?\d{3}$/, 'must be six digits').optional(),
  recoveryCode: z.string().trim().min(1).max(64).optional(),
  passkey: passkeyAnswer.optional(),
}
const one = (body: object): boolean => Object.values(body).filter((value) => value !== undefined).length === 1

/** `POST /session/second-factor`: exactly one of them. */
export const secondFactor = z.strictObject(proofs).refine(one, 'needs one of `code`, `recoveryCode` and `passkey`')
/** `POST /session/step-up`: exactly one; `password` only of a user without a second factor. */
export const stepUp = z.strictObject({ password: typed.optional(), ...proofs })
  .refine(one, 'needs one of `password`, `code`, `recoveryCode` and `passkey`')

export const SESSION_STATES = ['setup', 'signed_out', 'second_factor', 'signed_in'] as const
export const FACTORS = ['totp', 'passkey', 'recovery_code'] as const

/** Where a browser stands. Every route that signs in answers this, and `GET /session` at any time, without an error. */
export const sessionState = z.object({
  /** `setup`: there is no user yet. `second_factor`: the password was right, one of `factors` is still to be shown. */
  state: z.enum(SESSION_STATES),
  user: user.nullable(),
  /** The session's id, as in `GET /sessions`. */
  sessionId: z.string().nullable(),
  /** What may be shown now; empty unless `second_factor`. */
  factors: z.array(z.enum(FACTORS)),
  /** Whether passkeys can be used under the address of this request. */
  passkeysAvailable: z.boolean(),
  /** When the session ends whatever happens; 12 hours without use end it earlier. */
  expiresAt: time.nullable(),
  /** Until when routes that ask for a fresh proof are open. */
  freshUntil: time.nullable(),
}).meta({ id: 'SessionState' })
export type SessionState = z.infer<typeof sessionState>

/** A browser that is signed in. */
export const session = z.object({
  id, current: z.boolean(), method: z.string(), createdAt: time, lastUsedAt: time, expiresAt: time, address: z.string(), userAgent: z.string(),
}).meta({ id: 'Session' })
export const sessions = listOf(session)
export const listSessions = page
/** `DELETE /sessions`: how many ended. */
export const endSessions = z.object({ current: z.enum(['true', 'false']).transform((value) => value === 'true').optional() })
export const endedSessions = z.object({ ended: z.int() })

/** `POST /invitation`: what a link of an invitation is about. */
export const lookAtInvitation = z.strictObject({ token: z.string().min(1).max(200) })
export const invitation = z.object({ userName: z.string(), expiresAt: time, forgetsFactors: z.boolean() })
/** `POST /invitation/accept`: sets the password, and signs in. */
export const acceptInvitation = z.strictObject({ token: z.string().min(1).max(200), password: typed })

/** `challengeId` comes back with the browser's answer; `options` goes to `navigator.credentials` as it is (JSON form). */
export const passkeyOptions = z.object({ challengeId: z.string(), options: z.record(z.string(), z.unknown()) })

/** `POST /me/totp`: base32 for typing, and the address for a QR code. Shown once. */
export const totpProposal = z.object({ secret: z.string(), uri: z.string() })
export const totpCode = z.strictObject({ code: proofs.code.unwrap() })
/** With the first second factor come recovery codes, shown once. */
export const factorAdded = z.object({ recoveryCodes: z.array(z.string()).nullable() })
export const newRecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })

export const passkey = z.object({ id, name: z.string(), backedUp: z.boolean(), createdAt: time, lastUsedAt: time.nullable() }).meta({ id: 'Passkey' })
export const passkeys = listOf(passkey)
export const createPasskey = passkeyAnswer.extend({ name: name.optional() })
export const renamePasskey = z.strictObject({ name })
export const passkeyAdded = passkey.extend({ recoveryCodes: z.array(z.string()).nullable() }).meta({ id: 'AddedPasskey' })
