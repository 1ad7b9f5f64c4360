import { Problem } from '#model'
import type { FeedEvent, JournalBatch } from './journal.ts'
import { weight } from './journal-writes.ts'

/** Writes groups of batches; one per database. */
export interface GroupWriter {
  /**
   * Writes a group in one transaction (or few), durably. Answers per batch: null, or why it was refused; a refused batch
   * has left nothing behind. Rejects when nothing of the group was stored, e.g. with `unavailable`.
   */
  write(group: readonly JournalBatch[]): Promise<Written> | Written
  /** Resolves when the next group may be written; null: at once. */
  busy(): Promise<void> | null
}

export interface Written {
  readonly refused: readonly (Error | null)[]
  /** What subscribers are told, with the number of its commit. */
  readonly fed: readonly Fed[]
}
export interface Fed { readonly seq: number; readonly at: number; readonly events: readonly FeedEvent[] }

interface Waiting {
  readonly batch: JournalBatch
  readonly weight: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Batches that may wait; beyond this they are refused with `unavailable`. */
const WAITING_LIMIT = 50_000
/** Rows in one transaction: more would keep the event loop from other hooks for longer than about 30 ms with SQLite. */
const GROUP_ROWS = 1000

/**
 * Group commit: batches handed in during one turn of the event loop share one transaction, and so one wait for the
 * disk. The group is written in the turn's check phase (`setImmediate`), after all of its I/O callbacks. Measured with
 * SQLite, requests over 64 sockets: writing from a microtask instead makes no difference to a lone batch (0.7 to 0.9 ms
 * either way), and a burst of 64 takes 49 ms instead of 9, because each batch then waits for the disk by itself.
 */
export class GroupCommit {
  readonly #writer: GroupWriter
  readonly #onFed: (fed: Fed) => void
  readonly #limit: number
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null
  #scheduled = false
  #closed = false

  constructor(writer: GroupWriter, onFed: (fed: Fed) => void, limit = WAITING_LIMIT) {
    this.#writer = writer
    this.#onFed = onFed
    this.#limit = limit
  }

  /** Resolves when the batch is durable. */
  commit(batch: JournalBatch): Promise<void> {
    if (this.#closed) return Promise.reject(new Problem('unavailable', 'The store is closed.'))
    if (this.#waiting.length >= this.#limit) return Promise.reject(new Problem('unavailable', 'The database does not keep up; too much is waiting for it.'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, weight: weight(batch), resolve, reject })
      this.#schedule()
    })
  }

  /** Takes no more, and resolves when what waits is written. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#running !== null || this.#waiting.length > 0) {
      await (this.#running ?? new Promise((resolve) => { setImmediate(resolve) }))
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#running !== null) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#next()
    })
  }

  /** Writes one group; the rest follows in the next turn, so that other work gets its own. */
  #next(): void {
    const busy = this.#writer.busy()
    if (busy !== null) {
      this.#follow(busy)
      return
    }
    const group = this.#take()
    if (group.length === 0) return
    let written: Promise<Written> | Written
    try {
      written = this.#writer.write(group.map((one) => one.batch))
    } catch (error) {
      for (const one of group) one.reject(error)
      if (this.#waiting.length > 0) this.#schedule()
      return
    }
    if (written instanceof Promise) {
      this.#follow(written.then((result) => this.#settle(group, result), (error: unknown) => { for (const one of group) one.reject(error) }))
      return
    }
    this.#settle(group, written)
    if (this.#waiting.length > 0) this.#schedule()
  }

  #follow(work: Promise<void>): void {
    this.#running = work.finally(() => {
      this.#running = null
      if (this.#waiting.length > 0) this.#schedule()
    })
  }

  #settle(group: readonly Waiting[], { refused, fed }: Written): void {
    for (const [index, one] of group.entries()) {
      const error = refused[index]
      if (error === null || error === undefined) one.resolve()
      else one.reject(error)
    }
    for (const commit of fed) this.#onFed(commit)
  }

  #take(): readonly Waiting[] {
    let rows = 0
    let count = 0
    for (const one of this.#waiting) {
      rows += one.weight
      if (count > 0 && rows > GROUP_ROWS) break
      count += 1
    }
    return this.#waiting.splice(0, count)
  }
}
