import { nextTurn, type Clock } from '#clock'
import { Problem } from '#model'
import { toldAs } from './database-trouble.ts'
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
/**
 * Rows in one transaction, of either kind: more would keep the event loop from everything else for longer than about
 * 10 ms with SQLite. A single batch may be larger.
 */
const GROUP_ROWS = 400
/** That many of them are left to results while signals keep coming, so that neither starves the other. */
const RESULT_ROWS = 100
/**
 * Results that come soon after a group was written wait that long, ms, for others, unless they fill a group already: with
 * SQLite one costs 56 µs of CPU in a group of eight and 30 µs in one of 64, and each group its wait for the disk.
 */
const GATHER_MS = 5
const FULL_ROWS = 250
/** More orders or decisions in one batch are a chunk of a fan-out. */
const FEW = 8

/**
 * Group commit: batches handed in during one turn of the event loop share one transaction, and so one wait for the
 * disk. The group is written in the turn's check phase (`setImmediate`), after all of its I/O callbacks. Measured with
 * SQLite, requests over 64 sockets: writing from a microtask instead makes no difference to a lone batch (0.7 to 0.9 ms
 * either way), and a burst of 64 takes 49 ms instead of 9, because each batch then waits for the disk by itself.
 *
 * There are two queues. First goes what somebody waits for: a signal, whose sender wants his answer, an order that is
 * sent as soon as it is stored, and a decision without one, behind which the bot's next signal waits. What orders came to,
 * and the chunks of a large fan-out, go behind, and while the store is busy gather to larger groups: with one queue a hook
 * waited for hundreds of results of somebody else's.
 */
export class GroupCommit {
  readonly #writer: GroupWriter
  readonly #onFed: (fed: Fed) => void
  readonly #clock: Clock
  readonly #limit: number
  readonly #urgent = new Queue()
  readonly #others = new Queue()
  #running: Promise<void> | null = null
  #scheduled = false
  #closed = false
  /** When results may be written by themselves again, epoch ms. */
  #restUntil = 0
  #stopGathering: (() => void) | null = null

  constructor(writer: GroupWriter, onFed: (fed: Fed) => void, clock: Clock, limit = WAITING_LIMIT) {
    this.#writer = writer
    this.#onFed = onFed
    this.#clock = clock
    this.#limit = limit
  }

  /** Resolves when the batch is durable. */
  commit(batch: JournalBatch): Promise<void> {
    if (this.#closed) return Promise.reject(new Problem('unavailable', 'The store is closed.'))
    if (this.#waiting >= this.#limit) return Promise.reject(new Problem('unavailable', 'The database does not keep up; too much is waiting for it.'))
    return new Promise((resolve, reject) => {
      const queue = isUrgent(batch) ? this.#urgent : this.#others
      queue.push({ batch, weight: weight(batch), resolve, reject })
      this.#schedule()
    })
  }

  /** Takes no more, and resolves when what waits is written. */
  async close(): Promise<void> {
    this.#closed = true
    this.#schedule()
    while (this.#running !== null || this.#waiting > 0) {
      await (this.#running ?? nextTurn(this.#clock))
    }
  }

  get #waiting(): number { return this.#urgent.length + this.#others.length }

  #schedule(): void {
    if (this.#scheduled || this.#running !== null || this.#waiting === 0) return
    const wait = this.#urgent.length > 0 || this.#others.rows >= FULL_ROWS || this.#closed ? 0 : this.#restUntil - this.#clock.now()
    if (wait > 0) {
      this.#stopGathering ??= this.#gather(wait)
      return
    }
    this.#stopGathering?.()
    this.#scheduled = true
    this.#clock.nextTurn(() => {
      this.#scheduled = false
      this.#next()
    })
  }

  /** Looks again after a while; the answer ends that. A batch that waits keeps the process alive. */
  #gather(ms: number): () => void {
    const stop = this.#clock.after(ms, () => {
      this.#stopGathering = null
      this.#schedule()
    }, 'keeps alive')
    return () => {
      stop()
      this.#stopGathering = null
    }
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
      this.#schedule()
      return
    }
    if (written instanceof Promise) {
      this.#follow(written.then((result) => this.#settle(group, result), (error: unknown) => { for (const one of group) one.reject(error) }))
      return
    }
    this.#settle(group, written)
    this.#schedule()
  }

  #follow(work: Promise<void>): void {
    this.#running = work.finally(() => {
      this.#running = null
      this.#schedule()
    })
  }

  #settle(group: readonly Waiting[], { refused, fed }: Written): void {
    this.#restUntil = this.#clock.now() + GATHER_MS
    for (const [index, one] of group.entries()) {
      const error = refused[index]
      if (error === null || error === undefined) one.resolve()
      else one.reject(toldAs(error))
    }
    for (const commit of fed) this.#onFed(commit)
  }

  #take(): readonly Waiting[] {
    const group: Waiting[] = []
    const room = this.#urgent.take(group, this.#others.length > 0 ? GROUP_ROWS - RESULT_ROWS : GROUP_ROWS)
    this.#others.take(group, room + (this.#others.length > 0 ? RESULT_ROWS : 0))
    return group
  }
}

function isUrgent({ signals, duplicates, decisions, newOrders }: JournalBatch): boolean {
  const made = Math.max(newOrders?.length ?? 0, decisions?.length ?? 0)
  return signals !== undefined || duplicates !== undefined || (made > 0 && made <= FEW)
}

/** First in, first out. What was taken is dropped now and then: shifting a long list one by one moves all of it. */
class Queue {
  #list: Waiting[] = []
  #from = 0

  #rows = 0

  get length(): number { return this.#list.length - this.#from }
  get rows(): number { return this.#rows }

  push(one: Waiting): void {
    this.#list.push(one)
    this.#rows += one.weight
  }

  /** Moves batches into a group while there is room, in rows, or while it is empty; answers the room that is left. */
  take(group: Waiting[], room: number): number {
    let left = room
    for (let one = this.#list[this.#from]; one !== undefined && (one.weight <= left || group.length === 0); one = this.#list[this.#from]) {
      group.push(one)
      left -= one.weight
      this.#rows -= one.weight
      this.#from += 1
    }
    if (this.#from === this.#list.length || this.#from > 1000) {
      this.#list = this.#list.slice(this.#from)
      this.#from = 0
    }
    return left
  }
}
