import {
  closeSync, constants, fchmodSync, fstatSync, fsyncSync, linkSync, openSync, readSync, renameSync, unlinkSync, writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { KeyProvider } from './key-provider.ts'
import { formatKeyFile, MAX_KEY_FILE_BYTES, parseKeyFile } from './key-file-text.ts'
import { generateMasterKeys, withNewMasterKey, type MasterKeys } from './master-keys.ts'
import { randomBytes } from './random.ts'
import { VaultError } from './seal/index.ts'

/**
 * The key ring in a file that only its owner can read (0600). Every refusal names the file and what to do about it.
 * On Windows modes and owners are not checked: there is nothing like them to ask.
 */
export function fileKeyProvider(path: string): KeyProvider {
  return {
    place: `file ${path}`,
    load: async () => readKeyFile(path),
    create: async () => createKeyFile(path),
    rotate: async () => rotateKeyFile(path),
  }
}

function readKeyFile(path: string): MasterKeys | null {
  const fd = openForReading(path)
  if (fd === null) return null
  const buffer = Buffer.alloc(MAX_KEY_FILE_BYTES + 1)
  try {
    refuseUnsafe(path, fd)
    let length = 0
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(fd, buffer, length, buffer.length - length, null)
    }
    const keys = length > MAX_KEY_FILE_BYTES ? null : parseKeyFile(buffer.subarray(0, length))
    if (keys !== null) return keys
    throw new VaultError('key_file_damaged', `${path} is not a whole master key file: put back the copy that you keep `
      + 'elsewhere. Only if no exchange key was ever connected may you move it away and start again')
  } catch (error) {
    throw readable(path, error)
  } finally {
    buffer.fill(0)
    closeSync(fd)
  }
}

// Written under another name and then linked: the file appears whole or not at all, and never over one that is there.
function createKeyFile(path: string): MasterKeys {
  const keys = generateMasterKeys()
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    writeDraft(draft, keys)
    try {
      linkSync(draft, path)
    } finally {
      unlinkSync(draft)
    }
    syncFolder(path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new VaultError('key_file_exists', `${path} is already there and was left as it is`)
    }
    throw readable(path, error)
  }
  return keys
}

// The draft's fixed name is the lock: of two rotations at once the second is refused, else one's new key would be lost.
function rotateKeyFile(path: string): MasterKeys {
  const draft = `${path}.next`
  const before = readKeyFile(path)
  if (before === null) throw new VaultError('key_file_missing', `there is no master key file ${path} to rotate`)
  const keys = withNewMasterKey(before)
  try {
    writeDraft(draft, keys)
    const meanwhile = readKeyFile(path)
    if (meanwhile?.current.id !== before.current.id) {
      unlinkSync(draft)
      throw new VaultError('key_file_busy', `${path} was rotated at the same moment: look at it and try again`)
    }
    renameSync(draft, path)
    syncFolder(path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new VaultError('key_file_busy', `${draft} is there: a rotation is running, or was interrupted before it `
        + 'took effect. If none runs, delete that file and try again')
    }
    throw readable(path, error)
  }
  return keys
}

function writeDraft(draft: string, keys: MasterKeys): void {
  const text = formatKeyFile(keys)
  try {
    const fd = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
    try {
      fchmodSync(fd, 0o600)
      for (let at = 0; at < text.length;) at += writeSync(fd, text, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } finally {
    text.fill(0)
  }
}

function openForReading(path: string): number | null {
  try {
    // O_NONBLOCK: a FIFO put in its place must not make us wait; it is refused below.
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    if (codeOf(error) === 'ELOOP') {
      throw new VaultError('key_file_unsafe', `${path} is a symbolic link: name the file itself`)
    }
    throw readable(path, error)
  }
}

// Asked of the open file, not of its name: what was checked is what is read.
function refuseUnsafe(path: string, fd: number): void {
  const stat = fstatSync(fd)
  if (!stat.isFile()) throw new VaultError('key_file_unsafe', `${path} is not a plain file`)
  if (process.geteuid === undefined) return
  if (stat.uid !== process.geteuid()) {
    const uid = process.geteuid()
    throw new VaultError('key_file_unsafe', `${path} belongs to user ${stat.uid}, but this runs as user ${uid}: `
      + `chown ${uid} ${path}`)
  }
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
    throw new VaultError('key_file_unsafe', `${path} has mode ${mode}, so others may read or change it: `
      + `chmod 600 ${path}`)
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(dirname(path), constants.O_RDONLY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** The system's refusals become ours, with the file's name and the system's code. */
function readable(path: string, error: unknown): unknown {
  const code = codeOf(error)
  if (error instanceof VaultError || code === undefined) return error
  return new VaultError('key_file_unreadable', `${path} cannot be read or written (${code})`)
}
