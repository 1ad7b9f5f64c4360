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
const NOTHING = Buffer.alloc(0)

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
    this.#refuseUnlessHealthy()
    if (this.#torn.length > 0) this.#closeTorn()
    const { entry, line } = nextLine(this.#head, this.#clock.now(), event)
    this.#write(line)
    this.#head = entry
    return entry
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
    const { entry, line } = nextLine(this.#head, this.#clock.now(), { event: 'gap', reason: 'torn line' }, this.#torn)
    this.#write(`\n${line}`)
    this.#torn = NOTHING
    this.#head = entry
  }

  #write(text: string): void {
    const prefix = this.#newlineMissing ? '\n' : ''
    const bytes = Buffer.from(prefix + text)
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written)
      this.#newlineMissing = false
    } catch (error) {
      this.#keepRemains(bytes, prefix.length, written)
      // All but the newline: the entry is whole and counts.
      if (!this.#newlineMissing || written === 0) throw this.#notWritten(error)
    } finally {
      if (written > 0) this.#flushSoon()
    }
  }

  #keepRemains(bytes: Buffer, prefix: number, written: number): void {
    if (written === 0) return
    this.#newlineMissing = written === bytes.length - 1
    if (!this.#newlineMissing) this.#torn = Buffer.concat([this.#torn, bytes.subarray(prefix, written)])
  }

  #notWritten(error: unknown): AuditError {
    const failure = new AuditError('not_written', (error as NodeJS.ErrnoException).code ?? 'no code')
    // Every further try may leave more remains; what a verification accepts as a torn line has its limit.
    if (this.#torn.length > MAX_TORN_BYTES / 2) this.#failure = failure
    return failure
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
