import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { deriveSecret, type MasterKeys } from './master-keys.ts'

/** Crockford's base32: no I, L, O, U, so it can be read out over the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const keys = new WeakMap<KeyObject, KeyObject>()

/**
 * Recognises an API key that is already connected, on any user's account, without keeping a character of it: 80 bits of
 * HMAC-SHA-256 over exchange and public key, as `K7QF-2M4X-9TBC-H0ZD`. The market is left out on purpose: the same key
 * on spot and futures gives the same fingerprint, and the caller compares the market. Rotation does not change it.
 */
export function credentialFingerprint(masterKeys: MasterKeys, exchange: string, apiKey: Uint8Array): string {
  const name = Buffer.from(exchange)
  const lengths = Buffer.alloc(8)
  lengths.writeUInt32BE(name.length, 0)
  lengths.writeUInt32BE(apiKey.length, 4)
  const mac = createHmac('sha256', fingerprintKey(masterKeys)).update(lengths).update(name).update(apiKey).digest()
  let bits = mac.readBigUInt64BE(0) << 16n | BigInt(mac.readUInt16BE(8))
  let text = ''
  for (let i = 0; i < 16; i++) {
    text = (ALPHABET[Number(bits & 31n)] ?? '') + (i > 0 && i % 4 === 0 ? '-' : '') + text
    bits >>= 5n
  }
  return text
}

function fingerprintKey({ fingerprintRoot }: MasterKeys): KeyObject {
  let key = keys.get(fingerprintRoot)
  if (key === undefined) {
    const bytes = deriveSecret(fingerprintRoot, 'fingerprint key')
    key = createSecretKey(bytes)
    bytes.fill(0)
    keys.set(fingerprintRoot, key)
  }
  return key
}
