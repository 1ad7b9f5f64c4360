import { nextTurn, sleep } from '#clock'
import { Problem, type Signal } from '#model'
import type { BotRow, JournalBatch } from '#store'
import type { Lane, Job } from './book.ts'
import { commitSurely, demandOwned, merge, type Context } from './context.ts'
import { LaneLost, Stopped } from './ended.ts'
import { decidedBatch, type Decided } from './decided.ts'
import { closes, decideExitMeanwhile, decideNow, decideWaiting } from './deciding.ts'
import { exitEnded } from './exit-told.ts'
import { watchExit } from './exit-watch.ts'
import type { Tracked } from './ledger.ts'
import { venueOf } from './on-the-wire.ts'
import { performAtOpen } from './at-open.ts'
import { perform } from './perform.ts'
import { owned } from './ranges.ts'

/** How many jobs may wait in one lane; a signal beyond that is refused for this bot, visibly. */
const QUEUE_LIMIT = 10_000

/**
 * The bots' lanes: each decides its signals in the order in which they were stored, one at a time; the next one waits
 * until the orders of the one before have ended and their fills are booked. Lanes do not wait for each other.
 */
export class Lanes {
  readonly #context: Context
  /** Of signals with undecided bots here: how many decisions are not durable yet, and whether no other server has any to make. */
  readonly #left = new Map<string, { count: number; whole: boolean }>()
  #waiting = 0
  #running = 0

