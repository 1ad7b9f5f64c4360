import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto'
import { Problem } from '#model'

/** How a key signs: with a shared secret, or with the private half of a pair that its owner made. */
export type KeyKind = 'HMAC' | 'RSA' | 'Ed25519' | 'EC'

const PEM = Buffer.from('-----BEGIN')
const KINDS: Readonly<Record<string, KeyKind>> = { rsa: 'RSA', ed25519: 'Ed25519', ec: 'EC' }

/**
 * The secret as a key object: bytes that begin like PEM are a private key, everything else is a shared secret. `kinds`:
 * what this exchange takes. Throws `Problem` `invalid_input` on `credentials.secret` naming what it takes instead.
 */
export function secretOf(secret: Buffer, kinds: readonly KeyKind[], advice: string): KeyObject {
  if (!secret.subarray(0, PEM.length).equals(PEM)) {
    if (kinds.includes('HMAC')) return createSecretKey(secret)
    throw wrong(`The secret is to be a private key in PEM form. ${advice}`)
  }
  const key = privateKey(secret)
  const kind = key === null ? undefined : KINDS[key.asymmetricKeyType ?? '']
  if (key === null) throw wrong('This private key cannot be read: copy it again, whole, with its first and last line, and without a password')
  if (kind === undefined || !kinds.includes(kind)) throw wrong(`A private key of this kind (${kind ?? key.asymmetricKeyType}) is not supported. ${advice}`)
  return key
}

/** Which kind a key is of. */
export const kindOf = (secret: KeyObject): KeyKind => (secret.type === 'secret' ? 'HMAC' : KINDS[secret.asymmetricKeyType ?? ''] ?? 'EC')

// Bytes go in, so that no string of the key comes to be.
function privateKey(pem: Buffer): KeyObject | null {
  try {
    return createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    return null
  }
}

const wrong = (message: string): Problem => new Problem('invalid_input', message, { errors: [{ path: 'credentials.secret', message }] })
