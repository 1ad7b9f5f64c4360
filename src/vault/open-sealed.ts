import { createPrivateKey, createPublicKey, type webcrypto } from 'node:crypto'
import { deriveSecret, type MasterKey, type MasterKeys } from './master-keys.ts'
import {
  fromBase64url, MAX_PLAINTEXT_BYTES, VaultError, type SealedCredentials, type SealingKey, type SealTarget,
} from './seal/index.ts'
import { SEALED_INFO, sealedAad, sealingKey, sealingSuite } from './seal/sealed-credentials.ts'

/** The executor's key pairs for sealed submission, one for each master key version. */
export interface OpeningKeys {
  /** The document for `GET /sealing-key`: that of the current version. */
  readonly current: SealingKey
  /** By kid. Older ones stay, so that what was sealed just before a rotation still opens. */
  readonly pairs: ReadonlyMap<string, webcrypto.CryptoKeyPair>
}

const GCM_TAG_BYTES = 16
/** PKCS #8 for X25519 (RFC 8410, 7): this prefix, then the 32 bytes of the key. */
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')

/** Derives the pairs from the ring: a restart keeps them, and nothing more needs to be stored. */
export async function openingKeys(masterKeys: MasterKeys): Promise<OpeningKeys> {
  const pairs = new Map<string, webcrypto.CryptoKeyPair>()
  let current: SealingKey | undefined
  for (const version of masterKeys.versions) {
    const { pair, raw } = derivePair(version)
    current = await sealingKey(raw)
    pairs.set(current.kid, pair)
  }
  if (current === undefined) throw new VaultError('malformed_key_ring')
  return { current, pairs }
}

/**
 * Opens a sealed submission made for exactly this target. The answer holds the credentials as JSON (see
 * `readCredentialFields`): the caller wipes it.
 * Throws `unknown_sealing_key`, `wrong_binding_or_tampered`, `malformed_sealed`, `too_large`, `invalid_binding`.
 */
export async function openSealed(keys: OpeningKeys, target: SealTarget, sealed: SealedCredentials): Promise<Buffer> {
  const aad = sealedAad(target)
  if (typeof sealed.ciphertext === 'string' && sealed.ciphertext.length > 2 * MAX_PLAINTEXT_BYTES) {
    throw new VaultError('too_large')
  }
  const enc = fromBase64url(sealed.enc, 32, 'malformed_sealed')
  const ciphertext = fromBase64url(sealed.ciphertext, MAX_PLAINTEXT_BYTES + GCM_TAG_BYTES, 'malformed_sealed')
  if (enc.length !== 32 || ciphertext.length <= GCM_TAG_BYTES) throw new VaultError('malformed_sealed')
  const pair = keys.pairs.get(sealed.kid)
  if (pair === undefined) throw new VaultError('unknown_sealing_key')
  try {
    // The whole pair: given the private key alone the library would export it as a string to find the public one.
    const recipient = { recipientKey: pair, enc: enc.buffer, info: SEALED_INFO }
    return Buffer.from(await sealingSuite().open(recipient, ciphertext.buffer, aad))
  } catch {
    // Whichever step failed (a point of small order, the key exchange, the tag): all mean the same to the sender.
    throw new VaultError('wrong_binding_or_tampered')
  }
}

// Any 32 bytes are an X25519 private key (RFC 7748, 5).
function derivePair(version: MasterKey): { pair: webcrypto.CryptoKeyPair; raw: Uint8Array } {
  const seed = deriveSecret(version.secret, 'sealing key')
  const pkcs8 = Buffer.concat([PKCS8_X25519, seed])
  seed.fill(0)
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  pkcs8.fill(0)
  const publicKey = createPublicKey(privateKey)
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    pair: {
      privateKey: privateKey.toCryptoKey('X25519', false, ['deriveBits']),
      publicKey: publicKey.toCryptoKey('X25519', true, []),
    },
    raw,
  }
}
