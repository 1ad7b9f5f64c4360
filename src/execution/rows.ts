import type { BotRow, ConnectionRow } from '#store'
import type { Book } from './book.ts'
import type { Lanes } from './lanes.ts'

/** Stored rows, one at a time; null: there is none any more. Both reject with `unavailable`. */
export interface RowReads {
  botRow(id: string): Promise<BotRow | null>
  connectionRow(id: string): Promise<ConnectionRow | null>
}

/** Brings stored rows into memory, one read behind the other: what was read first never replaces what was read later. */
export class Rows {
  readonly #reads: RowReads
  readonly #book: Book
  readonly #lanes: Lanes
  #line: Promise<unknown> = Promise.resolve()

  constructor(reads: RowReads, book: Book, lanes: Lanes) {
    this.#reads = reads
    this.#book = book
    this.#lanes = lanes
  }

  bot(id: string): Promise<void> {
    return this.inLine(async () => {
      const row = await this.#reads.botRow(id)
      if (row === null) this.#book.dropBot(id)
      else this.#lanes.put(row)
    })
  }

  connection(id: string): Promise<void> {
    return this.inLine(async () => {
      const row = await this.#reads.connectionRow(id)
      if (row === null) this.#book.dropConnection(id)
      else this.#book.putConnection(row)
    })
  }

  /** For what reads many rows, and takes them over before it resolves. */
  inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#line.then(work)
    this.#line = done.catch(() => undefined)
    return done
  }
}
