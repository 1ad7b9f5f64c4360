import { call } from '../api/client.ts'
import type { Routes } from '../api/schema.ts'

export type PasskeyAnswer = Routes['POST /session/passkey']['body']

/** Whether this browser has what passkeys need. */
export const browserHasPasskeys = (): boolean => 'PublicKeyCredential' in globalThis && 'parseRequestOptionsFromJSON' in PublicKeyCredential

/** Has a passkey sign the server's challenge. Throws where the person, or the device, says no. */
export async function signWithPasskey(): Promise<PasskeyAnswer> {
  const { challengeId, options } = await call('POST /session/passkey-options')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON)
  const credential = await navigator.credentials.get({ publicKey })
  return { challengeId, response: answerOf(credential) }
}

/** Makes a passkey on this device. */
export async function makePasskey(): Promise<PasskeyAnswer> {
  const { challengeId, options } = await call('POST /me/passkeys/options')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON)
  const credential = await navigator.credentials.create({ publicKey })
  return { challengeId, response: answerOf(credential) }
}

function answerOf(credential: Credential | null): PasskeyAnswer['response'] {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey was chosen')
  return credential.toJSON() as unknown as PasskeyAnswer['response']
}
