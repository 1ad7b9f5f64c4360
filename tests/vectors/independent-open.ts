import type { EnvelopeBinding } from '#vault'

// A second reading of the envelope format, written from its description (src/vault/README.md) with WebCrypto alone: what
// it opens is the published format, not a habit of one implementation.

const subtle = globalThis.crypto.subtle
const text = (value: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(value))
const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(parts.flatMap((part) => [...part]))

/** Opens an envelope with the 32 bytes of the master key that sealed it. Rejects on anything wrong. */
export async function openIndependently(masterSecret: Uint8Array, binding: EnvelopeBinding, envelope: Uint8Array): Promise<Uint8Array> {
  const wrapping = await hkdf(masterSecret, 'towerflow v1: wrapping key', 32)
  const dataKey = await gcmOpen(wrapping, envelope.subarray(14, 26), aad('towerflow envelope data key', binding),
    concat(envelope.subarray(26, 58), envelope.subarray(58, 74)))
  const derived = await hkdf(dataKey, 'towerflow envelope v1: encryption key, commitment', 64)
  if (Buffer.compare(derived.subarray(32), envelope.subarray(74, 106)) !== 0) throw new Error('commitment')
  return gcmOpen(derived.subarray(0, 32), envelope.subarray(106, 118), aad('towerflow envelope data', binding),
    concat(envelope.subarray(134), envelope.subarray(118, 134)))
}

async function hkdf(key: Uint8Array, info: string, bytes: number): Promise<Uint8Array> {
  const base = await subtle.importKey('raw', new Uint8Array(key), 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(0), info: text(info) }
  return new Uint8Array(await subtle.deriveBits(algorithm, base, bytes * 8))
}

async function gcmOpen(key: Uint8Array, iv: Uint8Array, additionalData: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer>) {
  const aes = await subtle.importKey('raw', new Uint8Array(key), 'AES-GCM', false, ['decrypt'])
  return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(iv), additionalData }, aes, sealed))
}

function aad(domain: string, binding: EnvelopeBinding): Uint8Array<ArrayBuffer> {
  const version = new DataView(new ArrayBuffer(8))
  version.setBigUint64(0, BigInt(binding.rowVersion))
  const fields = [binding.userId, binding.connectionId, binding.exchange, binding.market].map(prefixed)
  return concat(prefixed(domain), Uint8Array.of(1), ...fields, new Uint8Array(version.buffer))
}

function prefixed(value: string): Uint8Array {
  const bytes = text(value)
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes)
}
