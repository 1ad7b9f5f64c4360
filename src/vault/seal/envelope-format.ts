import { VaultError } from './vault-error.ts'

// What can be said of an envelope without any key. Format version 1, all numbers big-endian:
//
//   offset  bytes  what
//        0      3  'TFE'
//        3      1  format version, 1
//        4      8  master key id
//       12      2  length of the ciphertext
//       14     12  nonce of the wrapped data key
//       26     32  wrapped data key          \ AES-256-GCM under the master key's wrapping key
//       58     16  its tag                   /
//       74     32  commitment to the data key
//      106     12  nonce of the ciphertext
//      118     16  its tag
//      134   1..n  ciphertext                  AES-256-GCM under the key derived from the data key
//
// Envelopes of one version open for ever: a change of anything here is a new version beside this one.

export const ENVELOPE_VERSION = 1
export const ENVELOPE_HEADER_BYTES = 134
/** RSA keys in PEM are the largest credentials (about 3.3 KB for 4096 bits); base64url of all stays under 16 KB. */
export const MAX_PLAINTEXT_BYTES = 8192
export const MAX_ENVELOPE_BYTES = ENVELOPE_HEADER_BYTES + MAX_PLAINTEXT_BYTES

/** The parts of an envelope, as views into its bytes. */
export interface EnvelopeParts {
  /** 16 hex digits. */
  readonly masterKeyId: string
  readonly wrapNonce: Uint8Array
  readonly wrappedKey: Uint8Array
  readonly wrapTag: Uint8Array
  readonly commitment: Uint8Array
  readonly nonce: Uint8Array
  readonly tag: Uint8Array
  readonly ciphertext: Uint8Array
}

/** Which format and which master key: enough to count what a rotation still has to re-wrap. */
export interface EnvelopeInfo {
  readonly formatVersion: number
  /** 16 hex digits, as in `MasterKey.id`. */
  readonly masterKeyId: string
}

/** Reads the header without any key. Throws `VaultError` on whatever is not a whole envelope of a known version. */
export function envelopeInfo(envelope: Uint8Array): EnvelopeInfo {
  return { formatVersion: ENVELOPE_VERSION, masterKeyId: parseEnvelope(envelope).masterKeyId }
}

/** Takes an envelope apart. Every length is checked: nothing is missing, nothing is left over. */
export function parseEnvelope(envelope: Uint8Array): EnvelopeParts {
  if (!(envelope instanceof Uint8Array) || envelope.length < 4) throw new VaultError('malformed_envelope')
  if (envelope[0] !== 0x54 || envelope[1] !== 0x46 || envelope[2] !== 0x45) throw new VaultError('malformed_envelope')
  if (envelope[3] !== ENVELOPE_VERSION) throw new VaultError('unsupported_version')
  if (envelope.length > MAX_ENVELOPE_BYTES) throw new VaultError('too_large')
  if (envelope.length <= ENVELOPE_HEADER_BYTES) throw new VaultError('malformed_envelope')
  const length = (envelope[12] ?? 0) * 256 + (envelope[13] ?? 0)
  if (envelope.length !== ENVELOPE_HEADER_BYTES + length) throw new VaultError('malformed_envelope')
  return {
    masterKeyId: hex(envelope, 4, 12),
    wrapNonce: envelope.subarray(14, 26),
    wrappedKey: envelope.subarray(26, 58),
    wrapTag: envelope.subarray(58, 74),
    commitment: envelope.subarray(74, 106),
    nonce: envelope.subarray(106, 118),
    tag: envelope.subarray(118, 134),
    ciphertext: envelope.subarray(134),
  }
}

/** Puts an envelope together; the reverse of `parseEnvelope`. */
export function formatEnvelope(parts: EnvelopeParts): Uint8Array {
  const envelope = new Uint8Array(ENVELOPE_HEADER_BYTES + parts.ciphertext.length)
  envelope.set([0x54, 0x46, 0x45, ENVELOPE_VERSION])
  for (let i = 0; i < 8; i++) envelope[4 + i] = Number.parseInt(parts.masterKeyId.slice(2 * i, 2 * i + 2), 16)
  envelope[12] = parts.ciphertext.length >> 8
  envelope[13] = parts.ciphertext.length & 0xff
  envelope.set(parts.wrapNonce, 14)
  envelope.set(parts.wrappedKey, 26)
  envelope.set(parts.wrapTag, 58)
  envelope.set(parts.commitment, 74)
  envelope.set(parts.nonce, 106)
  envelope.set(parts.tag, 118)
  envelope.set(parts.ciphertext, 134)
  return envelope
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hex(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to; i++) text += HEX[bytes[i] ?? 0]
  return text
}
