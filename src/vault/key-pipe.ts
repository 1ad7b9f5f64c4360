import { once } from 'node:events'
import { Socket, type SocketConstructorOpts } from 'node:net'
import type { Writable } from 'node:stream'
import { MAX_RING_BYTES, parseMasterKeys, serialiseMasterKeys, type MasterKeys } from './master-keys.ts'
import { VaultError } from './seal/index.ts'

// The ring goes from the supervisor to the executor through an inherited pipe: not through arguments or environment,
// which other processes can read and which children inherit.

/** Supervisor: writes the ring into the pipe, ends it, and wipes the bytes once they have left. */
export async function sendMasterKeys(pipe: Writable, masterKeys: MasterKeys): Promise<void> {
  const bytes = serialiseMasterKeys(masterKeys)
  try {
    pipe.end(bytes)
    // Rejects with the pipe's own error where the reader is gone.
    await once(pipe, 'finish')
  } finally {
    bytes.fill(0)
  }
}

/**
 * Executor: reads the ring from an inherited pipe until its end, closes it and wipes what was read. Works under Node's
 * permission model without any right. Throws `key_not_received` after `timeoutMs`, `malformed_key_ring`.
 */
export async function receiveMasterKeys(fd: number, timeoutMs: number): Promise<MasterKeys> {
  const received = Buffer.alloc(MAX_RING_BYTES + 1)
  const chunk = Buffer.alloc(MAX_RING_BYTES + 1)
  let length = 0
  const end = Promise.withResolvers<void>()
  const timer = setTimeout(() => end.reject(new VaultError('key_not_received')), timeoutMs)
  // A socket with a buffer of ours: `fs.read` would hold a thread that keeps a process waiting for the key from ending,
  // and a stream's own buffers could not be wiped.
  const take = (count: number): boolean => {
    length += chunk.copy(received, length, 0, count)
    // No ring is that large: no need to wait for more.
    if (length === received.length) end.resolve()
    return length < received.length
  }
  let pipe: Socket | undefined
  try {
    pipe = new Socket({ fd, onread: { buffer: chunk, callback: take } } as SocketConstructorOpts)
    pipe.on('error', end.reject).on('end', end.resolve).on('close', () => end.resolve()).resume()
    await end.promise
    if (length === 0) throw new VaultError('key_not_received')
    return parseMasterKeys(received.subarray(0, length))
  } catch (error) {
    if (error instanceof VaultError) throw error
    throw new VaultError('key_not_received', `the key pipe cannot be read (${codeOf(error)})`)
  } finally {
    clearTimeout(timer)
    pipe?.destroy()
    received.fill(0)
    chunk.fill(0)
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'no code'
