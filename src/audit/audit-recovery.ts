import type { FileHandle } from 'node:fs/promises'
import { AuditError } from './audit-error.ts'
import { GENESIS, MAX_LINE_BYTES, MAX_TORN_BYTES, readLine, type AuditHead } from './audit-line.ts'

/** How an audit file ends. */
export interface AuditEnd {
  readonly head: AuditHead
  /** The last entry is whole, only its newline is missing. */
  readonly newlineMissing: boolean
  /** What stands after the last valid entry: remains of a line that a crash tore. */
  readonly torn: Buffer
}

const NEWLINE = 0x0a

/**
 * Looks for the last valid entry from the end of the file. It does not judge what stands before it, nor whether the
 * remains look like a crash: that is `verifyAuditChain`. Throws `unreadable` where the last megabyte holds no entry.
 */
export async function recoverAudit(file: FileHandle): Promise<AuditEnd> {
  const { size } = await file.stat()
  const length = Math.min(size, MAX_TORN_BYTES + MAX_LINE_BYTES)
  const tail = await readExactly(file, Buffer.alloc(length), size - length)
  for (let end = tail.length; end > 0;) {
    const before = tail.lastIndexOf(NEWLINE, end - 1)
    const head = readLine(tail.subarray(before + 1, end))
    if (head !== null) return { head, newlineMissing: end === tail.length, torn: Buffer.from(tail.subarray(end + 1)) }
    end = before
  }
  if (length < size || length > MAX_TORN_BYTES) throw new AuditError('unreadable')
  return { head: GENESIS, newlineMissing: false, torn: tail }
}

async function readExactly(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  let at = 0
  while (at < buffer.length) {
    const { bytesRead } = await file.read(buffer, at, buffer.length - at, position + at)
    if (bytesRead === 0) throw new AuditError('unreadable')
    at += bytesRead
  }
  return buffer
}