  constructor(context: Context) { this.#context = context }

  /** Decisions that have still to be made. */
  get waiting(): number { return this.#waiting }
  get running(): number { return this.#running }

  idle(lane: Lane): boolean { return !lane.busy && lane.incoming === 0 && lane.queue.length === 0 }

  /** Starts what a committed decision asks for. The lane was marked busy when it was decided. */
  begin(lane: Lane, decided: Decided): void {
    if (decided.task.atOpen === true) lane.atOpen = [...lane.atOpen, decided]
    if (decided.orders.length === 0) { this.release(lane); return }
    this.#follow(lane, perform(this.#context, lane, decided))
  }

  /** Frees a lane and lets it take up what waits for it. */
  release(lane: Lane): void {
    lane.busy = false
    lane.opening = null
    this.kick(lane)
  }

  /** Queues a job that is not a signal, and starts the lane if it is free. A lane of another server is that one's to work in. */
  enqueue(lane: Lane, job: Job): void {
    if (!owned(lane)) {
      dropped(job)
      return
    }
    if (lane.queue.length >= QUEUE_LIMIT) throw new Problem('unavailable', `${QUEUE_LIMIT} jobs wait for this bot already.`)
    wait(lane, job)
    this.kick(lane)
  }

  /** Has a lane look whether what stands of an exit is over, once everything before has ended. */
  lookAtExit(lane: Lane): void {
    if (this.#context.exits.of(lane.bot.id).length > 0) this.enqueue(lane, { kind: 'run', run: () => Promise.resolve() })
  }

  kick(lane: Lane): void {
    if (lane.busy) for (const inquiry of lane.inquiries.values()) inquiry.stir()
    if (lane.busy || !owned(lane) || lane.leaving || lane.queue.length === 0 || this.#context.stopping) return
    lane.busy = true
    this.#follow(lane, this.#work(lane))
  }

  /** An exchange opened: exits that waited for it go ahead of what waits in their lanes. */
  open(exchange: string): void {
    for (const lane of this.#context.book.lanes()) {
      const { atOpen } = lane
      if (atOpen.length === 0 || lane.bot.exchange !== exchange || !owned(lane)) continue
      lane.atOpen = []
      lane.queue.unshift(...atOpen.map((waiting): Job => ({ kind: 'run', run: () => performAtOpen(this.#context, lane, waiting) })))
      this.kick(lane)
    }
  }

  /** Takes over a bot's row, new or changed; a new lane is ours if its shard is. */
  put(row: BotRow): void {
    const known = this.#context.book.lane(row.bot.id) !== undefined
    const lane = this.#context.book.putBot(row)
    if (!known) lane.token = this.#context.tenure.tokenOf(lane.shard)
  }

  /** Another server owns the lane now: what waits in it is that one's, and what is under way ends. Answers its successor. */
  drop(lane: Lane): Lane {
    for (const job of lane.queue.splice(0)) {
      if (job.kind === 'signal') this.#gone(job.signal)
      else dropped(job)
    }
    const fresh = this.#context.book.renew(lane, null, 0)
    for (const inquiry of lane.inquiries.values()) inquiry.stir()
    wake(lane)
    return fresh
  }

  /**
   * Hands a stored signal to lanes that have not decided it: in chunks, each with its own commit, with a turn of the
   * event loop for everything else in between, and for each exchange no faster than it takes the orders. `whole`: no
   * other server has lanes that have not decided it.
   */
  spread(signal: Signal, lanes: readonly Lane[], chunk: number, whole: boolean): void {
    // Lanes that came from another server join those that this one had: only the journal tells then when all have decided.
    const before = this.#left.get(signal.id)
    this.#left.set(signal.id, before === undefined ? { count: lanes.length, whole } : { count: before.count + lanes.length, whole: false })
    this.#waiting += lanes.length
    if (signal.flags.includes('TEST')) { this.#follow(null, this.#test(signal, lanes)); return }
    const job: Job = { kind: 'signal', signal }
    for (const lane of lanes) wait(lane, job)
    if (lanes.length <= chunk) { for (const lane of lanes) this.kick(lane); return }
    for (const [venue, some] of Map.groupBy(lanes, (lane) => venueOf(lane.bot))) this.#follow(null, this.#spreadChunks(signal, venue, some, job, chunk))
  }

  async #spreadChunks(signal: Signal, venue: string, lanes: readonly Lane[], job: Job, chunk: number): Promise<void> {
    for (let from = 0; from < lanes.length; from += chunk) {
      await nextTurn(this.#context.clock)
      await this.#context.wire.room(venue, chunk)
      if (this.#context.stopping) return // the rest is durable, and taken up at the next start
      const now: { lane: Lane; decided: Decided }[] = []
      for (const lane of lanes.slice(from, from + chunk)) {
        if (lane.busy || lane.queue[0] !== job) continue // busy: its own loop takes it up
        const decided = decideNow(this.#context, lane, signal)
        if (decided === null) { this.kick(lane); continue }
        lane.queue.shift()
        lane.busy = true
        now.push({ lane, decided })
      }
      if (now.length === 0) continue
      try {
        await this.#commit(signal, now)
      } catch (error) {
        if (!(error instanceof LaneLost)) throw error
        this.#backInto(now.map((one) => one.lane), job)
        continue
      }
      for (const { lane, decided } of now) this.begin(lane, decided)
    }
  }

  /** One of them went to another server: the others decide again, each by itself. */
  #backInto(lanes: readonly Lane[], job: Job): void {
    for (const lane of lanes) {
      if (lane.lost) {
        if (job.kind === 'signal') this.#gone(job.signal)
        continue
      }
      lane.queue.unshift(job)
      this.release(lane)
    }
  }

  /**
   * Called while an opening is uncertain: if the next signal in the lane is an exit that is safe to send at once, it is
   * decided and carried out here, ahead of the opening's resolution.
   */
  async exitMeanwhile(lane: Lane, opening: Tracked): Promise<void> {
    const next = lane.queue[0]
    if (lane.exited !== null || lane.exitAhead || next === undefined || (next.kind === 'run' && next.exit === undefined)) return
    lane.exitAhead = true
    lane.queue.shift()
    const decided = next.kind === 'run' ? await next.exit?.(opening) ?? null : await decideExitMeanwhile(this.#context, lane, next.signal, opening)
    if (decided === null) {
      lane.exitAhead = false
      if (!lane.lost) lane.queue.unshift(next)
      else if (next.kind === 'signal') this.#gone(next.signal)
      else dropped(next)
      return
    }
    if (next.kind === 'signal') await this.#commit(next.signal, [{ lane, decided }])
    lane.exited = { decided, nextLeg: decided.orders.length }
    const nextLeg = await perform(this.#context, lane, { ...decided, task: { ...decided.task, closeRest: undefined } })
    lane.exited = { decided, nextLeg }
  }

  async #work(lane: Lane): Promise<void> {
    while (!this.#context.stopping && !lane.leaving) { // what is left is durable, and taken up at the next start
      demandOwned(lane)
      const job = lane.queue.shift()
      if (job === undefined) return
      if (job.kind === 'run') { await job.run(); continue }
      const decided = await this.#decideStored(lane, job.signal)
      if (decided.task.atOpen === true) lane.atOpen = [...lane.atOpen, decided]
      else if (decided.orders.length > 0) await perform(this.#context, lane, decided)
      lane.opening = null
    }
  }

  async #decideStored(lane: Lane, signal: Signal): Promise<Decided> {
    const watch = closes(lane, signal) ? watchExit(this.#context, lane, signal) : null
    try {
      if (!this.#context.tenure.alone) await this.#upToDate() // a turn of the loop less where there is nobody else
      const decided = await decideWaiting(this.#context, lane, signal)
      await this.#commit(signal, [{ lane, decided }])
      return decided
    } catch (error) {
      if (error instanceof LaneLost) this.#gone(signal)
      throw error
    } finally {
      await watch?.end()
    }
  }

  /** What other servers changed before holds for this decision; a database that is away is waited for. */
  async #upToDate(): Promise<void> {
    while (!this.#context.stopping) {
      try {
        await this.#context.upToDate()
        return
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        await sleep(this.#context.clock, 500)
      }
    }
    throw new Stopped()
  }

  /** Tests are decided beside the lanes and touch nothing. Where one of them went to another server, each is decided by itself. */
  async #test(signal: Signal, lanes: readonly Lane[]): Promise<void> {
    for (let from = 0; from < lanes.length; from += 64) {
      const some = lanes.slice(from, from + 64)
      if (await this.#tested(signal, some)) continue
      for (const lane of some) {
        if (!await this.#tested(signal, [lane])) this.#gone(signal)
      }
    }
  }

  /** Whether the decisions are stored; not: another server owns one of the lanes. */
  async #tested(signal: Signal, lanes: readonly Lane[]): Promise<boolean> {
    try {
      const decided = await Promise.all(lanes.map(async (lane) => ({ lane, decided: await decideWaiting(this.#context, lane, signal) })))
      await this.#commit(signal, decided)
      return true
    } catch (error) {
      if (error instanceof LaneLost) return false
      throw error
    }
  }

  /**
   * Stores decisions. That all bots have decided is stored with the last of them, or after it: commits may overtake each
   * other while the database is away, and a signal that is marked too early loses its other bots in a crash.
   */
  async #commit(signal: Signal, made: readonly { lane: Lane; decided: Decided }[]): Promise<void> {
    const left = this.#left.get(signal.id)
    const isLast = left?.whole === true && left.count === made.length
    const batch: JournalBatch = isLast ? { fanoutDone: [signal.id] } : {}
    await commitSurely(this.#context, made.map((one) => one.lane), merge(decidedBatch(made.map((one) => one.decided)), batch))
    this.#context.exits.stored(made.map((one) => one.decided))
    if (isLast) this.#left.delete(signal.id)
    this.#decided(signal, made.length)
  }

  /** A lane that had not decided it went to another server: only the journal tells from now on when all have. */
  #gone(signal: Signal): void {
    const left = this.#left.get(signal.id)
    if (left !== undefined) left.whole = false
    this.#decided(signal, 1)
  }

  /** Counts lanes that need not decide a signal any more here; behind the last of them it is looked whether all have. */
  #decided(signal: Signal, count: number): void {
    this.#waiting -= count
    const left = this.#left.get(signal.id)
    if (left === undefined) return
    left.count -= count
    if (left.count > 0) return
    this.#left.delete(signal.id)
    this.#follow(null, this.#context.partDecided(signal.id))
  }

  /** A failure in here is a programmer's error: it ends the process, and recovery at the next start takes over. */
  #follow(lane: Lane | null, work: Promise<unknown>): void {
    this.#running += 1
    const rested = lane === null ? work : work.then(() => (this.#context.stopping ? undefined : exitEnded(this.#context, lane, lane.queue.length === 0)))
    void rested.then(() => {
      this.#running -= 1
      if (lane !== null) this.release(lane)
    }, (error: unknown) => {
      this.#running -= 1
      if (error instanceof Stopped || error instanceof LaneLost) return
      queueMicrotask(() => { throw error })
    })
  }
}

function dropped(job: Job): void {
  if (job.kind === 'run') job.drop?.(new Problem('unavailable', 'The bot has just gone to another server; nothing was done. Try again.'))
}

/** What sleeps in the lane because it is not urgent looks about. */
export function wake(lane: Lane): void {
  for (const go of lane.sleepers) go()
}

/** A list made for its one job takes a tenth of what a list takes that grew: a fan-out makes ten thousand of them. */
function wait(lane: Lane, job: Job): void {
  wake(lane)
  if (lane.queue.length === 0) lane.queue = [job]
  else lane.queue.push(job)
}
