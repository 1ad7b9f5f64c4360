import { open } from 'node:fs/promises'
import { readLine, type AuditEntry } from './audit-line.ts'

const BLOCK_BYTES = 262_144
const NEWLINE = 0x0a

/**
 * The entries of an audit file, newest first: to look at its end without reading all of it. Lines that are no entries
 * (torn by a crash, or changed) are left out; `verifyAuditChain` judges them. A file that is not there has none.
 */
export async function* entriesBackwards(file: string): AsyncGenerator<AuditEntry> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  })
  if (handle === null) return
  try {
    let { size: start } = await handle.stat()
    let rest: Buffer = Buffer.alloc(0)
    while (start > 0) {
      const length = Math.min(BLOCK_BYTES, start)
      start -= length
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start)
      let text = Buffer.concat([buffer.subarray(0, bytesRead), rest])
      for (let before = text.lastIndexOf(NEWLINE); before !== -1; before = text.lastIndexOf(NEWLINE)) {
        const entry = readLine(text.subarray(before + 1))
        text = text.subarray(0, before)
        if (entry !== null) yield entry
      }
      rest = text
    }
    const first = readLine(rest)
    if (first !== null) yield first
  } finally {
    await handle.close()
  }
}
