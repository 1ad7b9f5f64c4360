import { createHash } from 'node:crypto'
import type { Clock } from '#clock'

const COUNT = 10
/** 120 random bits each: from 112 on no slow hash is needed (ASVS 5.0, 6.5.2). */
const BYTES = 15
const LETTERS = 24
/** Crockford's base 32: no letters that look like digits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Ten codes, each good for one sign-in, to be shown once and kept on paper; only hashes are stored. */
export function newRecoveryCodes(clock: Pick<Clock, 'randomBytes'>, userId: string): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: COUNT }, () => {
    const value = BigInt(`0x${Buffer.from(clock.randomBytes(BYTES)).toString('hex')}`)
    const text = Array.from({ length: LETTERS }, (_, index) => ALPHABET[Number((value >> BigInt(index * 5)) & 31n)] ?? '').join('')
    return text.replace(/.{4}(?=.)/g, '$&-')
  })
  return { codes, hashes: codes.map((code) => recoveryCodeHash(code, userId)) }
}

/** However it was typed: case, dashes and spaces do not matter, nor letters for the digits that they look like. */
export function recoveryCodeHash(code: string, userId: string): string {
  const plain = code.toLowerCase().replace(/[^0-9a-z]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')
  return createHash('sha256').update(`recovery\n${userId}\n${plain}`).digest('base64url')
}
