import { sql, type CompiledQuery, type Kysely, type SelectQueryBuilder } from 'kysely'
import type { Clock } from '#clock'
import type { Signal } from '#model'
import { bodySlot, CLOCKS_APART_MS, SLOTS_LIMIT, slotOf } from './body-slot.ts'
import type { Database } from './engine.ts'
import { journalBooks } from './journal-books.ts'
import type { BotRow, ConnectionRow, Journal, KnownSignal, Undecided, UnfinishedWork } from './journal.ts'
import { toBot, toConnection, toDecision, toFill, toPosition, toSignal, toStoredOrder } from './rows.ts'
import { idAt } from './time-range.ts'
import type { FillRow, OrderRow, SignalRow, Tables } from './tables.ts'

type Reads = Omit<Journal, 'commit' | 'onFeed' | 'onLog' | 'caughtUp'>

/** Matches looked at per wanted delivery; within a duplicate window there are one or two. */
const MATCHES = 10

/** What the journal is asked. */
export function journalReads(database: Database, clock: Clock): Reads {
  const { db } = database
  const bySlot = hot<[string, string, string, number], KnownRow>(database, known(db).where('body_slot', '=', '').where('body_hash', '=', '').where('received_at', '>=', 0).compile())
  const byBody = async (webhookId: string, bodyHash: string, since: number): Promise<readonly KnownRow[]> => {
    const [from, to] = [slotOf(since), slotOf(clock.now() + CLOCKS_APART_MS)]
    if (to - from > SLOTS_LIMIT) return known(db, webhookId).where('body_hash', '=', bodyHash).where('received_at', '>=', since).execute()
    const found: KnownRow[] = []
    for (let slot = to; slot >= from && found.length < MATCHES; slot -= 1) found.push(...await bySlot(webhookId, bodySlot(slot, bodyHash), bodyHash, since))
    return found
  }
  const byKey = hot<[string, string, number], KnownRow>(database, known(db).where('idempotency_key', '=', '').where('received_at', '>=', 0).compile())
  const side = hot<[string, string, string, string, number], { at: number | null }>(database, db.selectFrom('signals')
    .select((eb) => eb.fn.max('received_at').as('at'))
    .where('webhook_id', '=', '').where('id', '>=', '').where('symbol', '=', '').where('side', '=', '').where('received_at', '>=', 0)
    .where('flags', 'not like', sql.lit('%TEST%')).compile()) // tests do not stand in between
  return {
    ...journalBooks(database),
    async recognise(wanted, since) {
      const found: KnownSignal[] = []
      for (const { webhookId, bodyHash, idempotencyKey } of wanted) {
        if (bodyHash !== null) found.push(...(await byBody(webhookId, bodyHash, since)).map(toKnown))
        if (idempotencyKey !== null) found.push(...(await byKey(webhookId, idempotencyKey, since)).map(toKnown))
      }
      return wanted.length > 1 ? [...new Map(found.map((one) => [one.id, one])).values()] : found
    },
    async lastOfSide(webhookId, symbol, which, since) {
      return (await side(webhookId, idAt(since), symbol, which, since))[0]?.at ?? null
    },
    unfinished: () => unfinished(database),
    async bots(): Promise<readonly BotRow[]> {
      return (await db.selectFrom('bots').selectAll().where('deleted_at', 'is', null).orderBy('number').execute()).map(toBot)
    },
    async connections(): Promise<readonly ConnectionRow[]> {
      const rows = await db.selectFrom('connections').innerJoin('envelopes', 'envelopes.connection_id', 'connections.id')
        .selectAll('connections').select('envelopes.envelope').where('deleted_at', 'is', null).orderBy('id').execute()
      return rows.map((row) => ({ connection: toConnection(row), envelope: row.envelope }))
    },
    undecided: (ids) => (ids.length === 0 ? Promise.resolve([]) : undecidedSignals(database, db, (query) => query.where('id', 'in', [...ids]))),
    async positionsOf(botIds) {
      if (botIds.length === 0) return []
      return (await db.selectFrom('positions').selectAll().where('bot_id', 'in', [...botIds]).execute()).map(toPosition)
    },
    async positions() {
      const rows = await db.selectFrom('positions').innerJoin('bots', 'bots.id', 'positions.bot_id')
        .selectAll('positions').where('bots.deleted_at', 'is', null).execute()
      return rows.map(toPosition)
    },
  }
}

interface KnownRow { id: string; webhook_id: string; body_hash: string | null; idempotency_key: string | null; received_at: number }

