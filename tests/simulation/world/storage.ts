import { Problem } from '#model'
import type { Fleet, Journal, JournalBatch, LogEntry, Requests } from '#store'
import { EmbeddedFleet, MemoryFleet } from '../journal/memory-fleet.ts'
import { MemoryJournal } from '../journal/memory-journal.ts'
import { memoryRequests } from '../journal/memory-requests.ts'
import type { Disk } from '../journal/memory-writer.ts'
import type { Chance } from './chance.ts'
import type { Life } from './life.ts'
import type { World } from './world.ts'

/** The longest a database is away, ms, and the slowest commit. */
const AWAY_MS = 8000
const SLOW_MS = 3000
const AWAY_POLL_MS = 300
/** What a dead server waits for. A new one each time: what waits for a promise is kept as long as the promise. */
const never = (): Promise<never> => new Promise(() => undefined)

/** The database as a machine: sometimes slow, sometimes away. What it wrote stays, whoever dies. */
export class Storage {
  readonly #world: World
  readonly #chance: Chance
  #awayUntil = 0

  constructor(world: World, chance: Chance) {
    this.#world = world
    this.#chance = chance
  }

  /** Goes away for a while: nothing is read or written. */
  goAway(): void {
    this.#world.log('storage', 'is away')
    this.#awayUntil = this.#world.time.now + this.#chance.between(10, AWAY_MS)
    this.#world.disturb(this.#awayUntil - this.#world.time.now)
  }

