import { totpCode, totpStep } from '../../src/server/accounts/totp.ts'

/** What an authenticator app shows at a time (epoch ms) for a secret in base32. */
export function codeOf(secret: string, at: number): string {
  const bits = Array.from(secret, (character) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0')).join('')
  return totpCode(Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2)), totpStep(at))
}