// Newest first; `limit` is written out because a compiled query takes exactly the parameters that differ per call.
const known = (db: Kysely<Tables>, webhookId = '') => db.selectFrom('signals')
  .select(['id', 'webhook_id', 'body_hash', 'idempotency_key', 'received_at'])
  .where('webhook_id', '=', webhookId).orderBy('received_at', 'desc').limit(sql.lit(MATCHES))

const toKnown = (row: KnownRow): KnownSignal => ({
  id: row.id, webhookId: row.webhook_id, bodyHash: row.body_hash, idempotencyKey: row.idempotency_key, receivedAt: row.received_at,
})

/** A query of the hot path, compiled once; with SQLite it is answered without a detour through promises and locks. */
function hot<P extends readonly unknown[], R>(database: Database, query: CompiledQuery): (...parameters: P) => Promise<readonly R[]> | readonly R[] {
  if (database.engine === 'sqlite') {
    const statement = database.file.statement(query.sql)
    return (...parameters) => statement.all(...parameters as readonly unknown[] as never[]) as unknown as R[]
  }
  return async (...parameters) => (await database.db.executeQuery({ ...query, parameters } as CompiledQuery<R>)).rows
}

type SignalsQuery = SelectQueryBuilder<Tables, 'signals', object>

/** Signals with the bots that decided them, in the order of their arrival: ids of several machines tell no order. */
async function undecidedSignals(database: Database, on: Kysely<Tables>, which: (query: SignalsQuery) => SignalsQuery): Promise<readonly Undecided[]> {
  const arrivalOrder = database.engine === 'postgres' ? sql`position nulls first` : sql`rowid`
  const signals = await which(on.selectFrom('signals')).selectAll().orderBy(arrivalOrder).orderBy('id').execute()
  const decided = await on.selectFrom('decisions').select(['signal_id', 'bot_id']).where('signal_id', 'in', which(on.selectFrom('signals')).select('id')).execute()
  const decidedOf = Map.groupBy(decided, (row) => row.signal_id)
  return signals.map((row) => ({ signal: toSignal(row), fanout: row.fanout, decidedBots: (decidedOf.get(row.id) ?? []).map((one) => one.bot_id) }))
}

/** Everything that is not over, as of one instant. The conditions are written out, not bound: partial indexes need that. */
async function unfinished(database: Database): Promise<UnfinishedWork> {
  return database.snapshot(async (trx) => {
    const open = trx.selectFrom('orders').where('settled', '=', sql.lit(0))
    const planned = trx.selectFrom('decisions').where('done', '=', sql.lit(0))

    const newest = await trx.selectFrom('feed').select((eb) => eb.fn.max('seq').as('seq')).executeTakeFirst()
    const signals = await undecidedSignals(database, trx, (query) => query.where('fanout_done', '=', sql.lit(0)))
    const orders = await open.selectAll().orderBy('id').execute()
    const fills = await trx.selectFrom('fills').selectAll().where('order_id', 'in', open.select('id')).orderBy('id').execute()
    const plans = await planned.selectAll().orderBy('signal_id').execute()
    const planOrders = await trx.selectFrom('orders').selectAll('orders')
      .innerJoin('decisions', (join) => join.onRef('decisions.signal_id', '=', 'orders.signal_id').onRef('decisions.bot_id', '=', 'orders.bot_id'))
      .where('decisions.done', '=', sql.lit(0)).orderBy('orders.id').execute()
    const causes = await trx.selectFrom('signals').selectAll()
      .where((eb) => eb.or([eb('id', 'in', open.where('signal_id', 'is not', null).select('signal_id').$castTo<{ signal_id: string }>()), eb('id', 'in', planned.select('signal_id'))])).execute()

    const signalOf = new Map<string, Signal>(causes.map((row: SignalRow) => [row.id, toSignal(row)]))
    const fillsOf = Map.groupBy(fills, (row: FillRow) => row.order_id)
    const ordersOf = Map.groupBy(planOrders, (row: OrderRow) => `${row.signal_id ?? ''} ${row.bot_id}`)
    return {
      seq: newest?.seq ?? 0,
      signals,
      orders: orders.map((row) => ({
        ...toStoredOrder(row), fills: (fillsOf.get(row.id) ?? []).map(toFill), signal: row.signal_id === null ? null : signalOf.get(row.signal_id) ?? null,
      })),
      plans: plans.flatMap((row) => {
        const signal = signalOf.get(row.signal_id)
        if (signal === undefined) return []
        return [{ decision: toDecision(row), signal, orders: (ordersOf.get(`${row.signal_id} ${row.bot_id}`) ?? []).map(toStoredOrder) }]
      }),
    }
  })
}
