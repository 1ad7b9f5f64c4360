import { AuditError, type AuditEntry, type AuditEvent, type AuditHead, type AuditWriter } from '#audit'
import type { Clock } from '#clock'

interface Waiting {
  readonly event: AuditEvent
  readonly resolve: (entry: AuditEntry) => void
  readonly reject: (error: AuditError) => void
}

/**
 * Gathers what one turn of the event loop has for the audit, and writes it with one call to the system: a burst of
 * orders that came in one read costs one, not two for each order. A use of a key waits until it stands in the file, and
 * that is before anything else of it is done; what came of a use waits for the end of the turn.
 */
export class AuditTurns {
  readonly #writer: Pick<AuditWriter, 'appendAll' | 'head'>
  readonly #clock: Clock
  readonly #onEntry: (entry: AuditEntry) => void
  #waiting: Waiting[] = []
  #usesScheduled = false
  #outcomesScheduled = false

  constructor(writer: Pick<AuditWriter, 'appendAll' | 'head'>, clock: Clock, onEntry: (entry: AuditEntry) => void) {
    this.#writer = writer
    this.#clock = clock
    this.#onEntry = onEntry
  }

  /** The last entry that stands in the file. */
  head(): AuditHead { return this.#writer.head() }

  /** Resolves once the entry stands in the file. Rejects with `AuditError`: then the key may not be touched. */
  use(event: AuditEvent): Promise<AuditEntry> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject })
      if (this.#usesScheduled) return
      this.#usesScheduled = true
      queueMicrotask(() => this.flush()) // after all that was read together with this one
    })
  }

  /** What came of a use. Where it cannot be written the next use meets the same failure and is refused. */
  outcome(event: AuditEvent): void {
    this.#waiting.push({ event, resolve: () => undefined, reject: () => undefined })
    if (this.#outcomesScheduled) return
    this.#outcomesScheduled = true
    this.#clock.nextTurn(() => this.flush())
  }

  /** Writes what was gathered, now. Before the writer is closed, so that no outcome is lost. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    this.#usesScheduled = false
    this.#outcomesScheduled = false
    if (waiting.length === 0) return
    const results = this.#writer.appendAll(waiting.map(({ event }) => event))
    for (const [index, one] of waiting.entries()) {
      const result = results[index] ?? new AuditError('not_written')
      if (result instanceof AuditError) { one.reject(result); continue }
      this.#onEntry(result)
      one.resolve(result)
    }
  }
}
