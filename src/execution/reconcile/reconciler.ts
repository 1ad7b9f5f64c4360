import { sleep } from '#clock'
import { Problem } from '#model'
import type { Reconciliation } from '#store'
import type { Context } from '../context.ts'
import type { Lanes } from '../lanes.ts'
import type { Linked } from '../linked.ts'
import { owned } from '../ranges.ts'
import { reconcile } from './reconcile.ts'

const BEAT_MS = 1000
/** Connections whose orders are not settled or were a moment ago, or a position of which was in a signal's way: within a minute. */
const BUSY_EVERY_MS = 45_000
/** All others, in turn: within an hour. */
const QUIET_EVERY_MS = 50 * 60_000
/** What was seen for the first time is looked at again after this long. */
const CONFIRM_MS = 4000
const RETRY_MS = [30_000, 60_000, 120_000, 300_000, 600_000] as const
/** Connections at once: the exchanges' limits are kept by the executor, and one slow exchange must not hold up all. */
const AT_ONCE = 3

/** What is known of one connection between two rounds. */
interface Turn {
  dueAt: number
  startedAt: number
  failures: number
  running: Promise<void> | null
  last: Reconciliation | null
  suspects: ReadonlyMap<string, string>
}

/**
 * Compares the books of every connection in use with its exchange, in the background: at start, then those with orders
 * under way within a minute, all others in turn within an hour.
 */
export class Reconciler {
  readonly #context: Context
  readonly #lanes: Lanes
  readonly #turns = new Map<string, Turn>()
  #running = 0
  #stopTimer: () => void = () => undefined

  constructor(context: Context, lanes: Lanes) {
    this.#context = context
    this.#lanes = lanes
  }

  /** Rejects with `Problem` where the database does not answer. */
  async start(): Promise<void> {
    const now = this.#context.clock.now()
    for (const last of await this.#context.journal.reconciliations()) this.#turns.set(last.connectionId, { ...fresh(now), last })
    this.#beat()
  }

  stop(): void { this.#stopTimer() }

  /**
   * Compares one connection now, twice where the first look sees something. Problems: `not_found`, and what the exchange
   * or the executor answered.
   */
  async now(connectionId: string): Promise<void> {
    const turn = this.#turnOf(connectionId)
    await this.#afterRunning(connectionId, turn)
    if (turn.suspects.size === 0) return
    await sleep(this.#context.clock, CONFIRM_MS)
    await this.#afterRunning(connectionId, turn)
  }

  async #afterRunning(connectionId: string, turn: Turn): Promise<void> {
    while (turn.running !== null) await turn.running
    await this.#round(connectionId, turn)
  }

  #beat(): void {
    if (this.#context.stopping) return
    this.#stopTimer = this.#context.clock.after(BEAT_MS, () => { this.#beat() })
    if (this.#running >= AT_ONCE) return
    const due = [...this.#due(this.#context.clock.now())].sort(([, a], [, b]) => a.dueAt - b.dueAt)
    for (const [connectionId, turn] of due.slice(0, AT_ONCE - this.#running)) {
      this.#round(connectionId, turn).catch((error: unknown) => {
        if (!(error instanceof Problem)) queueMicrotask(() => { throw error })
      })
    }
  }

  /** Connections that bots use and that are due by now: those whose bots were at work since their last round soon after it. */
  #due(now: number): ReadonlyMap<string, Turn> {
    const due = new Map<string, Turn>()
    for (const lane of this.#context.book.lanes()) { // every second, through all bots: nothing is made for those that are not due
      const { connectionId } = lane.bot
      if (connectionId === null || !owned(lane)) continue // another server compares what is its own
      const turn = this.#turnOf(connectionId)
      const isBusy = lane.current.size > 0 || lane.touchedAt > turn.startedAt || lane.doubtedAt > turn.startedAt
      if (turn.failures === 0 && isBusy) turn.dueAt = Math.min(turn.dueAt, turn.startedAt + BUSY_EVERY_MS)
      if (turn.running === null && turn.dueAt <= now) due.set(connectionId, turn)
    }
    return due
  }

  async #round(connectionId: string, turn: Turn): Promise<void> {
    const linked = this.#context.book.connection(connectionId)
    if (linked === undefined) throw new Problem('not_found', 'There is no such connection.')
    let over: () => void = () => undefined
    turn.running = new Promise((resolve) => { over = resolve })
    this.#running += 1
    turn.startedAt = this.#context.clock.now()
    try {
      await this.#compare(linked, turn)
    } finally {
      this.#running -= 1
      turn.running = null
      over()
    }
  }

  async #compare(linked: Linked, turn: Turn): Promise<void> {
    const { clock, log } = this.#context
    try {
      const { reconciliation, suspects, again } = await reconcile(this.#context, this.#lanes, linked, { before: turn.last, suspects: turn.suspects })
      turn.last = reconciliation
      turn.suspects = suspects
      turn.failures = reconciliation.trouble === null ? 0 : turn.failures + 1
      turn.dueAt = clock.now() + (turn.failures > 0 ? retryAfter(turn.failures) : again ? CONFIRM_MS : QUIET_EVERY_MS)
    } catch (error) {
      turn.failures += 1
      turn.dueAt = clock.now() + retryAfter(turn.failures)
      if (error instanceof Problem) log.warn({ connectionId: linked.connection.id, code: error.code }, 'the books could not be compared with the exchange')
      throw error
    }
  }

  #turnOf(connectionId: string): Turn {
    const known = this.#turns.get(connectionId)
    if (known !== undefined) return known
    const turn = fresh(this.#context.clock.now())
    this.#turns.set(connectionId, turn)
    return turn
  }
}

const fresh = (now: number): Turn => ({ dueAt: now, startedAt: 0, failures: 0, running: null, last: null, suspects: new Map() })
const retryAfter = (failures: number): number => RETRY_MS[Math.min(failures, RETRY_MS.length) - 1] ?? 600_000
