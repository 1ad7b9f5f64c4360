// Base64url between buffers, without a string in between: a string cannot be wiped.

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const VALUE = new Int8Array(256).fill(-1)
ALPHABET.forEach((letter, value) => { VALUE[letter] = value })

/** Base64url without padding, as ASCII bytes. */
export function secretToText(secret: Uint8Array): Buffer {
  const out = Buffer.alloc(Math.ceil(secret.length * 4 / 3))
  let bits = 0
  let held = 0
  let at = 0
  for (const byte of secret) {
    held = (held << 8 | byte) & 0xffff
    bits += 8
    while (bits >= 6) { bits -= 6; out[at++] = ALPHABET[held >> bits & 63] ?? 0 }
  }
  if (bits > 0) out[at] = ALPHABET[held << 6 - bits & 63] ?? 0
  return out
}

/** The reverse; null where it is not the one text of some bytes. */
export function secretFromText(text: Uint8Array): Buffer | null {
  if (text.length % 4 === 1) return null
  const out = Buffer.alloc(Math.floor(text.length * 3 / 4))
  let bits = 0
  let held = 0
  let at = 0
  let valid = true
  for (const letter of text) {
    const value = VALUE[letter] ?? -1
    if (value < 0) { valid = false; break }
    held = (held << 6 | value) & 0xffff
    bits += 6
    if (bits >= 8) { bits -= 8; out[at++] = held >> bits & 255 }
  }
  if (valid && (held & (1 << bits) - 1) === 0) return out
  out.fill(0)
  return null
}
