import { sql, type Kysely } from 'kysely'
import type { Database } from './engine.ts'
import { isFinal, type Fill, type OrderState } from '#model'
import type { StoredOrder } from './journal.ts'
import { readSpan, toPage, type Page, type PageRequest, type Span } from './page.ts'
import { toFill, toStoredOrder } from './rows.ts'
import type { OrderRow, Tables } from './tables.ts'
import { idRange } from './time-range.ts'

export interface OrderFilter {
  readonly botId?: string | undefined
  readonly connectionId?: string | undefined
  readonly webhookId?: string | undefined
  readonly signalId?: string | undefined
  readonly symbol?: string | undefined
  readonly state?: OrderState | undefined
  /** Epoch ms of its making, both inclusive. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

export interface OrderView extends StoredOrder { readonly fills: readonly Fill[] }

export interface Orders {
  get(userId: string, id: string): Promise<OrderView | undefined>
  list(userId: string, filter?: OrderFilter, page?: PageRequest): Promise<Page<OrderView>>
  /** Several at once, e.g. those that the decisions of a page of signals name. At most 10,000 ids. */
  byIds(userId: string, ids: readonly string[]): Promise<ReadonlyMap<string, OrderView>>
  /** Which of these ids are no orders of anybody; at most 500. */
  unknown(ids: readonly string[]): Promise<readonly string[]>
  /** Ids of a bot's orders that are not settled, oldest first, at most 100. */
  unsettled(botId: string): Promise<readonly string[]>
}

const UNSETTLED_SHOWN = 100
const IDS_LIMIT = 10_000
/** Of a user's orders so many are looked through for a connection's, about 5 ms; further back they are found by its bots. */
const LOOKED_THROUGH = 5000

export function createOrders({ db }: Database): Orders {
  const withFills = async (rows: readonly OrderRow[]): Promise<OrderView[]> => {
    if (rows.length === 0) return []
    const fills = await db.selectFrom('fills').selectAll().where('order_id', 'in', rows.map((row) => row.id)).orderBy('at').orderBy('id').execute()
    const fillsOf = Map.groupBy(fills, (fill) => fill.order_id)
    return rows.map((row) => ({ ...toStoredOrder(row), fills: (fillsOf.get(row.id) ?? []).map(toFill) }))
  }
  return {
    async get(userId, id) {
      const rows = await db.selectFrom('orders').selectAll().where('user_id', '=', userId).where('id', '=', id).execute()
      return (await withFills(rows))[0]
    },
    async list(userId, filter = {}, page) {
      const span = readSpan('orders', { userId, ...filter }, page)
      const found = filter.connectionId === undefined || isNarrow(filter) ? filtered(db, userId, filter, span) : ofConnection(db, userId, filter.connectionId, filter, span)
      const rows = toPage(span, await found, filter.webhookId === undefined ? (row) => row.id : (row) => `${row.signal_id ?? ''}:${row.id}`)
      return { ...rows, items: await withFills(rows.items) }
    },
    async byIds(userId, ids) {
      if (ids.length === 0) return new Map()
      if (ids.length > IDS_LIMIT) throw new RangeError(`at most ${IDS_LIMIT} orders at once`)
      const rows = await db.selectFrom('orders').selectAll().where('user_id', '=', userId).where('id', 'in', [...ids]).execute()
      return new Map((await withFills(rows)).map((view) => [view.order.id, view]))
    },
    async unknown(ids) {
      if (ids.length === 0) return []
      const rows = await db.selectFrom('orders').select('id').where('id', 'in', [...ids]).execute()
      const known = new Set(rows.map((row) => row.id))
      return [...new Set(ids)].filter((id) => !known.has(id))
    },
    unsettled: (botId) => unsettledOrders(db, 'bot_id', [botId]),
  }
}

/** A stretch of the list, or of these bots alone, ids. */
interface Part { readonly above?: string; readonly upTo?: string; readonly bots?: ReturnType<typeof tradersOn> }

