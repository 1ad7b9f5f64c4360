import type { FastifyRequest } from 'fastify'
import type { Shared } from '../server.ts'
import { isPassword } from './passwords.ts'
import { recoveryCodeHash } from './recovery-codes.ts'
import { stepOfCode, totpStep } from './totp.ts'
import { userOfPasskey, type PasskeyAnswer } from './webauthn.ts'

/** One of these, by which a user shows that he is himself. */
export interface Proof {
  readonly password?: string | undefined
  readonly code?: string | undefined
  readonly recoveryCode?: string | undefined
  readonly passkey?: PasskeyAnswer | undefined
}

/** What a right proof was; null: it is wrong, or was used before. A code, passkey's answer or recovery code is used up. */
export async function prove(shared: Shared, request: FastifyRequest, userId: string, proof: Proof): Promise<string | null> {
  const { factors } = shared.store
  if (proof.password !== undefined) return await isPassword(await factors.password(userId), proof.password) ? 'password' : null
  if (proof.code !== undefined) return await useCode(shared, userId, proof.code, true) ? 'totp' : null
  if (proof.recoveryCode !== undefined) return await factors.useRecoveryCode(userId, recoveryCodeHash(proof.recoveryCode, userId)) ? 'recovery_code' : null
  if (proof.passkey !== undefined) return await userOfPasskey(shared, request, proof.passkey, userId) === userId ? 'passkey' : null
  return null
}

/** Whether that is a code of the user's app which was not used before; it is used up. `confirmed`: of an app that is set up. */
export async function useCode({ store, clock, factorKey }: Shared, userId: string, code: string, confirmed: boolean): Promise<boolean> {
  const totp = await store.factors.totp(userId)
  if (totp === undefined || totp.confirmed !== confirmed) return false
  const secret = factorKey.open(totp.secret, userId)
  try {
    const now = clock.now()
    const step = stepOfCode(secret, code, now)
    // The database decides which of several equal codes is the first.
    return step !== null && await store.factors.useStep(userId, step, totpStep(now) - 10)
  } finally {
    secret.fill(0)
  }
}
