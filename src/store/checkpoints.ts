import { Worker } from 'node:worker_threads'
import type { Clock } from '#clock'
import type { Log } from '#log'
import type { SqliteFile } from './sqlite.ts'

/**
 * Rows after which the log is moved into the file: about 4 MB of it. After 8,000, each page was moved less often, but the
 * file's 20 MB stood in front of the next commits at the disk, for 40 to 60 ms.
 */
const ROWS = 1500
/** A shorter log is moved once nothing was written for so long, ms. */
const QUIET_MS = 1000
/**
 * Pages of the log at which a commit does it itself, as SQLite means it to: 24 MB. Only then can the log begin anew while
 * the writing never pauses; what the thread has moved already is not moved again.
 */
const LONGEST_LOG_PAGES = 6000

/**
 * Has SQLite's checkpoints done by a thread of its own. In a commit, which is where SQLite does them every 1,000 pages,
 * they hold up the event loop for 5 to 10 ms each, and a burst spends a tenth of its time there. A thread that fails is no
 * loss: SQLite then does as always.
 */
export class Checkpoints {
  readonly #clock: Clock
  readonly #thread: Worker
  #rows = 0
  #stopWaiting: (() => void) | null = null
  #running: { readonly done: Promise<void>; readonly end: () => void } | null = null
  #over = false

  constructor(file: Pick<SqliteFile, 'path' | 'raw'>, clock: Clock, log: Log | undefined) {
    this.#clock = clock
    file.raw.exec(`pragma wal_autocheckpoint = ${LONGEST_LOG_PAGES}`)
    this.#thread = new Worker(new URL('checkpoint-thread.ts', import.meta.url), { workerData: file.path, name: 'checkpoints' })
    this.#thread.unref()
    this.#thread.on('message', () => { this.#ended() })
    this.#thread.on('error', (error) => {
      if (this.#over) return
      log?.warn({ err: error }, 'the thread for the database\'s checkpoints failed; the commits do them')
      file.raw.exec('pragma wal_autocheckpoint = 1000')
    })
    this.#thread.on('exit', () => {
      this.#over = true
      this.#ended()
    })
  }

  /** So many rows were committed. */
  wrote(rows: number): void {
    this.#rows += rows
    if (this.#over || this.#running !== null) return
    this.#stopWaiting?.()
    this.#stopWaiting = null
    if (this.#rows >= ROWS) this.#begin()
    else this.#stopWaiting = this.#clock.after(QUIET_MS, () => { this.#begin() })
  }

  /** Resolves when no checkpoint is being done. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running.done
  }

  /** Ends the thread and its connection. */
  async close(): Promise<void> {
    this.#stopWaiting?.()
    if (this.#over) return
    this.#over = true
    const ended = new Promise((resolve) => { this.#thread.once('exit', resolve) })
    this.#thread.ref()
    this.#thread.postMessage('end')
    await ended
  }

  #begin(): void {
    this.#stopWaiting = null
    if (this.#over) return
    this.#rows = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#running = { done: promise, end: resolve }
    this.#thread.postMessage('checkpoint')
  }

  #ended(): void {
    this.#running?.end()
    this.#running = null
    if (this.#rows > 0) this.wrote(0)
  }
}
