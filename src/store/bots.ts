import { sql, type Kysely, type Transaction } from 'kysely'
import type { Clock } from '#clock'
import { decimal, flatPosition, type Bot, type Position } from '#model'
import type { Database } from './engine.ts'
import type { BotRow } from './journal.ts'
import { unsettledOrders } from './orders.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import { toView } from './positions.ts'
import { fromBot, fromPosition, toBot } from './rows.ts'
import type { Tables } from './tables.ts'

/** A bot as stored: with its number (for fan-outs), and a version that grows with each change. */
export interface StoredBot extends BotRow { readonly version: number }
export interface BotView extends StoredBot { readonly position: Position }

export interface BotFilter {
  readonly webhookId?: string | undefined
  readonly connectionId?: string | undefined
  readonly symbol?: string | undefined
}

/** What may change of a bot. A new symbol brings its base and quote; a new connection its exchange and market. */
export type BotPatch = Partial<Omit<Bot, 'id' | 'userId' | 'createdAt'>>

/** What must hold in the moment of the change; the rules themselves are the caller's. */
export interface BotConditions {
  /** No order of it is unsettled. */
  readonly settled?: boolean
  /** It holds nothing. */
  readonly flat?: boolean
  /** It is still as the caller saw it. */
  readonly version?: number
}

export type BotRefusal =
  | { readonly kind: 'not_found' }
  | { readonly kind: 'orders_unresolved'; readonly orders: readonly string[] }
  | { readonly kind: 'position_open'; readonly quantity: string }
  | { readonly kind: 'changed_meanwhile' }
export type LinkRefusal = { readonly kind: 'unknown_webhook' } | { readonly kind: 'unknown_connection' }

