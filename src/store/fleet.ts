import { sql, type Kysely, type Transaction } from 'kysely'
import { newId, type Clock } from '#clock'
import { laneScope, Problem, SHARDS } from '#model'
import type { Database } from './engine.ts'
import type { Held } from './journal.ts'
import { FEED_LOCK } from './postgres.ts'
import type { LeaseRow, ServerRow, Tables } from './tables.ts'

/** How long a lease lasts, and how long after its end nobody takes it over: an order's deadline and a margin. */
export const LEASE_MS = 12_000
export const GRACE_MS = 6000
/** What a stalled server may keep others from doing, see `STALLED_MS` of the journal. */
const STALLED = '5s'
const FLEET = 'fleet'

/** What this server holds, as of the moment of asking. */
export interface Tenure {
  /** For how long, ms, from before it was asked. Infinity: nobody else can come (the embedded database). */
  readonly lastsMs: number
  /** Who is there, as a lease: its token grows whenever a server comes or goes. */
  readonly members: Held
  /** How many other servers are there. */
  readonly others: number
  /** Shards of lanes with the token of each. */
  readonly shards: ReadonlyMap<number, number>
  /** How many of them are more than a fair share, and should be given back. */
  readonly surplus: number
}

/**
 * Which server owns which lanes. A lease is taken by comparing and setting, under the lock that orders the journal's
 * commits; its token grows with each change of its holder, and beyond any that a restored backup could bring back, for
 * it is at least the database's time. Times are the database's clock; a server counts its own lease from before it
 * asked, on its own clock: no two clocks are ever compared.
 */
export interface Fleet {
  /**
   * Prolongs what is held, and takes what is free: what nobody holds, what ended long enough ago, and what an earlier
   * run of this very server held. `anew`: shards that get a new token although they are held. Rejects with `unavailable`.
   */
  renew(anew?: readonly number[]): Promise<Tenure>
  /** Gives shards back; nothing of theirs may be under way. */
  giveBack(shards: readonly number[]): Promise<void>
  /** Leaves: others need not wait for what was held. `finished`: nothing is under way; otherwise leases run out. */
  leave(finished: boolean): Promise<void>
}

/** `me`: names this server over restarts; whoever calls himself so has made sure that he is the only one. */
export function createFleet(database: Database, clock: Clock, me: string): Fleet {
  const session = newId(clock)
  if (database.engine === 'sqlite') return embedded(database, clock, me, session)
  const { db } = database
  const locked = <T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> => db.transaction().execute(async (trx) => {
    await sql`set local idle_in_transaction_session_timeout = ${sql.lit(STALLED)}`.execute(trx)
    await sql`select pg_advisory_xact_lock(${sql.lit(FEED_LOCK)})`.execute(trx)
    return work(trx)
  })
  return {
    async renew(anew = []) {
      const now = sql<number>`extract(epoch from clock_timestamp()) * 1000`
      await db.updateTable('servers').set({ until: sql`${now} + ${LEASE_MS}::float8` }).where('id', '=', me).where('session', '=', session).execute()
      await db.updateTable('leases').set({ until: sql`${now} + ${LEASE_MS}::float8` }).where('owner', '=', me).where('session', '=', session).execute()
      const seen = await look(db, me, session)
      return anew.length === 0 && isSettled(seen) ? tenureOf(seen) : locked(async (trx) => tenureOf(await settle(trx, await look(trx, me, session), anew)))
    },
    async giveBack(shards) {
      if (shards.length === 0) return
      await locked(async (trx) => {
        await trx.updateTable('leases').set({ owner: null, session: null, until: 0 }).where('owner', '=', me).where('session', '=', session)
          .where('scope', 'in', shards.map(laneScope)).execute()
        await tellServers(trx, me)
      })
    },
    leave: (finished) => locked(async (trx) => {
      await trx.deleteFrom('servers').where('id', '=', me).where('session', '=', session).execute()
      await newMembers(trx)
      if (finished) await trx.updateTable('leases').set({ owner: null, session: null, until: 0 }).where('owner', '=', me).where('session', '=', session).execute()
    }),
  }
}

/** The only server by the lock on its data folder: it takes everything once, with new tokens, and never has to ask again. */
function embedded({ db }: Database, clock: Clock, me: string, session: string): Fleet {
  let taken: Promise<Tenure> | null = null
  const take = (): Promise<Tenure> => db.transaction().execute(async (trx) => {
    await trx.deleteFrom('servers').execute()
    await trx.insertInto('servers').values({ id: me, session, until: 0 }).execute()
    await makeRows(trx)
    await trx.updateTable('leases').set({ owner: me, session, until: 0, token: sql`max(token + 1, ${Math.floor(clock.now())})` }).execute()
    const rows = await trx.selectFrom('leases').selectAll().execute()
    return { ...tenureOf({ now: 0, me, session, servers: [], rows }), lastsMs: Infinity, surplus: 0 }
  })
  return {
    renew: (anew = []) => {
      if (taken === null || anew.length > 0) {
        taken = take()
        taken.catch(() => { taken = null })
      }
      return taken
    },
    giveBack: () => Promise.resolve(),
    leave: () => Promise.resolve(),
  }
}

interface Seen {
  readonly now: number
  readonly me: string
  readonly session: string
  readonly servers: readonly ServerRow[]
  readonly rows: readonly LeaseRow[]
}

