import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '#clock'
import { keyedHash, type FieldError, type KeyedHash } from '#model'
import { MIN_KEY_LENGTH } from './redact.ts'

const KEY_BYTES = 24
const MAX_KEY_LENGTH = 200

/** A new webhook key: 192 random bits, 32 characters of base64url. */
export const newWebhookKey = (clock: Pick<Clock, 'randomBytes'>): string =>
  Buffer.from(clock.randomBytes(KEY_BYTES)).toString('base64url')

/**
 * What is stored of a webhook's key: HMAC-SHA-256 under a pepper of the installation, hex. No slow hash: keys are
 * random, and a hook's answer must not wait. Without the pepper the hash tells nothing even of a short key.
 */
export const webhookKeyHash = (key: string, pepper: Uint8Array): string => digest(key, pepper).toString('hex')

/** Compares a given key with the stored hash in constant time. A missing key takes as long as a wrong one. */
export function isWebhookKey(given: string | null, storedHash: string, pepper: Uint8Array): boolean {
  const stored = Buffer.from(storedHash, 'hex')
  const computed = digest(given ?? '', pepper)
  return stored.length === computed.length && timingSafeEqual(stored, computed) && given !== null
}

/** What is wrong with a key that a person chose; null if nothing is. Never quotes it. */
export function keyMistake(key: string): FieldError | null {
  if (key.length < MIN_KEY_LENGTH) return { path: 'key', message: `must have at least ${MIN_KEY_LENGTH} characters` }
  if (key.length > MAX_KEY_LENGTH) return { path: 'key', message: `must have at most ${MAX_KEY_LENGTH} characters` }
  return /^[\x21-\x7e]+$/.test(key) ? null : { path: 'key', message: 'must be visible ASCII characters without spaces' }
}

const hashes = new WeakMap<Uint8Array, KeyedHash>()

function digest(key: string, pepper: Uint8Array): Buffer {
  const hash = hashes.get(pepper) ?? keyedHash(pepper)
  hashes.set(pepper, hash)
  return hash(key)
}