export interface Bots {
  /** Stored with a flat position. The webhook must be the user's or shared with him, the connection his own and of the bot's exchange and market. */
  create(bot: Bot): Promise<{ readonly kind: 'created'; readonly bot: StoredBot } | LinkRefusal>
  get(userId: string, id: string): Promise<BotView | undefined>
  list(userId: string, filter?: BotFilter, page?: PageRequest): Promise<Page<BotView>>
  /** Whoever's it is; for execution. Undefined once it is deleted. */
  row(id: string): Promise<StoredBot | undefined>
  change(userId: string, id: string, patch: BotPatch, conditions?: BotConditions): Promise<{ readonly kind: 'changed'; readonly bot: StoredBot } | BotRefusal | LinkRefusal>
  /** A row with id and name stays for history. */
  remove(userId: string, id: string, at: number, conditions?: BotConditions): Promise<{ readonly kind: 'deleted' } | BotRefusal>
  /** All bots, of any user, on one account of an exchange and one symbol: they share a net position and a leverage. */
  onAccount(account: { readonly exchange: string; readonly market: string; readonly accountId: string; readonly symbol: string }): Promise<readonly StoredBot[]>
  /** Names of the user's bots, deleted ones too, for history. */
  names(userId: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export function createBots({ db, transaction }: Database, clock: Clock): Bots {
  return {
    create: (bot) => transaction(async (trx) => {
      const refused = await linkRefusal(trx, bot)
      if (refused !== null) return refused
      const number = sql<number>`(select coalesce(max(number), 0) + 1 from bots)`
      const row = await trx.insertInto('bots').values({ ...fromBot(bot), number, version: 1, deleted_at: null }).returningAll().executeTakeFirstOrThrow()
      await trx.insertInto('positions').values(fromPosition(flatPosition(bot.id, row.symbol))).execute()
      await listens(trx, bot, clock.now())
      return { kind: 'created', bot: toBot(row) }
    }),
    async get(userId, id) {
      const row = await withPosition(db).where('bots.user_id', '=', userId).where('bots.id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : toBotView(row)
    },
    async list(userId, filter = {}, page) {
      const span = readSpan('bots', { userId, ...filter }, page)
      let query = withPosition(db).where('bots.user_id', '=', userId).orderBy('bots.id', 'desc').limit(span.fetch)
      if (filter.webhookId !== undefined) query = query.where('bots.webhook_id', '=', filter.webhookId)
      if (filter.connectionId !== undefined) query = query.where('bots.connection_id', '=', filter.connectionId)
      if (filter.symbol !== undefined) query = query.where('bots.symbol', '=', filter.symbol)
      if (span.after !== null) query = query.where('bots.id', '<', span.after)
      return toPage(span, (await query.execute()).map(toBotView), (view) => view.bot.id)
    },
    async row(id) {
      const row = await db.selectFrom('bots').selectAll().where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst()
      return row === undefined ? undefined : toBot(row)
    },
    change: (userId, id, patch, conditions = {}) => transaction(async (trx) => {
      const found = await checked(trx, userId, id, conditions)
      if ('kind' in found) return found
      const bot: Bot = { ...found.bot, ...patch, id, userId, createdAt: found.bot.createdAt }
      const refused = patch.webhookId !== undefined || patch.connectionId !== undefined ? await linkRefusal(trx, bot) : null
      if (refused !== null) return refused
      const row = await trx.updateTable('bots').set({ ...fromBot(bot), version: found.version + 1 }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
      if (patch.webhookId !== undefined) await listens(trx, bot, clock.now())
      if (patch.symbol !== undefined) await trx.updateTable('positions').set({ symbol: row.symbol }).where('bot_id', '=', id).execute()
      return { kind: 'changed', bot: toBot(row) }
    }),
    remove: (userId, id, at, conditions = {}) => transaction(async (trx) => {
      const found = await checked(trx, userId, id, conditions)
      if ('kind' in found) return found
      await trx.updateTable('bots').set({ deleted_at: at, connection_id: null, version: found.version + 1 }).where('id', '=', id).execute()
      return { kind: 'deleted' }
    }),
    async onAccount({ exchange, market, accountId, symbol }) {
      const rows = await db.selectFrom('bots').innerJoin('connections', 'connections.id', 'bots.connection_id').selectAll('bots')
        .where('connections.exchange', '=', exchange).where('connections.market', '=', market).where('connections.account_id', '=', accountId)
        .where('connections.deleted_at', 'is', null).where('bots.symbol', '=', symbol).where('bots.deleted_at', 'is', null).orderBy('bots.id').execute()
      return rows.map(toBot)
    },
    async names(userId, ids) {
      if (ids.length === 0) return new Map()
      const rows = await db.selectFrom('bots').select(['id', 'name']).where('user_id', '=', userId).where('id', 'in', [...ids]).execute()
      return new Map(rows.map((row) => [row.id, row.name]))
    },
  }
}

const withPosition = (on: Kysely<Tables>) => on.selectFrom('bots').innerJoin('positions', 'positions.bot_id', 'bots.id').selectAll('bots')
  .select(['positions.bot_id', 'positions.symbol as held_symbol', 'positions.quantity', 'positions.average_price', 'positions.dust', 'positions.realized_profit', 'positions.fees'])
  .where('bots.deleted_at', 'is', null)

function toBotView(row: Parameters<typeof toView>[0]): BotView {
  const { bot, position } = toView(row)
  return { ...bot, position }
}

/** Notes that a bot listens to its webhook: its decisions will be found along that webhook's signals. */
async function listens(trx: Transaction<Tables>, bot: Bot, since: number): Promise<void> {
  await trx.insertInto('listenings').values({ bot_id: bot.id, webhook_id: bot.webhookId, since }).onConflict((conflict) => conflict.doNothing()).execute()
}

/** A bot that may be changed now, or why not. */
async function checked(trx: Transaction<Tables>, userId: string, id: string, { version, settled, flat }: BotConditions): Promise<StoredBot | BotRefusal> {
  const row = await trx.selectFrom('bots').selectAll().where('user_id', '=', userId).where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst()
  if (row === undefined) return { kind: 'not_found' }
  if (version !== undefined && row.version !== version) return { kind: 'changed_meanwhile' }
  const orders = settled === true ? await unsettledOrders(trx, 'bot_id', [id]) : []
  if (orders.length > 0) return { kind: 'orders_unresolved', orders }
  if (flat === true) {
    const held = await trx.selectFrom('positions').select(['quantity', 'dust']).where('bot_id', '=', id).executeTakeFirstOrThrow()
    if (held.dust === 0 && !decimal(held.quantity).isZero()) return { kind: 'position_open', quantity: held.quantity }
  }
  return toBot(row)
}

/** Why a bot may not be linked as it is to be, or null. */
async function linkRefusal(trx: Transaction<Tables>, bot: Bot): Promise<LinkRefusal | null> {
  const webhook = await trx.selectFrom('webhooks').select('id').where('id', '=', bot.webhookId)
    .where((eb) => eb.or([
      eb('user_id', '=', bot.userId),
      eb.exists(eb.selectFrom('shares').select('shares.id').whereRef('shares.webhook_id', '=', 'webhooks.id').where('shares.user_id', '=', bot.userId)),
    ])).executeTakeFirst()
  if (webhook === undefined) return { kind: 'unknown_webhook' }
  if (bot.connectionId === null) return null
  const connection = await trx.selectFrom('connections').select('id').where('id', '=', bot.connectionId).where('user_id', '=', bot.userId)
    .where('exchange', '=', bot.exchange).where('market', '=', bot.market).where('deleted_at', 'is', null).executeTakeFirst()
  return connection === undefined ? { kind: 'unknown_connection' } : null
}
