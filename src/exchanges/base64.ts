const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES: ReadonlyMap<number, number> = new Map(Array.from(DIGITS, (digit, value) => [digit.charCodeAt(0), value]))
const PADDING = 0x3d

/**
 * What base64 text means, for secrets: bytes in, bytes out, so that no string of one comes to be (strings cannot be
 * wiped). Null: it is no base64, or not whole. The caller wipes what comes out.
 */
export function bytesOfBase64(text: Buffer): Buffer | null {
  let length = text.length
  while (length > 0 && text.length - length < 2 && text[length - 1] === PADDING) length -= 1
  if (length % 4 === 1 || (length !== text.length && text.length % 4 !== 0)) return null
  const bytes = Buffer.alloc(Math.floor(length * 3 / 4))
  let [bits, held, at] = [0, 0, 0]
  for (let index = 0; index < length; index += 1) {
    const value = VALUES.get(text[index] ?? 0)
    if (value === undefined) {
      bytes.fill(0)
      return null
    }
    held = (held << 6 | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at] = held >> bits & 0xff
      at += 1
    }
  }
  return bytes
}
