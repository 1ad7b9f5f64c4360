import { sql, type Kysely, type SelectQueryBuilder } from 'kysely'
import type { Signal } from '#model'
import type { Database } from './engine.ts'
import type { Decision } from './journal.ts'
import { readSpan, toPage, type Page, type PageRequest, type Span } from './page.ts'
import { toDecision, toSignal } from './rows.ts'
import type { DecisionRow, SignalRow, Tables } from './tables.ts'
import { idRange } from './time-range.ts'

export interface SignalFilter {
  readonly webhookId?: string | undefined
  readonly botId?: string | undefined
  readonly symbol?: string | undefined
  /** The payload's `id`. */
  readonly label?: string | undefined
  /** Epoch ms, both inclusive. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** A decision as its bot's owner sees it. */
export interface DecisionView {
  readonly decision: Decision
  readonly botName: string
  /** Oldest first. */
  readonly orderIds: readonly string[]
}

/** A signal as one user sees it. For `shared` only symbol, side and time of the signal may be shown. */
export interface SignalView {
  readonly signal: Signal
  readonly access: 'owner' | 'shared'
  /** False while bots of it are undecided. */
  readonly fanoutDone: boolean
  /** Those of the viewer's own bots, oldest first, at most as many as asked for. */
  readonly decisions: readonly DecisionView[]
  /** How many decisions of his there are. */
  readonly decisionCount: number
}

export interface Signals {
  /** The user's own, or of a webhook that is shared with him. `decisions`: how many are answered, 200 by default. */
  get(userId: string, id: string, decisions?: number): Promise<SignalView | undefined>
  /** `decisions`: how many are answered per signal, 20 by default. */
  list(userId: string, filter?: SignalFilter, page?: PageRequest, decisions?: number): Promise<Page<SignalView>>
}

const DECISIONS_OF_ONE = 200
const DECISIONS_IN_LISTS = 20

export function createSignals({ db }: Database): Signals {
  const withDecisions = async (userId: string, rows: readonly SignalRow[], shown: number): Promise<SignalView[]> => {
    const decisions = await decisionsOf(db, userId, rows.map((row) => row.id), shown)
    return rows.map((row) => ({
      signal: toSignal(row), access: row.user_id === userId ? 'owner' : 'shared', fanoutDone: row.fanout_done === 1,
      decisions: decisions.get(row.id)?.views ?? [], decisionCount: decisions.get(row.id)?.count ?? 0,
    }))
  }
  return {
    async get(userId, id, shown = DECISIONS_OF_ONE) {
      const rows = await db.selectFrom('signals').selectAll().where('id', '=', id).where((eb) => eb.or([
        eb('user_id', '=', userId),
        eb('webhook_id', 'in', eb.selectFrom('shares').select('shares.webhook_id').where('shares.user_id', '=', userId)),
        eb.exists(eb.selectFrom('decisions').select('decisions.bot_id').whereRef('decisions.signal_id', '=', 'signals.id').where('decisions.user_id', '=', userId)),
      ])).execute()
      return (await withDecisions(userId, rows, shown))[0]
    },
    async list(userId, filter = {}, page, shown = DECISIONS_IN_LISTS) {
      const span = readSpan('signals', { userId, ...filter }, page)
      const rows = toPage(span, await visibleRows(db, userId, filter, span), (row) => row.id)
      return { ...rows, items: await withDecisions(userId, rows.items, shown) }
    },
  }
}

type SignalQuery = SelectQueryBuilder<Tables, 'signals', SignalRow>

/**
 * A page of the signals that a user sees. His own and those of webhooks that are shared with him are two queries, each
 * along an index, merged here: one query with both conditions would walk all signals.
 */
async function visibleRows(db: Kysely<Tables>, userId: string, filter: SignalFilter, span: Span): Promise<readonly SignalRow[]> {
  const all: SignalQuery = db.selectFrom('signals').selectAll('signals')
  const mine = (query: SignalQuery): SignalQuery => query.where('signals.user_id', '=', userId)
  // Of others' signals the label is not shown; who could ask for it would be told it.
  const labelled = filter.label === undefined ? all : mine(all)
  if (filter.botId !== undefined) return decidedBy(db, userId, filter.botId, narrow(labelled, filter, span), span)
  const own = await mine(narrow(all, filter, span)).execute()
  if (filter.label !== undefined) return own
  const shares = await db.selectFrom('shares').select('webhook_id').where('user_id', '=', userId).execute()
  const shared = shares.map((row) => row.webhook_id).filter((id) => filter.webhookId === undefined || id === filter.webhookId)
  if (shared.length === 0) return own
  const others = await narrow(all, filter, span).where('signals.webhook_id', 'in', shared).execute()
  return newestFirst([...own, ...others], span)
}

/**
 * Along the signals of each webhook that the bot listened to, since it did: it decided nearly all of them. That he
 * decided makes a signal visible to the bot's owner.
 */
async function decidedBy(db: Kysely<Tables>, userId: string, botId: string, query: SignalQuery, span: Span): Promise<readonly SignalRow[]> {
  const listenings = await db.selectFrom('listenings').selectAll().where('bot_id', '=', botId).execute()
  const found: SignalRow[] = []
  for (const { webhook_id: webhookId, since } of listenings) {
    found.push(...await query.where('signals.webhook_id', '=', webhookId).where('signals.id', '>=', idRange(since, undefined).from ?? '')
      .where((eb) => eb.exists(eb.selectFrom('decisions').select('decisions.bot_id')
        .whereRef('decisions.signal_id', '=', 'signals.id').where('decisions.bot_id', '=', botId).where('decisions.user_id', '=', userId))).execute())
  }
  return newestFirst(found, span)
}

const newestFirst = (rows: readonly SignalRow[], span: Span): readonly SignalRow[] => (
  [...rows].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, span.fetch)
)

