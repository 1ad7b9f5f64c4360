import { sql, type Kysely, type Transaction } from 'kysely'
import { Problem, type AccountFacts, type Connection } from '#model'
import { coalesce } from './coalesce.ts'
import { isConstraint } from './database-trouble.ts'
import type { Database } from './engine.ts'
import type { ConnectionRow } from './journal.ts'
import { readMeta, SCRUB_DUE, writeMeta } from './meta.ts'
import { numbered } from './numbered.ts'
import { unsettledOrders } from './orders.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import { fromConnection, toConnection } from './rows.ts'
import type { ConnectionRecord, Tables } from './tables.ts'

/** Something by id and name. */
export interface Named { readonly id: string; readonly name: string }

/** A connection as its owner sees it: with the bots that use it, whoever's they are. */
export interface ConnectionView {
  readonly connection: Connection
  readonly bots: readonly Named[]
  /** When its books were last compared with the exchange as a whole, and what kept the last try from it; null: never, nothing. */
  readonly reconciledAt: number | null
  readonly reconcileTrouble: string | null
}

export type CreateConnection =
  | { readonly kind: 'created'; readonly name: string }
  /** The same key is connected already, by this user or another one. */
  | { readonly kind: 'duplicate_connection' }
  | { readonly kind: 'duplicate_name' }

export type RemoveConnection =
  /** `scrubbed` false: the sealed key is gone from its table, and overwritten in the file with the next checkpoint. */
  | { readonly kind: 'deleted'; readonly scrubbed: boolean }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'connection_in_use'; readonly bots: readonly Named[] }
  | { readonly kind: 'orders_unresolved'; readonly orders: readonly string[] }

/** The bots that the caller looked at before he allowed the relink, and their versions then. */
export type ExpectedBots = readonly { readonly id: string; readonly version: number }[]

export type Relink =
  | { readonly kind: 'moved'; readonly bots: readonly Named[] }
  /** One of the two is not the user's, or they are of different exchange or market. */
  | { readonly kind: 'not_found' }
  | { readonly kind: 'orders_unresolved'; readonly orders: readonly string[] }
  /** The bots are not those, or not as, the caller saw them, or one holds what the other account has not: look again. */
  | { readonly kind: 'changed_meanwhile' }

/** What a check found out; everything else about a connection never changes. */
export type Health = Pick<Connection, 'status' | 'statusDetail' | 'checks' | 'expiresAt'>

/**
 * Connections are immutable: there is no way to change a key, exchange, market or name. What a check learns (health,
 * facts of the account, last use) is the only thing that is written after creation.
 */
