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
  /** Ids of a bot's orders that are not settled, oldest first, at most 100. */
  /** Which of these ids are no orders of anybody; at most 500. */
  unknown(ids: readonly string[]): Promise<readonly string[]>
  unsettled(botId: string): Promise<readonly string[]>
}

const UNSETTLED_SHOWN = 100
const IDS_LIMIT = 10_000

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
      const rows = toPage(span, await filtered(db, userId, filter, span), filter.webhookId === undefined ? (row) => row.id : (row) => `${row.signal_id ?? ''}:${row.id}`)
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

async function filtered(db: Kysely<Tables>, userId: string, filter: OrderFilter, span: Span): Promise<readonly OrderRow[]> {
  const { from, to } = idRange(filter.from, filter.to)
  // Few orders are unsettled, and an index holds just them: `|| ''` keeps the planner from walking all of the user's, the
  // bot's or the connection's instead.
  const few = filter.state !== undefined && !isFinal(filter.state)
  const along = (name: string) => (few ? sql<string>`${sql.ref(name)} || ''` : sql<string>`${sql.ref(name)}`)
  let query = db.selectFrom('orders').selectAll('orders').where(along('orders.user_id'), '=', userId).limit(span.fetch)
  if (filter.botId !== undefined) query = query.where(along('orders.bot_id'), '=', filter.botId)
  if (filter.connectionId !== undefined) query = query.where(along('orders.connection_id'), '=', filter.connectionId)
  if (filter.signalId !== undefined) query = query.where('orders.signal_id', '=', filter.signalId)
  if (filter.symbol !== undefined) query = query.where(along('orders.symbol'), '=', filter.symbol)
  if (filter.state !== undefined) query = query.where('orders.state', '=', filter.state).where(indexOf(filter.state))
  if (filter.from !== undefined && from !== undefined) query = query.where('orders.id', '>=', from).where('orders.created_at', '>=', filter.from)
  if (filter.to !== undefined && to !== undefined) query = query.where('orders.id', '<=', to).where('orders.created_at', '<=', filter.to)
  if (filter.webhookId === undefined) {
    if (span.after !== null) query = query.where('orders.id', '<', span.after)
    return query.orderBy('orders.id', 'desc').execute()
  }
  // Along the webhook's signals, newest first; the orders of one signal newest first too.
  let ofWebhook = query.innerJoin('signals', 'signals.id', 'orders.signal_id').where(along('signals.webhook_id'), '=', filter.webhookId)
  const [signalId = '', id = ''] = span.after?.split(':') ?? []
  if (span.after !== null) {
    ofWebhook = ofWebhook.where('signals.id', '<=', signalId).where((eb) => eb.or([eb('signals.id', '<', signalId), eb('orders.id', '<', id)]))
  }
  return ofWebhook.orderBy('signals.id', 'desc').orderBy('orders.id', 'desc').execute()
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