function narrow(query: SignalQuery, filter: SignalFilter, span: Span): SignalQuery {
  const { from, to } = idRange(filter.from, filter.to)
  let narrowed = query.orderBy('signals.id', 'desc').limit(span.fetch)
  if (filter.webhookId !== undefined) narrowed = narrowed.where('signals.webhook_id', '=', filter.webhookId)
  if (filter.symbol !== undefined) narrowed = narrowed.where('signals.symbol', '=', filter.symbol)
  if (filter.label !== undefined) narrowed = narrowed.where('signals.label', '=', filter.label)
  if (filter.from !== undefined && from !== undefined) narrowed = narrowed.where('signals.id', '>=', from).where('signals.received_at', '>=', filter.from)
  if (filter.to !== undefined && to !== undefined) narrowed = narrowed.where('signals.id', '<=', to).where('signals.received_at', '<=', filter.to)
  return span.after === null ? narrowed : narrowed.where('signals.id', '<', span.after)
}

/** The user's decisions on these signals: the first few of each, with the ids of their orders, and how many there are. */
async function decisionsOf(db: Kysely<Tables>, userId: string, signalIds: readonly string[], shown: number): Promise<Map<string, { views: DecisionView[]; count: number }>> {
  const found = new Map<string, { views: DecisionView[]; count: number }>()
  if (signalIds.length === 0 || shown < 1) return found
  const ranked = db.selectFrom('decisions').innerJoin('bots', 'bots.id', 'decisions.bot_id').selectAll('decisions').select([
    'bots.name as bot_name',
    sql<number>`row_number() over (partition by decisions.signal_id order by decisions.decided_at, decisions.bot_id)`.as('place'),
    sql<number>`count(*) over (partition by decisions.signal_id)`.as('count'),
  ]).where('decisions.signal_id', 'in', [...signalIds]).where('decisions.user_id', '=', userId)
  const rows: readonly (DecisionRow & { bot_name: string; count: number })[] = await db.selectFrom(ranked.as('ranked')).selectAll()
    .where('place', '<=', shown).orderBy('signal_id').orderBy('place').execute()
  const ordering = rows.filter((row) => row.outcome === 'order')
  const orders = ordering.length === 0 ? [] : await db.selectFrom('orders').select(['id', 'signal_id', 'bot_id'])
    .where('signal_id', 'in', [...new Set(ordering.map((row) => row.signal_id))])
    // `|| ''` keeps the planner from walking all orders of the user or the bot instead of these signals' few.
    .where(sql<string>`user_id || ''`, '=', userId).where(sql<string>`bot_id || ''`, 'in', [...new Set(ordering.map((row) => row.bot_id))])
    .orderBy(sql`id || ''`).execute()
  const ordersOf = Map.groupBy(orders, (row) => `${row.signal_id ?? ''} ${row.bot_id}`)
  for (const row of rows) {
    const of = found.get(row.signal_id) ?? { views: [], count: row.count }
    const orderIds = (ordersOf.get(`${row.signal_id} ${row.bot_id}`) ?? []).map((order) => order.id)
    of.views.push({ decision: toDecision(row), botName: row.bot_name, orderIds })
    found.set(row.signal_id, of)
  }
  return found
}
