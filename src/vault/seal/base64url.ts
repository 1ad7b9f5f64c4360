import { VaultError, type VaultCode } from './vault-error.ts'

// Public bytes only: the answer is a string, which nobody can wipe. Key material has `secret-text.ts`.

/** Base64url without padding. */
export function toBase64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Strict: one text for each byte sequence; anything else is refused with `code`. `maxBytes` limits the answer. */
export function fromBase64url(text: unknown, maxBytes: number, code: VaultCode): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string' || text.length > Math.ceil(maxBytes * 4 / 3)) throw new VaultError(code)
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new VaultError(code)
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  if (toBase64url(bytes) !== text) throw new VaultError(code)
  return bytes
}
