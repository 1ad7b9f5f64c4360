import {
  createCipheriv, createDecipheriv, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject,
} from 'node:crypto'
import { encodeBinding, type EnvelopeBinding } from './envelope-binding.ts'
import type { MasterKey, MasterKeys } from './master-keys.ts'
import { randomBytes } from './random.ts'
import {
  ENVELOPE_VERSION, formatEnvelope, MAX_PLAINTEXT_BYTES, parseEnvelope, type EnvelopeParts,
} from './seal/envelope-format.ts'
import { VaultError } from './seal/index.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG = { authTagLength: 16 }
const DATA_DOMAIN = 'towerflow envelope data'
const WRAP_DOMAIN = 'towerflow envelope data key'
const DERIVE_INFO = Buffer.from('towerflow envelope v1: encryption key, commitment')
const NO_SALT = Buffer.alloc(0)

/**
 * Opens an envelope that was sealed for exactly this binding. The answer holds the credentials: the caller wipes it
 * (`fill(0)`) as soon as he is done.
 * Throws `VaultError`: `wrong_binding_or_tampered`, `unknown_master_key`, `malformed_envelope`, `unsupported_version`,
 * `too_large`, `invalid_binding`. Never gives a part of the content.
 *
 * Runs once for every order. Keys go in as `KeyObject`s because node:crypto takes 20 µs more for each key that is a
 * buffer (measured on Node 24.21: GCM 29 against 7 µs, HKDF 24 against 10 µs).
 */
export function openEnvelope(masterKeys: MasterKeys, binding: EnvelopeBinding, envelope: Uint8Array): Buffer {
  const parts = parseEnvelope(envelope)
  const encryptionKey = checkedEncryptionKey(unwrapDataKey(masterKeys, binding, parts), parts.commitment)
  const aad = encodeBinding(DATA_DOMAIN, ENVELOPE_VERSION, binding)
  return decrypt(encryptionKey, parts.nonce, aad, parts.ciphertext, parts.tag)
}

/** Seals 1 to 8,192 bytes for this binding, under a fresh data key. Throws `too_large`, `invalid_binding`. */
export function sealEnvelope(masterKeys: MasterKeys, binding: EnvelopeBinding, plaintext: Uint8Array): Uint8Array {
  if (plaintext.length === 0 || plaintext.length > MAX_PLAINTEXT_BYTES) throw new VaultError('too_large')
  const dataKey = secretKey(randomBytes(32))
  const { encryptionKey, commitment } = deriveKeys(dataKey)
  const aad = encodeBinding(DATA_DOMAIN, ENVELOPE_VERSION, binding)
  const { nonce, ciphertext, tag } = encrypt(encryptionKey, aad, plaintext)
  return formatEnvelope({ ...wrapDataKey(masterKeys.current, binding, dataKey), commitment, nonce, tag, ciphertext })
}

/**
 * Wraps the data key under the current master key; the credentials stay encrypted as they are. An envelope that is
 * already there is checked and given back unchanged, so a rotation can be repeated. Throws as `openEnvelope`.
 */
export function rewrapEnvelope(masterKeys: MasterKeys, binding: EnvelopeBinding, envelope: Uint8Array): Uint8Array {
  const parts = parseEnvelope(envelope)
  const dataKey = unwrapDataKey(masterKeys, binding, parts)
  checkedEncryptionKey(dataKey, parts.commitment)
  if (parts.masterKeyId === masterKeys.current.id) return envelope.slice()
  return formatEnvelope({ ...parts, ...wrapDataKey(masterKeys.current, binding, dataKey) })
}

type WrappedKey = Pick<EnvelopeParts, 'masterKeyId' | 'wrapNonce' | 'wrappedKey' | 'wrapTag'>

function wrapDataKey(masterKey: MasterKey, binding: EnvelopeBinding, dataKey: KeyObject): WrappedKey {
  const raw = dataKey.export()
  try {
    const aad = encodeBinding(WRAP_DOMAIN, ENVELOPE_VERSION, binding)
    const { nonce, ciphertext, tag } = encrypt(masterKey.wrapping, aad, raw)
    return { masterKeyId: masterKey.id, wrapNonce: nonce, wrappedKey: ciphertext, wrapTag: tag }
  } finally {
    raw.fill(0)
  }
}

function unwrapDataKey(masterKeys: MasterKeys, binding: EnvelopeBinding, parts: EnvelopeParts): KeyObject {
  const masterKey = masterKeys.versions.find((key) => key.id === parts.masterKeyId)
  if (masterKey === undefined) throw new VaultError('unknown_master_key')
  const aad = encodeBinding(WRAP_DOMAIN, ENVELOPE_VERSION, binding)
  return secretKey(decrypt(masterKey.wrapping, parts.wrapNonce, aad, parts.wrappedKey, parts.wrapTag))
}

/** AES-GCM alone does not commit to a key: one ciphertext can be made to open under two. This rules it out. */
function checkedEncryptionKey(dataKey: KeyObject, expected: Uint8Array): KeyObject {
  const { encryptionKey, commitment } = deriveKeys(dataKey)
  if (!timingSafeEqual(commitment, expected)) throw new VaultError('wrong_binding_or_tampered')
  return encryptionKey
}

function deriveKeys(dataKey: KeyObject): { encryptionKey: KeyObject; commitment: Uint8Array } {
  const derived = new Uint8Array(hkdfSync('sha512', dataKey, NO_SALT, DERIVE_INFO, 64))
  return { encryptionKey: secretKey(derived.subarray(0, 32)), commitment: derived.subarray(32) }
}

function encrypt(key: KeyObject, aad: Uint8Array, plaintext: Uint8Array) {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, TAG)
  cipher.setAAD(aad)
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  return { nonce, ciphertext, tag: cipher.getAuthTag() }
}

function decrypt(key: KeyObject, nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): Buffer {
  const decipher = createDecipheriv(CIPHER, key, nonce, TAG)
  decipher.setAAD(aad)
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(ciphertext)
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw new VaultError('wrong_binding_or_tampered')
  }
  return plaintext
}

/** Takes the bytes over: the key lives outside the JavaScript heap, the bytes are wiped. */
function secretKey(bytes: Uint8Array): KeyObject {
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}
