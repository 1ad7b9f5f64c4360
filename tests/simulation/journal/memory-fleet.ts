import { newId, type Clock } from '#clock'
import { laneScope, Problem, SHARDS } from '#model'
import type { Fleet } from '#store'
import { GRACE_MS, LEASE_MS } from '../../../src/store/fleet.ts'
import type { LeaseRow, MemoryTables } from './memory-tables.ts'

type Tenure = Awaited<ReturnType<Fleet['renew']>>

const FLEET = 'fleet'

/**
 * Leases over tables in memory, by the rules of the real ones: taken by comparing and setting, with a token that grows with
 * each change of the holder; nobody takes over what may still be acted on. `me`: the server, over its lives.
 */
export class MemoryFleet implements Fleet {
  readonly #tables: MemoryTables
  readonly #clock: Clock
  readonly #me: string
  readonly #session: string

  constructor(tables: MemoryTables, clock: Clock, me: string) {
    this.#tables = tables
    this.#clock = clock
    this.#me = me
    this.#session = newId(clock)
  }

  async renew(anew: readonly number[] = []): Promise<Tenure> {
    const now = this.#clock.now()
    const { leases, servers } = this.#tables
    const mine = servers.get(this.#me)
    if (mine !== undefined && mine.session > this.#session) throw new Problem('unavailable', 'This server was started anew.', { extra: { reason: 'superseded' } })
    for (const scope of [FLEET, ...Array.from({ length: SHARDS }, (_, shard) => laneScope(shard))]) {
      if (!leases.has(scope)) leases.set(scope, { owner: null, session: null, token: 0, until: 0 })
    }
    const gone = [...servers].filter(([name, server]) => name !== this.#me && server.until + GRACE_MS < now).map(([name]) => name)
    for (const name of gone) servers.delete(name)
    if (gone.length > 0 || mine?.session !== this.#session) {
      const members = this.#row(FLEET)
      leases.set(FLEET, { ...members, token: members.token + 1 })
      this.#tell()
    }
    servers.set(this.#me, { session: this.#session, until: now + LEASE_MS })
    for (const [scope, row] of this.#own()) leases.set(scope, { ...row, until: now + LEASE_MS })
    const share = Math.ceil(SHARDS / servers.size)
    const room = Math.max(0, share - this.#own().length)
    const free = this.#lanes().filter(([, row]) => this.#isFree(row, now)).sort(([, a], [, b]) => Number(b.owner === this.#me) - Number(a.owner === this.#me)).slice(0, room)
    const renewed = this.#own().filter(([scope]) => anew.some((shard) => laneScope(shard) === scope))
    for (const [scope, row] of [...free, ...renewed]) leases.set(scope, { owner: this.#me, session: this.#session, until: now + LEASE_MS, token: Math.max(row.token + 1, Math.floor(now)) })
    const own = this.#own()
    return {
      lastsMs: LEASE_MS, others: servers.size - 1, surplus: Math.max(0, own.length - share), members: { scope: FLEET, token: this.#row(FLEET).token },
      shards: new Map(own.map(([scope, row]) => [Number(scope.slice('lane-'.length)), row.token])),
    }
  }

  async giveBack(shards: readonly number[]): Promise<void> {
    const wanted = new Set(shards.map(laneScope))
    for (const [scope, row] of this.#own()) if (wanted.has(scope)) this.#tables.leases.set(scope, { ...row, owner: null, session: null, until: 0 })
    this.#tell()
  }

  async leave(finished: boolean): Promise<void> {
    if (this.#tables.servers.get(this.#me)?.session !== this.#session) return
    this.#tables.servers.delete(this.#me)
    const members = this.#row(FLEET)
    this.#tables.leases.set(FLEET, { ...members, token: members.token + 1 })
    if (finished) for (const [scope, row] of this.#own()) this.#tables.leases.set(scope, { ...row, owner: null, session: null, until: 0 })
  }

  #isFree(row: LeaseRow, now: number): boolean {
    return (row.owner === null || row.until + GRACE_MS < now || row.owner === this.#me) && !this.#isOwn(row)
  }

  #isOwn(row: LeaseRow): boolean { return row.owner === this.#me && row.session === this.#session }
  #lanes(): [string, LeaseRow][] { return [...this.#tables.leases].filter(([scope]) => scope !== FLEET) }
  #own(): [string, LeaseRow][] { return this.#lanes().filter(([, row]) => this.#isOwn(row)) }

  #row(scope: string): LeaseRow {
    const row = this.#tables.leases.get(scope)
    if (row === undefined) throw new Error(`there is no lease ${scope}`)
    return row
  }

  #tell(): void { this.#tables.tell({ at: this.#clock.now(), origin: `${this.#me} ${this.#session}`, events: [], changes: ['server:leases'] }) }
}

/** The only server by the lock on its data folder: everything is its own, and never has to be asked for again. */
export class EmbeddedFleet implements Fleet {
  readonly #tables: MemoryTables
  readonly #clock: Clock
  #taken: Tenure | null = null

  constructor(tables: MemoryTables, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  async renew(anew: readonly number[] = []): Promise<Tenure> {
    if (this.#taken !== null && anew.length === 0) return this.#taken
    const shards = new Map<number, number>()
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const token = Math.max((this.#tables.leases.get(laneScope(shard))?.token ?? 0) + 1, Math.floor(this.#clock.now()))
      this.#tables.leases.set(laneScope(shard), { owner: 'embedded', session: null, token, until: Infinity })
      shards.set(shard, token)
    }
    const token = (this.#tables.leases.get(FLEET)?.token ?? 0) + 1
    this.#tables.leases.set(FLEET, { owner: null, session: null, token, until: 0 })
    this.#taken = { lastsMs: Infinity, members: { scope: FLEET, token }, others: 0, shards, surplus: 0 }
    return this.#taken
  }

  giveBack(): Promise<void> { return Promise.resolve() }
  leave(): Promise<void> { return Promise.resolve() }
}
