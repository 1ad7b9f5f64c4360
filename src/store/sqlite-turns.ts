/**
 * Turns at one SQLite file within this process. SQLite lets one write at a time and blocks the thread that waits; where
 * two connections of one process take part, the one that waits would block the one that it waits for. So they wait
 * here instead, without blocking. Other processes are waited for by SQLite itself.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve()
  #open: { readonly ended: Promise<void>; readonly end: () => void } | null = null
  #users = 0

  /** The turns of a file; to be given back with `leave`. */
  static of(path: string): Turns {
    const turns = known.get(path) ?? new Turns()
    known.set(path, turns)
    turns.#users += 1
    return turns
  }

  leave(path: string): void {
    this.#users -= 1
    if (this.#users === 0) known.delete(path)
  }

  /** Waits for a turn; the answer ends it. */
  async take(): Promise<() => void> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await before
    return resolve
  }

  /** A transaction that spans turns of the event loop begins; nobody else may begin one until it ends. */
  begin(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#open = { ended: promise, end: resolve }
  }

  end(): void {
    this.#open?.end()
    this.#open = null
  }

  /** Resolves when no such transaction is open; null: none is. */
  get transactionEnd(): Promise<void> | null { return this.#open?.ended ?? null }
}

const known = new Map<string, Turns>()
