import { readFileSync } from 'node:fs'
import type { EnvelopeBinding, SealedCredentials, SealTarget, VaultCode } from '#vault'

// The committed vectors, as they are read by the tests and written by `generate.ts`.

export interface EnvelopeVectors {
  readonly about: string
  /** Serialised key rings, hex, by name. */
  readonly keyRings: Readonly<Record<string, string>>
  readonly valid: readonly EnvelopeCase[]
  readonly invalid: readonly (EnvelopeCase & { readonly code: VaultCode })[]
}

export interface EnvelopeCase {
  readonly name: string
  readonly keyRing: string
  readonly binding: EnvelopeBinding
  /** Base64url. */
  readonly envelope: string
  /** Hex; absent where it must not open. */
  readonly plaintext?: string
}

export interface SealedVectors {
  readonly about: string
  /** Serialised key ring from which the recipient's key pair is derived, hex. */
  readonly keyRing: string
  readonly sealingKey: { readonly kid: string; readonly suite: string; readonly publicKey: string }
  readonly valid: readonly SealedCase[]
  readonly invalid: readonly (SealedCase & { readonly code: VaultCode })[]
}

export interface SealedCase {
  readonly name: string
  readonly target: SealTarget
  readonly sealed: SealedCredentials
  readonly credentials?: Readonly<Record<string, string>>
}

export interface KeyRingVectors {
  readonly about: string
  readonly keyRing: string
  /** The whole text of a key file. */
  readonly keyFile: string
  readonly masterKeyIds: readonly string[]
  readonly fingerprints: readonly { readonly exchange: string; readonly apiKey: string; readonly fingerprint: string }[]
}

export const pathOf = (name: string): URL => new URL(name, import.meta.url)

export const readVectors = <T>(name: string): T => JSON.parse(readFileSync(pathOf(name), 'utf8')) as T
