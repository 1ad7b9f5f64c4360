import { sleep } from '#clock'
import type { LogEntry } from '#store'
import { Problem } from '#model'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import type { Lanes } from './lanes.ts'
import { owned, undecidedLanes } from './ranges.ts'
import type { Rows } from './rows.ts'

const REQUEST = 'request:'
const LATER_DECISIONS = 64
const OWN_ANSWER_MS = 2

/**
 * Takes over what the log of the servers tells, entry by entry in the order of the commits: rows that others changed,
 * positions of lanes that others own, and signals that were only stored and wait for the owners of their lanes.
 */
export class LogReader {
  readonly #context: Context
  readonly #lanes: Lanes
  readonly #rows: Rows
  readonly #request: (id: string, own: boolean) => void
  /** Signals that this server stored without deciding them. */
  readonly #storedOnly = new Set<string>()
  #waiting: LogEntry[] = []
  #work: Promise<void> = Promise.resolve()

  /** `request`: something was asked of the owner of a lane, or answered, or told to all. */
  constructor(context: Context, lanes: Lanes, rows: Rows, request: (id: string, own: boolean) => void) {
    this.#context = context
    this.#lanes = lanes
    this.#rows = rows
    this.#request = request
  }

  /** Signals that are stored and have not been handed to their lanes: newer ones must not overtake them. */
  get behind(): number { return this.#storedOnly.size }

  /** The log will bring this signal, to be handed to its lanes then. */
  expect(signalId: string): void { this.#storedOnly.add(signalId) }
  /** It was not stored after all. */
  unexpect(signalId: string): void { this.#storedOnly.delete(signalId) }

  take(entries: readonly LogEntry[]): void {
    const first = this.#waiting.length === 0
    this.#waiting.push(...entries)
    if (first) void this.run(() => this.#apply())
  }

  /** Does something between two entries of the log. A failure in there is a programmer's error, and ends the process. */
  run(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch((error: unknown) => { queueMicrotask(() => { throw error }) })
    return this.#work
  }

  /** Resolves when what was committed before is taken over. Rejects with `unavailable`. */
  async upToDate(): Promise<void> {
    await this.#context.journal.caughtUp()
    await this.#work
    // What could not be taken over before the end is not.
    if (this.#context.stopping) throw new Problem('unavailable', 'This server is stopping.')
  }

  async #apply(): Promise<void> {
    const entries = this.#waiting
    this.#waiting = []
    // Once, however often the rest has to be tried: what is told to all would be carried out twice, and out of turn.
    for (const { own, changes } of entries) {
      for (const change of changes) if (change.startsWith(REQUEST)) this.#request(change.slice(REQUEST.length), own)
    }
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#refreshRows(entries)
        await this.#handOut(entries)
        return
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        this.#context.log.warn({ attempt, code: error.code }, 'the log waits for the database')
        await new Promise<void>((resolve) => { this.#context.clock.after(500, resolve) })
        if (this.#context.stopping) return
      }
    }
  }

  async #refreshRows(entries: readonly LogEntry[]): Promise<void> {
    const { book, journal, feeds, tenure } = this.#context
    const changed = new Map<string, Set<string>>()
    for (const { own, changes } of entries) {
      for (const change of changes) {
        const [kind = '', id = ''] = change.split(':')
        if (kind === 'server' && !own) tenure.refreshSoon()
        // What this server changes it puts into its memory itself; a signal for a bot of its own may be here before that.
        if (own && kind !== 'bot' && kind !== 'connection') continue
        changed.set(kind, (changed.get(kind) ?? new Set()).add(id))
      }
    }
    for (const id of changed.get('connection') ?? []) await this.#rows.connection(id)
    await this.#rows.bots(changed.get('bot') ?? new Set())
    if (changed.has('bot') || changed.has('connection')) feeds.watchSoon()
    const elsewhere = [...changed.get('position') ?? []].filter((id) => book.lane(id)?.token === null)
    for (const position of await journal.positionsOf(elsewhere)) {
      const lane = book.lane(position.botId)
      if (lane?.token === null) lane.position = position
    }
  }

  async #handOut(entries: readonly LogEntry[]): Promise<void> {
    const { journal, book } = this.#context
    const seqOf = new Map<string, number>()
    for (const { own, seq, events } of entries) {
      for (const { type, data } of events) {
        const id = String(data['id'])
        if (type === 'signal' && (!own || this.#storedOnly.has(id))) seqOf.set(id, seq)
      }
    }
    if (seqOf.size === 0) return
    const found = new Map((await journal.undecided([...seqOf.keys()])).map((one) => [one.signal.id, one]))
    for (const [id, seq] of seqOf) {
      this.#storedOnly.delete(id)
      const one = found.get(id)
      if (one === undefined) continue
      const waiting = undecidedLanes(book, one)
      await this.#hadOwn(waiting)
      const mine = waiting.filter((lane) => owned(lane) && lane.since < seq)
      if (mine.length > 0) this.#lanes.spread(one.signal, mine, LATER_DECISIONS, mine.length === waiting.length)
    }
  }

  /**
   * What this server stored while it was alone came before whatever others stored since: its lanes get that first, once
   * the commit is answered. A later commit of that kind is refused, so what is awaited here is always an earlier one.
   */
  async #hadOwn(lanes: readonly Lane[]): Promise<void> {
    while (!this.#context.stopping && lanes.some((lane) => lane.incoming > 0)) await sleep(this.#context.clock, OWN_ANSWER_MS)
  }
}