  /** The journal of one life of a server. */
  open(life: Life): Journal {
    const { tables, judge } = this.#world
    const journal = new MemoryJournal({ tables, disk: this.#disk(life), clock: life.clock, origin: life.origin, written: (batch) => { judge.stored(batch) } })
    const read = <T>(name: string, ask: () => Promise<T>): Promise<T> => this.#read(life, name, ask)
    const follower = this.#follow(life)
    return {
      commit: (batch) => this.#commit(life, journal, batch),
      onFeed: () => undefined,
      onLog: (listener) => { follower.start(listener) },
      caughtUp: () => read('caughtUp', async () => { follower.catchUp() }),
      recognise: (wanted, since) => read('recognise', () => journal.recognise(wanted, since)),
      lastOfSide: (webhookId, symbol, side, since) => read('lastOfSide', () => journal.lastOfSide(webhookId, symbol, side, since)),
      unfinished: () => read('unfinished', () => journal.unfinished()),
      undecided: (ids) => read('undecided', () => journal.undecided(ids)),
      positionsOf: (ids) => read('positionsOf', () => journal.positionsOf(ids)),
      bots: () => read('bots', () => journal.bots()),
      connections: () => read('connections', () => journal.connections()),
      positions: () => read('positions', () => journal.positions()),
      ordersByClientId: (account, ids) => read('ordersByClientId', () => journal.ordersByClientId(account, ids)),
      ordersSince: (id, since) => read('ordersSince', () => journal.ordersSince(id, since)),
      standingFindings: () => read('standingFindings', () => journal.standingFindings()),
      reconciliations: () => read('reconciliations', () => journal.reconciliations()),
      adjustmentsSince: (botId, since) => read('adjustmentsSince', () => journal.adjustmentsSince(botId, since)),
    }
  }

  /** Leases of lanes and requests among servers, for one life. */
  share(life: Life): { readonly fleet: Fleet; readonly requests: Requests; readonly me: string; readonly several: boolean } {
    const { tables, embedded } = this.#world
    const fleet = embedded ? new EmbeddedFleet(tables, life.clock) : new MemoryFleet(tables, life.clock, life.name)
    const requests = memoryRequests(tables, life.clock, life.origin)
    const ask = <T>(name: string, work: () => Promise<T>): Promise<T> => this.#read(life, name, work)
    return {
      me: life.name, several: !embedded,
      fleet: {
        renew: (anew) => ask('renew', () => fleet.renew(anew)), giveBack: (shards) => ask('giveBack', () => fleet.giveBack(shards)),
        leave: (finished) => ask('leave', () => fleet.leave(finished)),
      },
      requests: {
        ask: (botId, kind, args) => ask('ask', () => requests.ask(botId, kind, args)), open: (id) => ask('open', () => requests.open(id)),
        claim: (id, by) => ask('claim', () => requests.claim(id, by)), answer: (id, result) => ask('answer', () => requests.answer(id, result)),
        result: (id) => ask('result', () => requests.result(id)),
        announce: (id, kind, args, stands) => ask('announce', () => requests.announce(id, kind, args, stands)),
        announced: (id) => ask('announced', () => requests.announced(id)),
        standing: () => ask('standing', () => requests.standing()), withdraw: (ids) => ask('withdraw', () => requests.withdraw(ids)),
      },
    }
  }

  /** Hands a server the commits of all, in order, each once and a little late. With one server by itself: never. */
  #follow(life: Life): { start(listener: (entries: readonly LogEntry[]) => void): void; catchUp(): void } {
    const { time, tables, embedded } = this.#world
    let last = tables.log.length
    let tell: ((entries: readonly LogEntry[]) => void) | null = null
    const catchUp = (): void => {
      const rows = tables.log.slice(last)
      last = tables.log.length
      if (rows.length > 0) tell?.(rows.map(({ origin, ...row }) => ({ ...row, own: origin === life.origin })))
    }
    let coming = false
    const hear = (): void => {
      if (coming || !life.alive) return
      coming = true
      // Told at once as a rule; where the connection that tells is away, by the next poll.
      time.after(this.#chance.hits(0.1) ? this.#chance.between(200, 1000) : this.#chance.between(1, 20), () => {
        coming = false
        if (this.#away()) { time.after(AWAY_POLL_MS, hear); return }
        life.tell('the log', catchUp)
      })
    }
    return {
      start: (listener) => {
        if (embedded) return
        tell = listener
        tables.onTold(hear)
        life.onDeath(() => { tables.offTold(hear) })
      },
      catchUp,
    }
  }

  #read<T>(life: Life, name: string, ask: () => Promise<T>): Promise<T> {
    if (!life.passes(`before ${name}`)) return never()
    return new Promise((resolve, reject) => {
      this.#world.time.after(this.#readMs(), () => life.tell(`after ${name}`, () => {
        if (this.#away()) reject(away())
        else ask().then(resolve, reject)
      }))
    })
  }

  #commit(life: Life, journal: MemoryJournal, batch: JournalBatch): Promise<void> {
    if (!life.passes('before a commit')) return never()
    return new Promise((resolve, reject) => {
      journal.commit(batch).then(() => life.tell('after a commit', resolve), (error: unknown) => {
        if (!(error instanceof Problem)) this.#world.log('storage', `refuses: ${String(error)}`)
        life.tell('after a refused commit', () => { reject(error instanceof Error ? error : new Error(String(error))) })
      })
    })
  }

  /** A killed process leaves a transaction that is either done or not: both are tried. */
  #disk(life: Life): Disk {
    const { time, faults } = this.#world
    return {
      turn: ({ write, answer, refuse }) => {
        let open = true
        const once = (act: () => void): void => { if (open) { open = false; act() } }
        life.onDeath(() => { if (!this.#away() && this.#chance.hits(0.5)) once(write) })
        const slow = this.#chance.hits(faults.rate('storageSlow'))
        time.after(slow ? this.#chance.between(5, SLOW_MS) : this.#chance.between(0.1, 0.6), () => {
          if (!life.alive) return
          if (life.pausedMs() > 0 && this.#chance.hits(0.5)) { life.tell('a late write', () => { if (this.#away()) once(() => { refuse(away()) }); else { once(write); answer() } }); return }
          if (this.#away()) { once(() => { refuse(away()) }); return }
          once(write)
          time.after(slow ? this.#chance.between(1, SLOW_MS) : 0.1, answer)
        })
      },
    }
  }

  #readMs(): number { return this.#chance.hits(this.#world.faults.rate('storageSlow')) ? this.#chance.between(1, SLOW_MS) : 0.05 }

  #away(): boolean {
    const { time, faults } = this.#world
    return faults.on && time.now < this.#awayUntil
  }
}

const away = (): Problem => new Problem('unavailable', 'The database does not answer.')
