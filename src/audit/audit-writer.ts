import { fstatSync, writeSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { Clock } from '#clock'
import { AuditError } from './audit-error.ts'
import { MAX_TORN_BYTES, nextLine, type AuditEntry, type AuditEvent, type AuditHead } from './audit-line.ts'
import { recoverAudit, type AuditEnd } from './audit-recovery.ts'

/** With the flush itself this stays within 100 ms. */
const FLUSH_AFTER_MS = 50
/** A disk that does not answer for so long is not one to trade on. */
const FLUSH_DEADLINE_MS = 5_000
const NOTHING: Buffer = Buffer.alloc(0)

type Line = ReturnType<typeof nextLine>

export interface AuditFile {
  /**
   * Open for appending (`'a'`), inherited from the supervisor: under Node's permission model an inherited descriptor
   * can be written without any right, so the executor cannot open, replace or remove the file otherwise. (Node does not
   * refuse `ftruncate` on it; an entry that disappears shows against the server's copy.)
   */
  readonly fd: number
  /**
   * The same file. It is opened for reading: to find its end, and to flush, since `fs.fsync*` are refused on any
   * descriptor under the permission model and `FileHandle.datasync()` of a reading handle flushes the file as well
   * (tried on Linux; Windows wants a writing handle).
   */
  readonly path: string
  readonly clock: Clock
}

/**
 * Finds the end of the chain and goes on from there; a line that a crash tore is closed by a `gap` entry.
 * Throws `AuditError`: `wrong_file`, `unreadable`, `not_written`.
 */
export async function openAuditWriter({ fd, path, clock }: AuditFile): Promise<AuditWriter> {
  const reader = await open(path, 'r')
  try {
    const [ours, theirs] = [fstatSync(fd, { bigint: true }), await reader.stat({ bigint: true })]
    if (ours.ino !== theirs.ino || ours.dev !== theirs.dev) throw new AuditError('wrong_file')
    return new AuditWriter(fd, reader, clock, await recoverAudit(reader))
  } catch (error) {
    await reader.close()
    throw error
  }
}

/** The one writer of an audit file. `append` is synchronous: when it returns, the use of the key may begin. */
export class AuditWriter {
  readonly #fd: number
  readonly #reader: FileHandle
  readonly #clock: Clock
  #head: AuditHead
  /** Remains of a line that could not be written to its end. */
  #torn: Buffer
  #newlineMissing: boolean
  #dirty = false
  #timerSet = false
  #flushing: Promise<void> | null = null
  #flushBegan = 0
  #failure: AuditError | null = null

  constructor(fd: number, reader: FileHandle, clock: Clock, end: AuditEnd) {
    this.#fd = fd
    this.#reader = reader
    this.#clock = clock
    this.#head = end.head
    this.#torn = end.torn
    this.#newlineMissing = end.newlineMissing
    if (this.#torn.length > 0) this.#closeTorn()
  }

  /** The last entry written; whether it is on disk already is another matter (`flush`). */
  head(): AuditHead {
    return this.#head
  }

  /**
   * Writes one entry and answers it, for the server's copy. It is in the file, which a crash of this process survives,
   * and on disk within 100 ms. Throws `AuditError`; then nothing may be signed.
   */
  append(event: AuditEvent): AuditEntry {
    const [result] = this.appendAll([event])
    if (result === undefined || result instanceof AuditError) throw result ?? new AuditError('not_written')
    return result
  }

  /** Writes several entries with one call to the system. Answers for each what was written, or why it was not. */
  appendAll(events: readonly AuditEvent[]): readonly (AuditEntry | AuditError)[] {
    try {
      this.#refuseUnlessHealthy()
      if (this.#torn.length > 0) this.#closeTorn()
    } catch (error) {
      return events.map(() => errorOf(error))
    }
    const at = this.#clock.now()
    const lines: Line[] = []
    const results = events.map((event) => {
      try {
        const line = nextLine(lines.at(-1)?.entry ?? this.#head, at, event)
        lines.push(line)
        return line.entry
      } catch (error) {
        return errorOf(error) // this one is not as an entry has to be; the others are
      }
    })
    const failure = lines.length === 0 ? null : this.#write('', lines)
    return failure === null ? results : results.map((one) => (one instanceof AuditError || one.seq <= this.#head.seq ? one : failure))
  }

  /** Resolves when everything written so far is on disk. Throws `not_durable`. */
  async flush(): Promise<void> {
    while (this.#failure?.code !== 'not_durable' && (this.#flushing !== null || this.#dirty)) {
      await (this.#flushing ?? this.#startFlush())
    }
    if (this.#failure?.code === 'not_durable') throw this.#failure
  }

  /** Flushes and lets go of the file; the descriptor belongs to whoever opened it. */
  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      this.#failure ??= new AuditError('closed')
      await this.#reader.close()
    }
  }

  #refuseUnlessHealthy(): void {
    if (this.#failure !== null) throw this.#failure
    if (this.#flushing !== null && this.#clock.now() - this.#flushBegan > FLUSH_DEADLINE_MS) {
      throw new AuditError('not_durable', 'no answer')
    }
  }

  #closeTorn(): void {
    const failure = this.#write('\n', [nextLine(this.#head, this.#clock.now(), { event: 'gap', reason: 'torn line' }, this.#torn)])
    if (failure !== null) throw failure
  }

  /** Writes lines, and moves the head on to the last entry that stands in the file. Null: they all do. */
  #write(lead: '' | '\n', lines: readonly Line[]): AuditError | null {
    const prefix = this.#newlineMissing ? '\n' : ''
    const bytes = Buffer.from(prefix + lead + lines.map(({ line }) => line).join(''))
    let written = 0
    let failure: AuditError | null = null
    try {
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written)
    } catch (error) {
      failure = new AuditError('not_written', (error as NodeJS.ErrnoException).code ?? 'no code')
    }
    if (written > 0) {
      this.#flushSoon()
      this.#takeStock(lines, bytes, written, prefix.length, prefix.length + lead.length)
    }
    // Every further try may leave more remains; what a verification accepts as a torn line has its limit.
    if (failure !== null && this.#torn.length > MAX_TORN_BYTES / 2) this.#failure = failure
    return this.#head === lines.at(-1)?.entry ? null : failure
  }

  /** What of a write stands in the file: whole lines count, what comes after them is remains. */
  #takeStock(lines: readonly Line[], bytes: Buffer, written: number, from: number, firstLine: number): void {
    this.#newlineMissing = false
    let torn: Buffer = written === bytes.length ? NOTHING : Buffer.concat([this.#torn, bytes.subarray(from, written)])
    let start = firstLine
    for (const { entry, line } of lines) {
      const end = start + Buffer.byteLength(line)
      if (written < end - 1) break
      this.#head = entry
      this.#newlineMissing = written === end - 1 // the entry is whole and counts
      torn = this.#newlineMissing || end === written ? NOTHING : bytes.subarray(end, written)
      start = end
    }
    this.#torn = torn
  }

  #flushSoon(): void {
    this.#dirty = true
    if (this.#timerSet || this.#flushing !== null) return
    this.#timerSet = true
    this.#clock.after(FLUSH_AFTER_MS, () => {
      this.#timerSet = false
      if (this.#dirty && this.#flushing === null && this.#failure === null) void this.#startFlush()
    })
  }

  // Never rejects: a failure is kept and stops every later append. After a failed fsync the kernel may have dropped the
  // pages, so trying again would only seem to succeed; a restart reads what is really there.
  #startFlush(): Promise<void> {
    this.#dirty = false
    this.#flushBegan = this.#clock.now()
    this.#flushing = this.#reader.datasync().catch((error: NodeJS.ErrnoException) => {
      this.#failure ??= new AuditError('not_durable', error.code ?? 'no code')
    }).then(() => {
      this.#flushing = null
      if (this.#dirty) this.#flushSoon()
    })
    return this.#flushing
  }
}

function errorOf(error: unknown): AuditError {
  if (error instanceof AuditError) return error
  throw error
}
