import { sleep, type Clock } from '#clock'
import { Problem } from '#model'
import type { Fleet, Requests } from '#store'
import { isAdopted } from './adopt.ts'
import type { Lane } from './book.ts'
import type { Context, ExecutionLog } from './context.ts'
import { Elsewhere, type Serve } from './elsewhere.ts'
import type { Lanes } from './lanes.ts'
import { LogReader } from './log-reader.ts'
import { owned, undecidedLanes } from './ranges.ts'
import { recover } from './recover.ts'
import type { Rows } from './rows.ts'
import { Tenure } from './tenure.ts'

/** Leases of lanes, and what servers that share a database ask each other. */
export interface Shared {
  readonly fleet: Fleet
  readonly requests: Requests
  readonly me: string
  /** Whether other servers can be there at all. */
  readonly several: boolean
}

interface Parts {
  readonly clock: Clock
  readonly log: ExecutionLog
  readonly shared?: Shared
}

const AGAIN_MS = 500
/** Asked of a lane's owner: there is something in the journal that it has not seen. */
export const TAKE_UP = 'take up'

/**
 * Which lanes are this server's, and what follows from it: lanes that come are taken up from the journal, lanes that go
 * are dropped, and what others store or change is taken over in the order of the commits.
 */
export class Ownership {
  readonly tenure: Tenure
  readonly #parts: Parts
  #context: Context | null = null
  #lanes: Lanes | null = null
  #rows: Rows | null = null
  #log: LogReader | null = null
  #elsewhere: Elsewhere | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.tenure = new Tenure(parts.clock, parts.shared?.fleet ?? null, parts.log, {
      gained: (shards) => this.log.run(() => this.#surely(() => this.#takeUp(shards))),
      lost: (shards) => {
        const gone = new Set(shards)
        for (const lane of this.#its.context.book.lanes()) if (gone.has(lane.shard)) this.#its.lanes.drop(lane)
      },
      leaving: (shards) => {
        for (const lane of this.#its.context.book.lanes()) {
          const stays = lane.leaving && !shards.has(lane.shard)
          lane.leaving = shards.has(lane.shard)
          if (stays) this.#its.lanes.kick(lane)
        }
      },
      quiet: (shard) => [...this.#its.context.book.lanes()].every((lane) => lane.shard !== shard || (!lane.busy && lane.incoming === 0)),
      upToDate: () => this.log.upToDate(),
    })
  }

  /** The two halves know each other: this one is made first, and is complete from here on. */
  join(context: Context, lanes: Lanes, rows: Rows, serve: Serve): void {
    const { shared, clock } = this.#parts
    this.#context = context
    this.#lanes = lanes
    this.#rows = rows
    const elsewhere = shared === undefined ? null : new Elsewhere({
      requests: shared.requests, clock, me: shared.me, log: context.log, stopping: () => context.stopping, upToDate: () => this.log.upToDate(),
      owns: (botId) => {
        const lane = context.book.lane(botId)
        return lane !== undefined && owned(lane)
      },
    }, serve)
    this.#elsewhere = elsewhere
    this.#log = new LogReader(context, lanes, rows, (id, own) => elsewhere?.heard(id, own))
  }

  get log(): LogReader {
    if (this.#log === null) throw new Error('it was not joined')
    return this.#log
  }

  /** Takes what is ours. Rejects with `unavailable`. */
  async start(): Promise<void> {
    const { context } = this.#its
    context.journal.onLog((entries) => { if (!context.stopping) this.log.take(entries) })
    await this.tenure.start()
    if (this.#parts.shared?.several === true) await this.#elsewhere?.catchUp()
  }

  /** Who the other servers are told through; null: there can be none. */
  get others(): Elsewhere | null { return this.#parts.shared?.several === true ? this.#elsewhere : null }

  /** Who is to be asked about a lane: null where it is this server's, or nobody else can be there. */
  elsewhere(lane: Lane): Elsewhere | null { return owned(lane) ? null : this.#elsewhere }

  /** Another server owns these bots' lanes, and orders were put into the journal for them: it has to take them up. */
  tellOwners(botIds: readonly string[]): void {
    const { context } = this.#its
    for (const botId of new Set(botIds)) {
      const lane = context.book.lane(botId)
      const owner = lane === undefined ? null : this.elsewhere(lane)
      owner?.ask(botId, TAKE_UP, {}).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error
        context.log.warn({ botId, code: error.code }, 'the owner of a lane did not hear of orders in it; its next start takes them up')
      })
    }
  }

  /** The lane's shard is taken anew, with all that the journal holds of it. */
  takeUpAnew(botId: string): Promise<void> {
    const lane = this.#its.context.book.lane(botId)
    if (lane !== undefined) this.tenure.suspect(lane.shard)
    return Promise.resolve()
  }

  /** All bots of a signal that this server had to decide have; the last server to say so ends the signal. */
  async partDecided(signalId: string): Promise<void> {
    const { journal, book, log } = this.#its.context
    try {
      const [one] = await journal.undecided([signalId])
      if (one !== undefined && undecidedLanes(book, one).length === 0) await journal.commit({ fanoutDone: [signalId] })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      log.warn({ signalId, code: error.code }, 'a decided signal is looked at again at the next start')
    }
  }

  get #its(): { context: Context; lanes: Lanes; rows: Rows } {
    if (this.#context === null || this.#lanes === null || this.#rows === null) throw new Error('it was not joined')
    return { context: this.#context, lanes: this.#lanes, rows: this.#rows }
  }

  /** Lanes that are ours from now on: everything in them as it is stored, then what is unfinished in them. */
  async #takeUp(shards: ReadonlyMap<number, number>): Promise<void> {
    const { context, lanes, rows } = this.#its
    const { journal, book, log } = context
    const unfinished = await journal.unfinished()
    const standing = await journal.standingFindings()
    const taken = new Set<Lane>()
    const work = await rows.inLine(async () => {
      const [bots, connections, positions] = await Promise.all([journal.bots(), journal.connections(), journal.positions()])
      const before = new Set(book.lanes())
      book.load(bots, connections, [])
      const held = new Map(positions.map((position) => [position.botId, position]))
      for (const lane of book.lanes()) {
        const token = shards.get(lane.shard)
        if (token !== undefined) taken.add(book.renew(lane, token, unfinished.seq, held.get(lane.bot.id)))
        // Made just now, in a shard that was ours already; the log has yet to tell of it.
        else if (!before.has(lane)) lane.token = this.tenure.tokenOf(lane.shard)
      }
      this.tenure.takenUp(shards.keys())
      for (const stored of unfinished.orders) {
        const lane = book.lane(stored.order.botId)
        if (lane !== undefined && taken.has(lane) && isAdopted(stored)) context.adopting.add(stored.order.id)
      }
      context.exits.load(standing, new Set([...taken].map((lane) => lane.bot.id)))
      const found = recover(context, lanes, unfinished, taken)
      for (const lane of taken) lanes.lookAtExit(lane)
      return found
    })
    if (work.orders + work.signals > 0) log.info(work, 'unfinished work is taken up')
  }

  /** Tries until the database answers. */
  async #surely(work: () => Promise<void>): Promise<void> {
    const { context } = this.#its
    while (!context.stopping) {
      try {
        await work()
        return
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        context.log.warn({ code: error.code }, 'lanes wait for the database to be taken up')
        await sleep(context.clock, AGAIN_MS)
      }
    }
  }
}
