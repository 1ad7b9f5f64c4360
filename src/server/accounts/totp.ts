import { createHmac, timingSafeEqual } from 'node:crypto'

// Time-based one-time passwords (RFC 6238) as authenticator apps make them: HMAC-SHA-1, 30 seconds, six digits.

const STEP_MS = 30_000
const DIGITS = 6
/** Steps before and after the present one that are taken too: clocks differ, and typing takes time. */
const WINDOW = 1
const SECRET_BYTES = 20
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new secret: 160 bits, as long as the hash (RFC 4226, 4). */
export const newTotpSecret = (randomBytes: (length: number) => Uint8Array): Uint8Array => randomBytes(SECRET_BYTES)

/** The step in which a time lies, epoch ms. */
export const totpStep = (at: number): number => Math.floor(at / STEP_MS)

/** The code of a step (RFC 4226, 5.3). */
export function totpCode(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  return ((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 10 ** digits).toString().padStart(digits, '0')
}

/** The step whose code that is, within the window; null: none. Every step is compared, in constant time. */
export function stepOfCode(secret: Uint8Array, code: string, at: number): number | null {
  const given = Buffer.from(code.replaceAll(' ', '').padEnd(DIGITS).slice(0, DIGITS))
  let found: number | null = null
  for (let step = totpStep(at) - WINDOW; step <= totpStep(at) + WINDOW; step += 1) {
    if (given.length === DIGITS && timingSafeEqual(Buffer.from(totpCode(secret, step)), given)) found = step
  }
  return found
}

/** Base32 (RFC 4648) without padding: how people type a secret. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += BASE32[(held >>> (bits - 5)) & 31] ?? ''
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + (BASE32[(held << (5 - bits)) & 31] ?? '')
}

/** What an app reads from a QR code. */
export function totpUri(secret: Uint8Array, userName: string, place: string): string {
  const label = encodeURIComponent(`Towerflow ${place}:${userName}`)
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(`Towerflow ${place}`)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`
}