async function filtered(db: Kysely<Tables>, userId: string, filter: OrderFilter, span: Span, part: Part = {}): Promise<readonly OrderRow[]> {
  const { from, to } = idRange(filter.from, filter.to)
  // Few orders are unsettled, and an index holds just them; few are those of a part's bots: `|| ''` keeps the planner from
  // walking all of the user's or the bot's instead.
  const few = part.bots !== undefined || (filter.state !== undefined && !isFinal(filter.state))
  const along = (name: string) => (few ? sql<string>`${sql.ref(name)} || ''` : sql<string>`${sql.ref(name)}`)
  let query = db.selectFrom('orders').selectAll('orders').where(along('orders.user_id'), '=', userId).limit(span.fetch)
  if (filter.botId !== undefined) query = query.where(along('orders.bot_id'), '=', filter.botId)
  if (filter.connectionId !== undefined) query = query.where(along('orders.connection_id'), '=', filter.connectionId)
  if (filter.signalId !== undefined) query = query.where('orders.signal_id', '=', filter.signalId)
  if (filter.symbol !== undefined) query = query.where(along('orders.symbol'), '=', filter.symbol)
  if (filter.state !== undefined) query = query.where('orders.state', '=', filter.state).where(indexOf(filter.state))
  if (filter.from !== undefined && from !== undefined) query = query.where('orders.id', '>=', from).where('orders.created_at', '>=', filter.from)
  if (filter.to !== undefined && to !== undefined) query = query.where('orders.id', '<=', to).where('orders.created_at', '<=', filter.to)
  if (part.above !== undefined) query = query.where('orders.id', '>', part.above)
  if (part.upTo !== undefined) query = query.where('orders.id', '<=', part.upTo)
  if (part.bots !== undefined) query = query.where('orders.bot_id', 'in', part.bots)
  if (filter.webhookId === undefined) {
    if (span.after !== null) query = query.where('orders.id', '<', span.after)
    return query.orderBy(along('orders.id'), 'desc').execute()
  }
  // Along the webhook's signals, newest first; the orders of one signal newest first too.
  let ofWebhook = query.innerJoin('signals', 'signals.id', 'orders.signal_id').where(along('signals.webhook_id'), '=', filter.webhookId)
  const [signalId = '', id = ''] = span.after?.split(':') ?? []
  if (span.after !== null) {
    ofWebhook = ofWebhook.where('signals.id', '<=', signalId).where((eb) => eb.or([eb('signals.id', '<', signalId), eb('orders.id', '<', id)]))
  }
  return ofWebhook.orderBy('signals.id', 'desc').orderBy('orders.id', 'desc').execute()
}

/** Whether something else than the connection leads to few orders. */
const isNarrow = ({ botId, webhookId, signalId, state }: OrderFilter): boolean => (
  botId !== undefined || webhookId !== undefined || signalId !== undefined || (state !== undefined && state !== 'filled'))

/**
 * No index leads along a connection's orders: in it each would have a place of its own, which costs more than anything else
 * that an order writes. Either there are enough of them among the user's newest, or they are few, and sorted.
 */
async function ofConnection(db: Kysely<Tables>, userId: string, connectionId: string, filter: OrderFilter, span: Span): Promise<readonly OrderRow[]> {
  const { to } = idRange(undefined, filter.to)
  let further = db.selectFrom('orders').select('id').where('user_id', '=', userId).orderBy('id', 'desc').limit(1).offset(LOOKED_THROUGH)
  if (span.after !== null) further = further.where('id', '<', span.after)
  if (to !== undefined) further = further.where('id', '<=', to)
  const { id: end } = await further.executeTakeFirst() ?? {}
  if (end === undefined) return filtered(db, userId, filter, span)
  const near = await filtered(db, userId, filter, span, { above: end })
  if (near.length === span.fetch) return near
  return [...near, ...await filtered(db, userId, filter, { ...span, fetch: span.fetch - near.length }, { upTo: end, bots: tradersOn(db, connectionId, filter.symbol) })]
}

/** Bots that ever had an order on the connection. */
export function tradersOn(db: Kysely<Tables>, connectionId: string, symbol?: string) {
  const all = db.selectFrom('traded_on').select('traded_on.bot_id').where('traded_on.connection_id', '=', connectionId)
  return symbol === undefined ? all : all.innerJoin('bots', 'bots.id', 'traded_on.bot_id').where('bots.symbol', '=', symbol)
}

const TROUBLE = sql<boolean>`orders.state in ('rejected', 'failed', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired')`
const UNSETTLED = sql<boolean>`orders.settled = 0`

/** The condition of the index that holds orders of a state: a database uses a partial index only for its very words. */
function indexOf(state: OrderState): typeof TROUBLE {
  if (state === 'filled') return sql`1 = 1` // nearly all are: they are found along the user's orders
  return isFinal(state) ? TROUBLE : UNSETTLED
}

/**
 * Ids of orders of these bots or connections that are not settled, oldest first, at most 100. Only the orders that are
 * unsettled are looked at (a partial index holds just them): `|| ''` keeps the planner from walking all orders of the
 * bot or connection instead.
 */
export async function unsettledOrders(on: Kysely<Tables>, column: 'bot_id' | 'connection_id', ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const rows = await on.selectFrom('orders').select('id').where('settled', '=', sql.lit(0))
    .where(sql<string>`${sql.ref(column)} || ''`, 'in', [...ids]).orderBy(sql`id || ''`).limit(UNSETTLED_SHOWN).execute()
  return rows.map((row) => row.id)
}