export interface Connections {
  /**
   * Envelope: base64url, sealed; the store cannot open it. `numbered`: nobody chose its name; where that is taken it gets
   * the next number, in the same transaction, so that however many are made at once each gets one.
   */
  create(connection: Connection, envelope: string, numbered?: boolean): Promise<CreateConnection>
  get(userId: string, id: string): Promise<ConnectionView | undefined>
  list(userId: string, page?: PageRequest): Promise<Page<ConnectionView>>
  /** Names in use. */
  names(userId: string): Promise<readonly string[]>
  /** Names of connections, deleted ones too, for history. */
  nameOf(userId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** With its envelope, whoever's it is: for execution and checks, not for answers. */
  row(id: string): Promise<ConnectionRow | undefined>
  setHealth(id: string, health: Health): Promise<void>
  setAccount(id: string, facts: AccountFacts): Promise<void>
  setPositionMode(id: string, mode: 'one-way' | 'hedge'): Promise<void>
  /** Notes that these were used; written at most once a minute per connection. */
  used(ids: readonly string[], at: number): Promise<void>
  /**
   * Destroys the envelope; a row with id and name stays for history. Refused while bots use it or orders are not settled.
   * In between `bury` is called, when nobody can take the connection up any more: it resolves when the executor will
   * never open the envelope again. Where it rejects, the connection is there as before, and so does this.
   */
  remove(userId: string, id: string, at: number, bury: () => Promise<void>): Promise<RemoveConnection>
  /** Connections that were on their way out when the process ended: `destroy` them once they are buried. */
  halfRemoved(): Promise<readonly string[]>
  destroy(id: string, at: number): Promise<void>
  /** Moves all bots of `from` to `to`, or none. */
  relink(userId: string, from: string, to: string, expected: ExpectedBots): Promise<Relink>
  /** Envelopes in order of connection id, for re-wrapping them under a new master key. */
  envelopesAfter(connectionId: string | null, limit: number): Promise<readonly { readonly connectionId: string; readonly envelope: string }[]>
  /** Replaces an envelope by its re-wrapped self; maintenance overwrites the old one. False: it is not `before` any more. */
  rewrap(connectionId: string, before: string, after: string): Promise<boolean>
  /** Of every connection, whoever's it is: which version its row is. */
  rowVersions(): Promise<readonly { readonly connectionId: string; readonly rowVersion: number }[]>
  count(): Promise<number>
}

/** Looked at in one start. */
const MOST_HALF_REMOVED = 1000

export function createConnections(database: Database): Connections {
  const { db, transaction } = database
  const due = coalesce()
  const own = (on: Kysely<Tables>, userId: string) => on.selectFrom('connections').selectAll().where('user_id', '=', userId).where('deleted_at', 'is', null)
  const namesOf = async (on: Kysely<Tables>, userId: string): Promise<readonly string[]> => (
    (await own(on, userId).clearSelect().select('name').execute()).map((row) => row.name)
  )
  const withBots = async (rows: readonly ConnectionRecord[]): Promise<ConnectionView[]> => {
    const bots = await linkedBots(db, rows.map((row) => row.id))
    const compared = rows.length === 0 ? [] : await db.selectFrom('reconciliations').select(['connection_id', 'at', 'trouble']).where('connection_id', 'in', rows.map((row) => row.id)).execute()
    const comparedOf = new Map(compared.map((row) => [row.connection_id, row]))
    return rows.map((row) => ({
      connection: toConnection(row), bots: bots.get(row.id) ?? [],
      reconciledAt: comparedOf.get(row.id)?.at ?? null, reconcileTrouble: comparedOf.get(row.id)?.trouble ?? null,
    }))
  }
  return {
    create: (connection, envelope, isNumbered = false) => transaction<CreateConnection>(async (trx) => {
      const name = isNumbered ? numbered(connection.name, await namesOf(trx, connection.userId)) : connection.name
      const made = await trx.insertInto('connections').values(fromConnection({ ...connection, name }))
        .onConflict((conflict) => conflict.doNothing()).returning('id').executeTakeFirst()
      if (made === undefined) {
        const { exchange, market, fingerprint } = connection
        const same = await trx.selectFrom('connections').select('id').where('exchange', '=', exchange).where('market', '=', market)
          .where('fingerprint', '=', fingerprint).where('deleted_at', 'is', null).executeTakeFirst()
        return { kind: same === undefined ? 'duplicate_name' : 'duplicate_connection' }
      }
      await trx.insertInto('envelopes').values({ connection_id: connection.id, envelope }).execute()
      return { kind: 'created', name }
    }),
    async get(userId, id) {
      const row = await own(db, userId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : (await withBots([row]))[0]
    },
    async list(userId, page) {
      const span = readSpan('connections', { userId }, page)
      let query = own(db, userId).orderBy('id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('id', '<', span.after)
      const rows = toPage(span, await query.execute(), (row) => row.id)
      return { ...rows, items: await withBots(rows.items) }
    },
    names: (userId) => namesOf(db, userId),
    async nameOf(userId, ids) {
      if (ids.length === 0) return new Map()
      const rows = await db.selectFrom('connections').select(['id', 'name']).where('user_id', '=', userId).where('id', 'in', [...ids]).execute()
      return new Map(rows.map((row) => [row.id, row.name]))
    },
    async row(id) {
      const row = await db.selectFrom('connections').innerJoin('envelopes', 'envelopes.connection_id', 'connections.id')
        .selectAll('connections').select('envelopes.envelope').where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst()
      return row === undefined ? undefined : { connection: toConnection(row), envelope: row.envelope }
    },
    async setHealth(id, { status, statusDetail, checks, expiresAt }) {
      await db.updateTable('connections').where('id', '=', id).where('deleted_at', 'is', null)
        .set({ status, status_detail: statusDetail, checks: JSON.stringify(checks), expires_at: expiresAt }).execute()
    },
    async setAccount(id, { accountId, positionMode }) {
      await db.updateTable('connections').where('id', '=', id).where('deleted_at', 'is', null)
        .set({ account_id: accountId, position_mode: positionMode }).execute()
    },
    async setPositionMode(id, mode) {
      await db.updateTable('connections').where('id', '=', id).where('deleted_at', 'is', null).set({ position_mode: mode }).execute()
    },
    async used(ids, at) {
      const noted = ids.filter((id) => due(id, at))
      if (noted.length > 0) await db.updateTable('connections').where('id', 'in', noted).where('deleted_at', 'is', null).set({ last_used_at: at }).execute()
    },
    async remove(userId, id, at, bury) {
      const retired = await transaction((trx) => retire(trx, userId, id, at))
      if (retired.kind !== 'deleted') return retired
      await bury().catch(async (error: unknown) => {
        // Should its name or key have been taken meanwhile it stays retired, and is destroyed after the next start.
        await db.updateTable('connections').set({ deleted_at: null }).where('id', '=', id)
          .where('id', 'in', db.selectFrom('envelopes').select('connection_id')).execute().catch(constraintsOnly)
        throw error
      })
      await transaction((trx) => destroy(trx, id, at))
      return { kind: 'deleted', scrubbed: await scrub(database) }
    },
    async halfRemoved() {
      const rows = await db.selectFrom('envelopes').innerJoin('connections', 'connections.id', 'envelopes.connection_id')
        .select('connections.id').where('deleted_at', 'is not', null).limit(MOST_HALF_REMOVED).execute()
      return rows.map((row) => row.id)
    },
    async destroy(id, at) {
      await transaction((trx) => destroy(trx, id, at))
      await scrub(database)
    },
    relink: (userId, from, to, expected) => transaction((trx) => relink(trx, userId, from, to, expected)),
    async envelopesAfter(connectionId, limit) {
      let query = db.selectFrom('envelopes').select(['connection_id as connectionId', 'envelope']).orderBy('connection_id').limit(limit)
      if (connectionId !== null) query = query.where('connection_id', '>', connectionId)
      return query.execute()
    },
    rewrap: (connectionId, before, after) => transaction(async (trx) => {
      const changed = await trx.updateTable('envelopes').set({ envelope: after })
        .where('connection_id', '=', connectionId).where('envelope', '=', before).executeTakeFirst()
      if (changed.numUpdatedRows === 1n) await writeMeta(trx, SCRUB_DUE, after.slice(-16))
      return changed.numUpdatedRows === 1n
    }),
    rowVersions: () => db.selectFrom('connections').select(['id as connectionId', 'row_version as rowVersion']).where('deleted_at', 'is', null).execute(),
    async count() {
      return (await db.selectFrom('connections').select(sql<number>`count(*)`.as('count')).where('deleted_at', 'is', null).executeTakeFirstOrThrow()).count
    },
  }
}

/** Overwrites what deleted envelopes left behind, unless that was done; what could not be done now is left to maintenance. */
export async function scrub(database: Database): Promise<boolean> {
  const due = await readMeta(database.db, SCRUB_DUE)
  if (due === null) return true
  const scrubbed = await database.scrub().catch((error: unknown) => {
    if (error instanceof Problem) return false
    throw error
  })
  if (scrubbed) await database.db.deleteFrom('meta').where('key', '=', SCRUB_DUE).where('value', '=', due).execute()
  return scrubbed
}

/** From now on nobody finds it; its envelope is still there. */
async function retire(trx: Transaction<Tables>, userId: string, id: string, at: number): Promise<RemoveConnection> {
  const row = await trx.selectFrom('connections').select('id').where('user_id', '=', userId).where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst()
  if (row === undefined) return { kind: 'not_found' }
  const bots = (await linkedBots(trx, [id])).get(id) ?? []
  if (bots.length > 0) return { kind: 'connection_in_use', bots }
  const orders = await unsettledOrders(trx, 'connection_id', [id])
  if (orders.length > 0) return { kind: 'orders_unresolved', orders }
  await trx.updateTable('connections').where('id', '=', id).set({ deleted_at: at }).execute()
  return { kind: 'deleted', scrubbed: false }
}

async function destroy(trx: Transaction<Tables>, id: string, at: number): Promise<void> {
  await trx.deleteFrom('envelopes').where('connection_id', '=', id).execute()
  await writeMeta(trx, SCRUB_DUE, String(at))
  // What is left is what history needs: whose it was, its name, exchange and market.
  await trx.updateTable('connections').where('id', '=', id).set({
    fingerprint: null, account_id: '', position_mode: null, status_detail: null, checks: '[]', expires_at: null,
  }).execute()
}

function constraintsOnly(error: unknown): void {
  if (!isConstraint(error)) throw error
}

async function relink(trx: Transaction<Tables>, userId: string, from: string, to: string, expected: ExpectedBots): Promise<Relink> {
  const rows = await trx.selectFrom('connections').select(['id', 'exchange', 'market', 'account_id'])
    .where('user_id', '=', userId).where('id', 'in', [from, to]).where('deleted_at', 'is', null).execute()
  const [one, other] = rows
  if (one === undefined || other === undefined || one.exchange !== other.exchange || one.market !== other.market) return { kind: 'not_found' }
  const bots = await trx.selectFrom('bots').select(['id', 'name', 'version']).where('connection_id', '=', from).where('deleted_at', 'is', null).execute()
  const seen = new Map(expected.map((bot) => [bot.id, bot.version]))
  if (bots.length !== seen.size || bots.some((bot) => seen.get(bot.id) !== bot.version)) return { kind: 'changed_meanwhile' }
  const orders = await unsettledOrders(trx, 'bot_id', bots.map((bot) => bot.id))
  if (orders.length > 0) return { kind: 'orders_unresolved', orders }
  if (one.account_id !== other.account_id && bots.length > 0) {
    const holding = await trx.selectFrom('positions').select('bot_id').where('bot_id', 'in', bots.map((bot) => bot.id)).where('quantity', '<>', '0').executeTakeFirst()
    if (holding !== undefined) return { kind: 'changed_meanwhile' }
  }
  await trx.updateTable('bots').set({ connection_id: to, version: sql`version + 1` }).where('connection_id', '=', from).where('deleted_at', 'is', null).execute()
  return { kind: 'moved', bots: bots.map(({ id, name }) => ({ id, name })) }
}

/** Bots that use these connections, by connection. */
async function linkedBots(on: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, Named[]>> {
  if (ids.length === 0) return new Map()
  const rows = await on.selectFrom('bots').select(['id', 'name', 'connection_id']).where('connection_id', 'in', [...ids]).where('deleted_at', 'is', null).orderBy('id').execute()
  const groups = Map.groupBy(rows, (row) => row.connection_id ?? '')
  return new Map([...groups].map(([id, bots]) => [id, bots.map((bot) => ({ id: bot.id, name: bot.name }))]))
}
