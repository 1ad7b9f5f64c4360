import type { Clock } from '#clock'
import { Problem, SHARDS } from '#model'
import type { Fleet, Held } from '#store'
import type { ExecutionLog } from './context.ts'

/** What follows from a change of what is owned. */
export interface TenureEvents {
  /** Shards with their tokens; resolves when their lanes are taken up. */
  gained(shards: ReadonlyMap<number, number>): Promise<void>
  lost(shards: readonly number[]): void
  /** These are to be given back: nothing new is begun in them. */
  leaving(shards: ReadonlySet<number>): void
  /** Whether nothing is under way in a shard. */
  quiet(shard: number): boolean
  /** Resolves when everything that other servers committed before has been taken over. */
  upToDate(): Promise<void>
}

const RENEW_MS = 2000
const AGAIN_MS = 250
const EVERYTHING: ReadonlyMap<number, number> = new Map(Array.from({ length: SHARDS }, (_, shard) => [shard, 0]))

/**
 * What this server owns, kept by renewing its leases. A lease is counted from before it was asked for, on our own clock,
 * so that it never lasts longer here than in the database, whatever the two clocks say. A server that was stopped and
 * wakes up finds its lease over before it sends anything.
 */
export class Tenure {
  readonly #clock: Clock
  readonly #fleet: Fleet | null
  readonly #events: TenureEvents
  readonly #log: ExecutionLog
  readonly #shards = new Map<number, number>()
  /** Those of them whose lanes have yet to be taken up. */
  readonly #coming = new Set<number>()
  readonly #suspects = new Set<number>()
  #leaving: ReadonlySet<number> = new Set()
  #members: Held | null = null
  #others = 0
  #alone = false
  #until = -Infinity
  #refreshing: Promise<void> | null = null
  #stopTimer: () => void = () => undefined
  #stopped = false

  /** `fleet` null: nobody else can be there, and no leases are kept. */
  constructor(clock: Clock, fleet: Fleet | null, log: ExecutionLog, events: TenureEvents) {
    this.#clock = clock
    this.#fleet = fleet
    this.#log = log
    this.#events = events
  }

