import type { KeyedHash } from '#model'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What an order is an answer to; the same origin always gives the same client order id. */
export interface Origin {
  /** The signal's id; of a close without a signal, the id of that request. */
  readonly cause: string
  readonly botId: string
  readonly leg: number
  readonly resend: number
}

/**
 * The client order id: derived, so that whoever holds the installation key and the journal finds every order again at
 * the exchange. 18 characters of base32 (90 bits), a letter first, fit nearly every exchange's alphabet and length;
 * where 28 fit, tags of installation and bot stand in front, so that people and reconciliation recognise whose it is.
 *
 * @param keyed the keyed hash of the installation's key
 * @param maxLength what the exchange takes, characters
 */
export function clientOrderId(keyed: KeyedHash, origin: Origin, maxLength: number): string {
  const unique = base32(keyed(`order\n${origin.cause}\n${origin.botId}\n${origin.leg}\n${origin.resend}`), 17)
  if (maxLength < 28) return `T${unique}`
  const installation = base32(keyed('installation'), 4)
  const bot = base32(keyed(`bot\n${origin.botId}`), 6)
  return `T${installation}${bot}${unique}`
}

/** The first `length` base32 characters of some bytes. */
function base32(bytes: Uint8Array, length: number): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5 && out.length < length) {
      bits -= 5
      out += ALPHABET[(value >> bits) & 31]
    }
    if (out.length === length) break
  }
  return out
}
