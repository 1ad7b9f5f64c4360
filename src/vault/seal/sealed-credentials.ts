import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core'
import { fromBase64url, toBase64url } from './base64url.ts'
import { MAX_PLAINTEXT_BYTES } from './envelope-format.ts'
import { VaultError } from './vault-error.ts'

/** The name of the one suite in use (RFC 9180: KEM 0x0020, KDF 0x0001, AEAD 0x0002, base mode). */
export const SEALING_SUITE = 'DHKEM(X25519,HKDF-SHA256)/HKDF-SHA256/AES-256-GCM'

/** What `GET /sealing-key` answers: the executor's public key. */
export interface SealingKey {
  /** Base64url of the first 9 bytes of SHA-256 of the public key. */
  readonly kid: string
  readonly suite: string
  /** Base64url of the 32 bytes of the X25519 public key. */
  readonly publicKey: string
}

/** Whom and what the credentials are for; bound into what is sealed, so that it cannot be used for another. */
export interface SealTarget {
  readonly userId: string
  readonly exchange: string
  readonly market: string
}

/** Credentials sealed to the executor; every field base64url. */
export interface SealedCredentials {
  readonly kid: string
  /** HPKE's encapsulated key, 32 bytes. */
  readonly enc: string
  readonly ciphertext: string
}

/**
 * Seals the credential fields (`{apiKey, secret, passphrase?}`) to the executor's public key. Runs on any platform with
 * WebCrypto. The strings given cannot be wiped by us; the bytes made of them are.
 * Throws `VaultError`: `invalid_sealing_key`, `invalid_binding`, `too_large`.
 */
export async function sealCredentials(
  key: SealingKey, target: SealTarget, credentials: Readonly<Record<string, string>>,
): Promise<SealedCredentials> {
  const aad = sealedAad(target)
  const publicKey = await importSealingKey(key)
  const encoded = new TextEncoder().encode(JSON.stringify(credentials))
  // A buffer of exactly this size: of a view into a larger one the library makes a copy that nobody wipes.
  const plaintext = new Uint8Array(encoded)
  encoded.fill(0)
  try {
    if (plaintext.length > MAX_PLAINTEXT_BYTES) throw new VaultError('too_large', 'the credentials are too large')
    const recipient = { recipientPublicKey: publicKey, info: SEALED_INFO }
    const { ct, enc } = await sealingSuite().seal(recipient, plaintext.buffer, aad)
    return { kid: key.kid, enc: toBase64url(new Uint8Array(enc)), ciphertext: toBase64url(new Uint8Array(ct)) }
  } catch (error) {
    // What remains is a public key of small order: the exchange of keys with it gives zero (RFC 9180, 7.1.4).
    throw error instanceof VaultError ? error : new VaultError('invalid_sealing_key')
  } finally {
    plaintext.fill(0)
  }
}

/** HPKE's `info`: what the key exchange is for. */
export const SEALED_INFO: ArrayBuffer = new Uint8Array(new TextEncoder().encode('towerflow connection v1')).buffer

/** Associated data: `userId`, `exchange`, `market`, joined by newlines, none of which may hold one. */
export function sealedAad({ userId, exchange, market }: SealTarget): ArrayBuffer {
  for (const part of [userId, exchange, market]) {
    if (typeof part !== 'string' || part === '' || part.length > 128 || !part.isWellFormed() || part.includes('\n')) {
      throw new VaultError('invalid_binding')
    }
  }
  return new Uint8Array(new TextEncoder().encode(`${userId}\n${exchange}\n${market}`)).buffer
}

/** The suite has no state between two messages, but keeps its parts' set-up; one each is safe and costs little. */
export function sealingSuite(): CipherSuite {
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
}

/** The document that names a public key of 32 bytes. */
export async function sealingKey(publicKey: Uint8Array): Promise<SealingKey> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(publicKey))
  const kid = toBase64url(new Uint8Array(digest).subarray(0, 9))
  return { kid, suite: SEALING_SUITE, publicKey: toBase64url(publicKey) }
}

/** A kid that does not belong to its key, or another suite, would fail at the executor; say so before sealing. */
async function importSealingKey(key: SealingKey): ReturnType<CipherSuite['kem']['deserializePublicKey']> {
  if (key.suite !== SEALING_SUITE) throw new VaultError('invalid_sealing_key')
  const bytes = fromBase64url(key.publicKey, 32, 'invalid_sealing_key')
  if (bytes.length !== 32 || (await sealingKey(bytes)).kid !== key.kid) throw new VaultError('invalid_sealing_key')
  return await sealingSuite().kem.deserializePublicKey(bytes.buffer)
}
