import type { Clock } from '#clock'
import { Problem } from '#model'
import type { PostgresDatabase } from './engine.ts'
import type { Fed } from './group-commit.ts'
import type { FeedEvent, LogEntry } from './journal.ts'

/** How often the feed is read although nobody told of a commit; and while the connection that tells is away. */
const POLL_MS = 1000
const DEAF_POLL_MS = 200
const ROWS_AT_ONCE = 500

/**
 * Reads the feed of a PostgreSQL that servers share: every commit of every server, in the order of the commits, each
 * once. What we commit ourselves is handed over without a query where nothing of others lies before it. The feed's
 * numbers are given under a lock that is held until the commit is done, so whoever sees a number sees all lower ones.
 */
export class LogFollower {
  readonly #database: PostgresDatabase
  readonly #clock: Clock
  readonly #hand: (entries: readonly LogEntry[]) => void
  #last: number
  #reading: Promise<void> | null = null
  /** The read behind the one that is under way, for all who ask meanwhile. */
  #nextRead: Promise<void> | null = null
  #wantsMore = false
  #stopTimer: () => void = () => undefined
  #listening: { heard(): boolean; end(): Promise<void> } | null = null
  #ended = false

  /** `last`: the number up to which nothing is told. */
  constructor(database: PostgresDatabase, clock: Clock, last: number, hand: (entries: readonly LogEntry[]) => void) {
    this.#database = database
    this.#clock = clock
    this.#last = last
    this.#hand = hand
  }

  /** From now on what other servers commit is heard of too. */
  start(): void {
    if (this.#listening !== null || this.#ended) return
    this.#listening = this.#database.listen(() => { this.#wake() })
    this.#poll()
  }

  /** Takes over a commit of our own. */
  own({ seq, at, events }: Fed): void {
    if (seq <= this.#last) return
    if (seq > this.#last + 1 || this.#reading !== null) {
      this.#wake()
      return
    }
    this.#last = seq
    this.#hand([{ seq, at, own: true, events, changes: [] }])
  }

  /** Resolves when everything that was committed before the call has been handed over. Rejects with `unavailable`. */
  async caughtUp(): Promise<void> {
    const under = this.#reading
    if (under === null) return this.#read()
    // A read that is under way may have begun before: only the next one is sure to see it.
    this.#nextRead ??= under.catch(() => undefined).then(() => {
      this.#nextRead = null
      return this.#reading ?? this.#read()
    })
    return this.#nextRead
  }

  async end(): Promise<void> {
    this.#ended = true
    this.#stopTimer()
    await this.#listening?.end()
    await this.#reading?.catch(() => undefined)
  }

  #poll(): void {
    const wait = this.#listening?.heard() === true ? POLL_MS : DEAF_POLL_MS
    this.#stopTimer = this.#clock.after(wait, () => {
      if (this.#ended) return
      this.#wake()
      this.#poll()
    })
  }

  #wake(): void {
    if (this.#ended) return
    if (this.#reading !== null) { this.#wantsMore = true; return }
    this.#read().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error // the next poll reads what is missing now
    })
  }

  #read(): Promise<void> {
    const work = this.#readAll().finally(() => {
      if (this.#reading === work) this.#reading = null
      if (this.#wantsMore) { this.#wantsMore = false; this.#wake() }
    })
    this.#reading = work
    return work
  }

  async #readAll(): Promise<void> {
    for (;;) {
      const rows = await this.#database.db.selectFrom('feed').selectAll().where('seq', '>', this.#last).orderBy('seq').limit(ROWS_AT_ONCE).execute()
      const entries = rows.filter((row) => row.seq > this.#last).map((row): LogEntry => ({
        seq: row.seq, at: row.at, own: row.origin === this.#database.origin, events: JSON.parse(row.events) as FeedEvent[],
        changes: row.changes === null ? [] : JSON.parse(row.changes) as string[],
      }))
      this.#last = entries.at(-1)?.seq ?? this.#last
      if (entries.length > 0) this.#hand(entries)
      if (rows.length < ROWS_AT_ONCE) return
    }
  }
}
