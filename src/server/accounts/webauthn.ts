import type { AuthenticationResponseJSON, PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyRequest } from 'fastify'
import { newId } from '#clock'
import { Problem } from '#model'
import type { Challenge, Passkey, User } from '#store'
import type { Shared } from '../server.ts'
import { passkeyPlace, type PasskeyPlace } from './passkey-place.ts'

/** What a browser's `navigator.credentials` answered to the challenge of that id. */
export interface PasskeyAnswer { readonly challengeId: string; readonly response: unknown }

const CHALLENGE_MS = 300_000
const CHALLENGE_BYTES = 32

// Certificates of every maker of authenticators stand behind the library: loaded when the first passkey is used.
const library = () => import('@simplewebauthn/server')

/** What `navigator.credentials.create` is to be given for a further passkey. Problem `passkeys_unavailable`. */
export async function registrationOptions(
  shared: Shared, request: FastifyRequest, user: User,
): Promise<{ challengeId: string; options: PublicKeyCredentialCreationOptionsJSON }> {
  const place = placeOf(shared, request)
  const { id, bytes } = await newChallenge(shared, 'register', user.id)
  const options = await (await library()).generateRegistrationOptions({
    rpName: 'Towerflow', rpID: place.id, userName: user.name, userDisplayName: user.name, userID: Buffer.from(user.id), challenge: bytes,
    timeout: CHALLENGE_MS, attestationType: 'none',
    excludeCredentials: await credentialsOf(shared, user.id),
    // It is to be enough by itself, too: the device asks for a finger, a face or a PIN, and knows whose key it is.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { challengeId: id, options }
}

/** The passkey that a browser made. Problem `not_confirmed`. */
export async function registeredPasskey(
  shared: Shared, request: FastifyRequest, user: User, { challengeId, response }: PasskeyAnswer, name: string,
): Promise<Passkey> {
  const place = placeOf(shared, request)
  const challenge = await shared.store.passkeys.takeChallenge(challengeId, 'register')
  if (challenge === undefined || challenge.userId !== user.id) throw lateAnswer()
  const { verifyRegistrationResponse } = await library()
  const { registrationInfo } = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON, expectedChallenge: challenge.challenge, expectedOrigin: place.origin, expectedRPID: place.id,
    requireUserVerification: true,
  }).catch((error: unknown) => { throw unverified(shared, error) })
  if (registrationInfo === undefined) throw unverified(shared, null)
  const { credential, credentialBackedUp } = registrationInfo
  return {
    id: newId(shared.clock), userId: user.id, name, credentialId: credential.id, publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter, transports: (credential.transports ?? []).slice(0, 8), backedUp: credentialBackedUp,
    createdAt: shared.clock.now(), lastUsedAt: null,
  }
}

/**
 * What `navigator.credentials.get` is to be given: to confirm who that user is, or, without one, to find out who signs
 * in. Problem `passkeys_unavailable`.
 */
export async function assertionOptions(
  shared: Shared, request: FastifyRequest, user: User | null,
): Promise<{ challengeId: string; options: PublicKeyCredentialRequestOptionsJSON }> {
  const place = placeOf(shared, request)
  const { id, bytes } = await newChallenge(shared, user === null ? 'sign_in' : 'confirm', user?.id ?? null)
  const options = await (await library()).generateAuthenticationOptions({
    rpID: place.id, challenge: bytes, timeout: CHALLENGE_MS, userVerification: user === null ? 'required' : 'preferred',
    ...(user === null ? {} : { allowCredentials: await credentialsOf(shared, user.id) }),
  })
  return { challengeId: id, options }
}

/**
 * Whose passkey signed the challenge; null: nobody's, or not that one. `userId`: who is to be confirmed; null: signs in
 * with the passkey alone, so that the device has to know its user.
 */
export async function userOfPasskey(
  shared: Shared, request: FastifyRequest, { challengeId, response }: PasskeyAnswer, userId: string | null,
): Promise<string | null> {
  const place = placeOf(shared, request)
  const { passkeys } = shared.store
  const challenge = await passkeys.takeChallenge(challengeId, userId === null ? 'sign_in' : 'confirm')
  const answer = response as AuthenticationResponseJSON
  const passkey = await passkeys.byCredential(answer.id)
  if (challenge === undefined || challenge.userId !== userId || passkey === undefined) return null
  if (userId !== null && passkey.userId !== userId) return null
  const { verifyAuthenticationResponse } = await library()
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: answer, expectedChallenge: challenge.challenge, expectedOrigin: place.origin, expectedRPID: place.id,
    credential: { id: passkey.credentialId, publicKey: Buffer.from(passkey.publicKey, 'base64url'), counter: passkey.counter },
    requireUserVerification: userId === null,
  }).catch((error: unknown) => {
    unverified(shared, error)
    return { verified: false, authenticationInfo: null }
  })
  if (!verified || authenticationInfo === null) return null
  // Atomic, unlike the library's look at the counter: of two devices with one key, or one answer sent twice, one loses.
  return await passkeys.used(passkey.id, authenticationInfo.newCounter, shared.clock.now()) ? passkey.userId : null
}

function placeOf({ settings }: Shared, request: FastifyRequest): PasskeyPlace {
  const place = passkeyPlace(request, settings.publicUrl)
  if (place !== null) return place
  throw new Problem('passkeys_unavailable', 'Browsers offer passkeys under https and a name, or under localhost. Set TOWERFLOW_PUBLIC_URL, or open http://localhost instead of the IP address.')
}

const credentialsOf = async ({ store }: Shared, userId: string) => (
  (await store.passkeys.list(userId)).map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] })))

async function newChallenge(
  { store, clock }: Shared, purpose: Challenge['purpose'], userId: string | null,
): Promise<{ id: string; bytes: Buffer<ArrayBuffer> }> {
  const bytes = Buffer.from(clock.randomBytes(CHALLENGE_BYTES))
  const id = newId(clock)
  await store.passkeys.challenge({ id, userId, purpose, challenge: bytes.toString('base64url'), expiresAt: clock.now() + CHALLENGE_MS })
  return { id, bytes }
}

const lateAnswer = (): Problem => new Problem('not_confirmed', 'The answer came too late, or was used before. Begin again.')

/** What the library found wrong is for the log: it may quote what was sent, and tells an attacker what to mend. */
function unverified({ log }: Shared, error: unknown): Problem {
  log.info({ err: error }, 'a passkey\'s answer was refused')
  return new Problem('not_confirmed', 'The passkey\'s answer could not be verified. Is this the address that people use?')
}