  /** Whether what is written has to name the leases that it is written under. */
  get leased(): boolean { return this.#fleet !== null }
  /** Whether no other server is there, and all that others ever committed is taken over. */
  get alone(): boolean { return this.#alone }
  /** The lease that names who is there; what is stored on the belief to be alone, or not, is stored under it. */
  get members(): readonly Held[] | undefined { return this.#members === null ? undefined : [this.#members] }

  /** The token of a shard whose lanes are taken up; null: it is another server's, or they are yet to be. */
  tokenOf(shard: number): number | null { return this.#coming.has(shard) ? null : this.#shards.get(shard) ?? null }

  /** From now on new lanes of these shards are at work at once. */
  takenUp(shards: Iterable<number>): void { for (const shard of shards) this.#coming.delete(shard) }

  /** Whether the leases last until that time of our clock, epoch ms. */
  lasts(until: number): boolean { return this.#until >= until }

  /** Takes what is ours; from now on it is kept. Rejects with `unavailable`. */
  async start(): Promise<void> {
    if (this.#fleet === null) {
      this.#until = Infinity
      for (const [shard, token] of EVERYTHING) this.#shards.set(shard, token)
      await this.#events.gained(EVERYTHING)
      this.#alone = true
      return
    }
    await this.refresh()
    this.#schedule(RENEW_MS)
  }

  /** Leaves, so that others need not wait; `finished`: nothing is under way. */
  async stop(finished: boolean): Promise<void> {
    this.#stopped = true
    this.#stopTimer()
    await this.#refreshing?.catch(() => undefined)
    try {
      await this.#fleet?.leave(finished)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#log.warn({ code: error.code }, 'the leases could not be given back; they run out')
    }
  }

  /** Something told that what we believe of our leases is outdated. */
  refreshSoon(): void { if (!this.#stopped && this.#fleet !== null) this.#schedule(0) }

  /** The executor has seen a higher token than that of this shard: it is taken anew, or is another server's. */
  suspect(shard: number): void {
    if (this.#suspects.has(shard)) return
    this.#suspects.add(shard)
    this.#schedule(AGAIN_MS)
  }

  /** Asks the database what is ours, and acts on what changed. Several callers share one question. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => { this.#refreshing = null })
    return this.#refreshing
  }

  #schedule(ms: number): void {
    this.#stopTimer()
    this.#stopTimer = this.#clock.after(ms, () => {
      this.refresh().then(() => { this.#next(RENEW_MS) }, (error: unknown) => {
        if (!(error instanceof Problem)) throw error
        this.#log.warn({ code: error.code, detail: error.message }, 'the leases could not be renewed')
        if (error.extra['reason'] === 'superseded') this.#end()
        else this.#next(AGAIN_MS)
      })
    })
  }

  /** A later run of this server has taken its place: nothing is ours, for good. */
  #end(): void {
    this.#stopped = true
    this.#until = -Infinity
    this.#alone = false
    const all = [...this.#shards.keys()]
    this.#shards.clear()
    this.#events.lost(all)
  }

  #next(ms: number): void { if (!this.#stopped) this.#schedule(ms) }

  async #ask(): Promise<void> {
    if (this.#fleet === null) return
    const asked = this.#clock.now()
    const anew = [...this.#suspects]
    const seen = await this.#fleet.renew(anew)
    for (const shard of anew) this.#suspects.delete(shard)
    this.#until = asked + seen.lastsMs
    // A server that was stopped may find nobody, and yet somebody was there: what that one stored has to be taken over first.
    if (seen.others > 0 || this.#members?.token !== seen.members.token) this.#alone = false
    this.#members = seen.members
    const lost = [...this.#shards].filter(([shard, token]) => seen.shards.get(shard) !== token).map(([shard]) => shard)
    for (const shard of lost) this.#shards.delete(shard)
    if (lost.length > 0) this.#events.lost(lost)
    const gained = new Map([...seen.shards].filter(([shard]) => !this.#shards.has(shard)))
    for (const [shard, token] of gained) {
      this.#shards.set(shard, token)
      this.#coming.add(shard)
    }
    if (this.#others !== seen.others || lost.length + gained.size > 0) {
      this.#log.info({ servers: seen.others + 1, shards: this.#shards.size, gained: gained.size, lost: lost.length }, 'lanes are shared')
    }
    this.#others = seen.others
    if (gained.size > 0) await this.#events.gained(gained)
    await this.#giveBack(seen.surplus)
    if (seen.others === 0 && !this.#alone) {
      // Nobody else can store anything any more without our seeing it first: `members` would have changed.
      await this.#events.upToDate()
      this.#alone = true
    }
  }

  /** Lets go of what is more than a fair share, as soon as nothing is under way in it. */
  async #giveBack(surplus: number): Promise<void> {
    // Those in which nothing is under way go first: in one that is to leave nothing new is begun, and an order that only a
    // person can settle would keep every bot of that shard from its exits.
    const shards = surplus === 0 ? new Map<boolean, number[]>() : Map.groupBy(this.#shards.keys(), (shard) => this.#events.quiet(shard))
    const [busy, idle] = [shards.get(false) ?? [], shards.get(true) ?? []]
    this.#leaving = new Set([...busy, ...idle].slice(busy.length + idle.length - surplus))
    this.#events.leaving(this.#leaving)
    const quiet = [...this.#leaving].filter((shard) => this.#events.quiet(shard))
    if (quiet.length === 0) return
    for (const shard of quiet) this.#shards.delete(shard)
    this.#events.lost(quiet)
    await this.#fleet?.giveBack(quiet)
    if (quiet.length < this.#leaving.size) this.#schedule(AGAIN_MS)
  }
}
