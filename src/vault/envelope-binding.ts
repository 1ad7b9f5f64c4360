import { VaultError } from './seal/index.ts'

/** Where an envelope belongs. It opens in this place only, and only in this version of its row. */
export interface EnvelopeBinding {
  readonly userId: string
  readonly connectionId: string
  readonly exchange: string
  readonly market: string
  /** 1 or more; a row that was replaced counts on, so that an older envelope cannot come back. */
  readonly rowVersion: number
}

/** Bytes of a binding field in UTF-8. */
const MAX_FIELD_BYTES = 128

/**
 * Associated data: domain, format version, then every field, each text as a length of two bytes and its UTF-8, the row
 * version as eight bytes. Lengths in front make it unambiguous: no two bindings share an encoding.
 */
export function encodeBinding(domain: string, formatVersion: number, binding: EnvelopeBinding): Buffer {
  const { userId, connectionId, exchange, market, rowVersion } = binding
  if (!Number.isSafeInteger(rowVersion) || rowVersion < 1) throw new VaultError('invalid_binding')
  const out = Buffer.allocUnsafe(5 * (2 + MAX_FIELD_BYTES) + 1 + 8)
  let at = putText(out, 0, domain)
  at = out.writeUInt8(formatVersion, at)
  at = putText(out, at, userId)
  at = putText(out, at, connectionId)
  at = putText(out, at, exchange)
  at = putText(out, at, market)
  at = out.writeUInt32BE(Math.floor(rowVersion / 2 ** 32), at)
  at = out.writeUInt32BE(rowVersion % 2 ** 32, at)
  return out.subarray(0, at)
}

function putText(out: Buffer, at: number, text: string): number {
  // Lone surrogates would all become U+FFFD: two bindings with one encoding.
  if (typeof text !== 'string' || text === '' || text.length > MAX_FIELD_BYTES || !text.isWellFormed()) {
    throw new VaultError('invalid_binding')
  }
  const length = Buffer.byteLength(text)
  if (length > MAX_FIELD_BYTES) throw new VaultError('invalid_binding')
  out.writeUInt16BE(length, at)
  return at + 2 + out.write(text, at + 2, length)
}
