import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import type { Clock } from '#clock'
import { Problem } from '#model'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals what the server has to read again: the secrets of time-based codes. `owner` is bound in. */
export interface FactorKey {
  seal(secret: Uint8Array, owner: string): string
  /** Problem `unavailable`: it was sealed with another key, or for another owner, or changed. */
  open(sealed: string, owner: string): Buffer
}

/**
 * The key in that file, made when it is first needed, readable by its owner alone. It stands beside the database, not
 * in it: whoever has the database, or a backup, cannot make codes. It opens nothing but those secrets; where it is lost,
 * people set up their apps anew (recovery codes and passkeys still work).
 */
export function fileFactorKey(file: string, clock: Pick<Clock, 'randomBytes'>): FactorKey {
  let known: { readonly key: KeyObject; readonly id: string } | null = null
  const load = () => (known ??= read(file) ?? make(file, clock))
  return {
    seal(secret, owner) {
      const { key, id } = load()
      const nonce = clock.randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(binding(owner))
      const sealed = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
      return `1.${id}.${sealed.toString('base64url')}`
    },
    open(sealed, owner) {
      const { key, id } = load()
      const [version, keyId, text = ''] = sealed.split('.')
      if (version !== '1' || keyId !== id) throw unreadable(file)
      const bytes = Buffer.from(text, 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(binding(owner))
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
      } catch {
        throw unreadable(file) // the cipher's own error says no more than that
      }
    },
  }
}

const binding = (owner: string): Buffer => Buffer.from(`towerflow totp v1\n${owner}`)

const unreadable = (file: string): Problem => new Problem(
  'unavailable', `The secret of the codes was sealed with another key than that in ${file}. Use a recovery code or a passkey, then set the app up anew.`,
)

function read(file: string): { key: KeyObject; id: string } | null {
  let bytes: Buffer
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) throw new Problem('unavailable', `Others may read ${file}: chmod 600 ${file}`)
    bytes = readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  if (bytes.length !== KEY_BYTES) throw new Problem('unavailable', `${file} does not hold a key of ${KEY_BYTES} bytes.`)
  return keyOf(bytes)
}

/** Whole or not at all, and never over one that is there: two servers may begin at once. */
function make(file: string, clock: Pick<Clock, 'randomBytes'>): { key: KeyObject; id: string } {
  const bytes = Buffer.from(clock.randomBytes(KEY_BYTES))
  const part = `${file}.${Buffer.from(clock.randomBytes(6)).toString('hex')}`
  const descriptor = openSync(part, 'wx', 0o600)
  try {
    writeSync(descriptor, bytes)
    fsyncSync(descriptor)
    linkSync(part, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(descriptor)
    rmSync(part, { force: true })
    bytes.fill(0)
  }
  const made = read(file)
  if (made === null) throw new Error('the key was written and is not there')
  return made
}

function keyOf(bytes: Buffer): { key: KeyObject; id: string } {
  const id = createHash('sha256').update('towerflow factor key id\n').update(bytes).digest('base64url').slice(0, 8)
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return { key, id }
}
