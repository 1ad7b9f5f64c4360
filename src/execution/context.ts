import { sleep, type Clock } from '#clock'
import type { ExecutorPort } from '#contract'
import { laneScope, Problem, type KeyedHash } from '#model'
import type { Held, Journal, JournalBatch } from '#store'
import type { Adopting } from './adopt.ts'
import type { Book, Lane } from './book.ts'
import type { clientOrderIds, originCheck } from './client-order-id.ts'
import { withDust } from './dust.ts'
import { heldOpen } from './closing.ts'
import { LaneLost } from './ended.ts'
import type { ExitsTold } from './exit-told.ts'
import type { Feeds } from './feeds.ts'
import type { Freezes } from './freezes.ts'
import type { Gates } from './gates.ts'
import type { Change, Tracked } from './ledger.ts'
import type { OnTheWire } from './on-the-wire.ts'
import type { Tenure } from './tenure.ts'

/** What execution says to the log; texts and ids only, never a payload. */
export interface ExecutionLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Everything that execution works with; handed to each of its functions. */
export interface Context {
  readonly clock: Clock
  readonly journal: Journal
  readonly executor: ExecutorPort
  readonly book: Book
  readonly feeds: Feeds
  readonly freezes: Freezes
  /** Where orders wait while an exchange wants a pause. */
  readonly gates: Gates
  readonly wire: OnTheWire
  readonly log: ExecutionLog
  /** The keyed hash of the installation's key, which body hashes derive from. */
  readonly keyed: KeyedHash
  readonly clientOrderId: ReturnType<typeof clientOrderIds>
  /** Whether a client order id, perhaps of an earlier version, was made for an origin. */
  readonly isIdOf: ReturnType<typeof originCheck>
  /** Whether an id was made by this installation, as far as its length tells. */
  readonly carriesOurMark: (clientOrderId: string) => boolean
  /** Keeps what was learnt anew about the account behind a key. */
  savePositionMode(connectionId: string, mode: 'one-way' | 'hedge'): Promise<void>
  /** Lets an exit that waits go ahead of an uncertain opening, where that is safe. */
  exitMeanwhile(lane: Lane, opening: Tracked): Promise<void>
  readonly tenure: Tenure
  readonly adopting: Adopting
  /** What stands of exits that have not ended the position. */
  readonly exits: ExitsTold
  /** Resolves when what other servers committed before has been taken over; at once where there are none. */
  upToDate(): Promise<void>
  /** To be called when this server's part of a signal's bots has decided, and others may have a part. */
  partDecided(signalId: string): Promise<void>
  /** Set once `stop` was called: nothing new is begun. */
  stopping: boolean
}

const RETRY_MS = [100, 200, 500, 1000, 2000, 5000] as const

/**
 * Makes what has happened at the exchange durable, however long the database is away: the order is out, so its result
 * can only wait, never be dropped. Should the process end meanwhile, the look-up at the next start finds it again.
 * `lanes`: whose news it is. Throws `LaneLost` where another server owns one of them by now: what is known here is then
 * that one's to find out.
 */
export async function commitSurely(context: Context, lanes: Lane | readonly Lane[], batch: JournalBatch): Promise<void> {
  const all = 'bot' in lanes ? [lanes] : lanes
  for (let attempt = 0; ; attempt += 1) {
    for (const lane of all) demandOwned(lane)
    try {
      await context.journal.commit({ ...batch, held: heldBy(context, all) })
      return
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (wasOvertaken(error)) {
        context.tenure.refreshSoon()
        throw new LaneLost()
      }
      context.log.warn({ attempt, code: error.code }, 'a result waits for the database')
      await sleep(context.clock, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 5000)
    }
  }
}

/** Throws `LaneLost` for a lane that this server does not own any more. To be called in every loop that may last. */
export function demandOwned(lane: Lane): void {
  if (lane.lost) throw new LaneLost()
}

/** The leases under which lanes are owned, each once; undefined where no other server can be. */
export function heldBy(context: Context, lanes: readonly Lane[]): readonly Held[] | undefined {
  if (!context.tenure.leased) return undefined
  const held = new Map<number, Held>()
  for (const { shard, token } of lanes) {
    if (token === null) throw new LaneLost()
    held.set(shard, { scope: laneScope(shard), token })
  }
  return [...held.values()]
}

/** The token that the executor compares with the highest it saw: the second lock against a server that lost its lanes. */
export function fenceOf(context: Context, lane: Lane): { fence?: { scope: string; token: number } } {
  return !context.tenure.leased || lane.token === null ? {} : { fence: { scope: laneScope(lane.shard), token: lane.token } }
}

/** Whether the journal refused a batch because of what another server did; see `OVERTAKEN` of the store. */
export const wasOvertaken = (problem: Problem): boolean => problem.extra['reason'] === 'overtaken'

/** Whether the journal refused a batch because it breaks a rule of the books; see `BatchRefused` of the store. */
export const wasRefused = (error: unknown): boolean => error instanceof Error && error.name === 'BatchRefused'

/**
 * Commits a change of an order, together with what else belongs to it, and takes it over. A close that ends with a rest
 * still to be closed is not settled by it: `end` does that, with what follows.
 */
export async function take(context: Context, lane: Lane, made: Change, more: JournalBatch = {}): Promise<Tracked> {
  return commitChange(context, lane, heldOpen(lane, await withDust(context, lane, made)), more)
}

/** The same where all that follows from the order is in the batch: whatever is settled stays so. */
export async function end(context: Context, lane: Lane, made: Change, more: JournalBatch = {}): Promise<Tracked> {
  return commitChange(context, lane, more.positions === undefined ? await withDust(context, lane, made) : made, more)
}

async function commitChange(context: Context, lane: Lane, change: Change, more: JournalBatch): Promise<Tracked> {
  const known = context.clock.now()
  const batch = merge(change.batch, more)
  await commitSurely(context, lane, batch)
  // An exit may work in the lane beside the order that it overtook: who booked nothing has nothing to say of the position.
  lane.position = batch.positions?.at(-1) ?? lane.position
  lane.touchedAt = context.clock.now()
  const { order, settled } = change.tracked.stored
  if (settled) {
    lane.current.delete(order.id)
    context.adopting.settled(order.id)
  }
  if (order.state === 'uncertain') lane.uncertain.add(order.id)
  else lane.uncertain.delete(order.id)
  const uncertain = lane.uncertain.size > 0
  if (uncertain && lane.uncertainSpan?.to !== null) lane.uncertainSpan = { from: context.clock.now(), to: null }
  else if (!uncertain && lane.uncertainSpan?.to === null) lane.uncertainSpan = { ...lane.uncertainSpan, to: known } // a slow database makes no exit younger
  return change.tracked
}

/** Two batches as one. */
export function merge(a: JournalBatch, b: JournalBatch): JournalBatch {
  const merged: Record<string, readonly unknown[]> = { ...a } as Record<string, readonly unknown[]>
  for (const [name, rows] of Object.entries(b) as [string, readonly unknown[]][]) merged[name] = [...merged[name] ?? [], ...rows]
  return merged as JournalBatch
}
