import type { BotRow, ConnectionRow, Journal } from '#store'
import type { Book } from './book.ts'
import type { Lanes } from './lanes.ts'

/** More bots than these are read all at once: a connection with ten thousand of them may be relinked. */
const ONE_BY_ONE = 50

/** Stored rows, one at a time; null: there is none any more. Both reject with `unavailable`. */
export interface RowReads {
  botRow(id: string): Promise<BotRow | null>
  connectionRow(id: string): Promise<ConnectionRow | null>
}

/** Brings stored rows into memory, one read behind the other: what was read first never replaces what was read later. */
export class Rows {
  readonly #reads: RowReads
  readonly #journal: Pick<Journal, 'bots'>
  readonly #book: Book
  readonly #lanes: Lanes
  #line: Promise<unknown> = Promise.resolve()

  constructor(reads: RowReads, journal: Pick<Journal, 'bots'>, book: Book, lanes: Lanes) {
    this.#reads = reads
    this.#journal = journal
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

  async bots(ids: ReadonlySet<string>): Promise<void> {
    if (ids.size <= ONE_BY_ONE) {
      for (const id of ids) await this.bot(id)
      return
    }
    await this.inLine(async () => {
      const rows = new Map((await this.#journal.bots()).map((row) => [row.bot.id, row]))
      for (const id of ids) {
        const row = rows.get(id)
        if (row === undefined) this.#book.dropBot(id)
        else this.#lanes.put(row)
      }
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
