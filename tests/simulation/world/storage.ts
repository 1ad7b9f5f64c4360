import { Problem } from '#model'
import type { Journal, JournalBatch } from '#store'
import { MemoryJournal, type Disk } from '../journal/memory-journal.ts'
import type { Chance } from './chance.ts'
import type { Life } from './life.ts'
import type { World } from './world.ts'

/** The longest a database is away, ms, and the slowest commit. */
const AWAY_MS = 8000
const SLOW_MS = 3000
const never = new Promise<never>(() => undefined)

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
    this.#world.undisturbedSince = Math.max(this.#world.undisturbedSince, this.#awayUntil)
  }

  /** The journal of one life. */
  open(life: Life): Journal {
    const { time } = this.#world
    const journal = new MemoryJournal(this.#world.tables, this.#disk(life), (batch) => { this.#world.judge.stored(batch) })
    const read = <T>(name: string, ask: () => Promise<T>): Promise<T> => {
      if (!life.passes(`before ${name}`)) return never
      return new Promise((resolve, reject) => {
        time.after(this.#readMs(), () => life.tell(`after ${name}`, () => {
          if (this.#away()) reject(away())
          else ask().then(resolve, reject)
        }))
      })
    }
    return {
      commit: (batch) => this.#commit(life, journal, batch),
      onFeed: () => undefined,
      onLog: () => undefined, // one server has the journal to itself
      caughtUp: () => Promise.resolve(),
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
    }
  }

  #commit(life: Life, journal: MemoryJournal, batch: JournalBatch): Promise<void> {
    if (!life.passes('before a commit')) return never
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
      now: () => time.now,
      turn: ({ write, answer, refuse }) => {
        let open = true
        const once = (act: () => void): void => { if (open) { open = false; act() } }
        life.onDeath(() => { if (!this.#away() && this.#chance.hits(0.5)) once(write) })
        const slow = this.#chance.hits(faults.rate('storageSlow'))
        time.after(slow ? this.#chance.between(5, SLOW_MS) : this.#chance.between(0.1, 0.6), () => {
          if (!life.alive) return
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