async function look(on: Kysely<Tables>, me: string, session: string): Promise<Seen> {
  const { rows: [time] } = await sql<{ now: number }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`.execute(on)
  const servers = await on.selectFrom('servers').selectAll().execute()
  return { now: time?.now ?? 0, me, session, servers, rows: await on.selectFrom('leases').selectAll().execute() }
}

const isGone = (seen: Seen, server: ServerRow): boolean => server.until + GRACE_MS < seen.now
const isMine = (seen: Seen, row: LeaseRow): boolean => row.owner === seen.me && row.session === seen.session
const isLane = (row: LeaseRow): boolean => row.scope !== FLEET
/** Held by nobody, by nobody who still could act on it, or by this server before it was restarted. */
const isFree = (seen: Seen, row: LeaseRow): boolean => (
  isLane(row) && (row.owner === null || row.until + GRACE_MS < seen.now || row.owner === seen.me) && !isMine(seen, row)
)
const share = (servers: number): number => Math.ceil(SHARDS / Math.max(1, servers))
const mineOf = (seen: Seen): readonly LeaseRow[] => seen.rows.filter((row) => isLane(row) && isMine(seen, row))

/** In `extra.reason` of the Problem: a later run of this very server is there. This one has nothing to do any more. */
const SUPERSEDED = 'superseded'

/** Sessions are ids in order of time, of one machine: the greater one is the later run. */
function refuseSuperseded(seen: Seen): void {
  if (!seen.servers.some((server) => server.id === seen.me && server.session > seen.session)) return
  throw new Problem('unavailable', 'This server was started anew; the one before owns nothing any more.', { extra: { reason: SUPERSEDED } })
}

function isSettled(seen: Seen): boolean {
  refuseSuperseded(seen)
  const registered = seen.servers.some((server) => server.id === seen.me && server.session === seen.session)
  if (!registered || seen.rows.length !== SHARDS + 1 || seen.servers.some((server) => isGone(seen, server))) return false
  return mineOf(seen).length >= share(seen.servers.length) || !seen.rows.some((row) => isFree(seen, row))
}

function tenureOf(seen: Seen): Tenure {
  const mine = mineOf(seen)
  const members = seen.rows.find((row) => row.scope === FLEET)
  if (members === undefined) throw new Error('there is no lease of the fleet')
  return {
    lastsMs: LEASE_MS, members: { scope: FLEET, token: members.token }, others: seen.servers.filter((server) => server.id !== seen.me).length,
    shards: new Map(mine.map((row) => [Number(row.scope.slice(laneScope(0).length - 1)), row.token])),
    surplus: Math.max(0, mine.length - share(seen.servers.length)),
  }
}

/** Makes the rows as they should be: dead servers gone, this one there, its share taken. Under the lock. */
async function settle(trx: Transaction<Tables>, before: Seen, anew: readonly number[]): Promise<Seen> {
  refuseSuperseded(before)
  const { me, session, now } = before
  await makeRows(trx)
  const gone = before.servers.filter((server) => isGone(before, server) && server.id !== me)
  const registered = before.servers.some((server) => server.id === me && server.session === session)
  if (gone.length > 0) await trx.deleteFrom('servers').where('id', 'in', gone.map((server) => server.id)).execute()
  if (!registered) {
    await trx.deleteFrom('servers').where('id', '=', me).execute()
    await trx.insertInto('servers').values({ id: me, session, until: now + LEASE_MS }).execute()
  }
  if (gone.length > 0 || !registered) await newMembers(trx)
  const seen = await look(trx, me, session)
  const room = share(seen.servers.length) - mineOf(seen).length
  const free = seen.rows.filter((row) => isFree(seen, row)).sort((a, b) => Number(b.owner === me) - Number(a.owner === me)).slice(0, Math.max(0, room))
  const scopes = [...free.map((row) => row.scope), ...mineOf(seen).map((row) => row.scope).filter((scope) => anew.some((shard) => laneScope(shard) === scope))]
  if (scopes.length > 0) {
    // Looked at again while it is set: its holder may have prolonged it since, which takes no lock.
    await trx.updateTable('leases').set({ owner: me, session, until: now + LEASE_MS, token: nextToken(now) }).where('scope', 'in', scopes)
      .where((eb) => eb.or([eb('owner', 'is', null), eb('owner', '=', me), eb('until', '<', now - GRACE_MS)])).execute()
  }
  return look(trx, me, session)
}

async function makeRows(trx: Transaction<Tables>): Promise<void> {
  const scopes = [FLEET, ...Array.from({ length: SHARDS }, (_, shard) => laneScope(shard))]
  await trx.insertInto('leases').values(scopes.map((scope) => ({ scope, owner: null, session: null, token: 0, until: 0 })))
    .onConflict((conflict) => conflict.column('scope').doNothing()).execute()
}

const nextToken = (now: number) => sql<number>`greatest(token + 1, ${Math.floor(now)}::bigint)`

async function newMembers(trx: Transaction<Tables>): Promise<void> {
  await trx.updateTable('leases').set({ token: sql`token + 1` }).where('scope', '=', FLEET).execute()
}

/** Lets the others look at the leases at once. */
async function tellServers(trx: Transaction<Tables>, me: string): Promise<void> {
  await trx.insertInto('feed').values({ at: sql`extract(epoch from clock_timestamp()) * 1000`, events: '[]', origin: me, changes: '["server:leases"]' }).execute()
  await sql`select pg_notify('towerflow_feed', ${me})`.execute(trx)
}
