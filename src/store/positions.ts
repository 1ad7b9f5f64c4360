import type { Kysely } from 'kysely'
import type { Position } from '#model'
import type { Adjustment } from './journal.ts'
import type { StoredBot } from './bots.ts'
import type { Database } from './engine.ts'
import { readSpan, toPage, type Page, type PageRequest } from './page.ts'
import { toAdjustment, toBot, toPosition } from './rows.ts'
import type { BotRecord, PositionRow, Tables } from './tables.ts'

export interface PositionFilter {
  readonly botId?: string | undefined
  readonly connectionId?: string | undefined
  readonly symbol?: string | undefined
}

export interface PositionView { readonly position: Position; readonly bot: StoredBot }

export interface Positions {
  /** Of bots that are not deleted; flat ones too. */
  list(userId: string, filter?: PositionFilter, page?: PageRequest): Promise<Page<PositionView>>
  get(userId: string, botId: string): Promise<PositionView | undefined>
  adjustment(id: string): Promise<Adjustment | undefined>
  adjustments(userId: string, botId: string, page?: PageRequest): Promise<Page<Adjustment>>
}

export function createPositions({ db }: Database): Positions {
  const own = (on: Kysely<Tables>, userId: string) => on.selectFrom('bots').innerJoin('positions', 'positions.bot_id', 'bots.id').selectAll('bots')
    .select(['positions.bot_id', 'positions.symbol as held_symbol', 'positions.quantity', 'positions.average_price', 'positions.dust', 'positions.realized_profit', 'positions.fees'])
    .where('bots.user_id', '=', userId).where('bots.deleted_at', 'is', null)
  return {
    async list(userId, filter = {}, page) {
      const span = readSpan('positions', { userId, ...filter }, page)
      let query = own(db, userId).orderBy('bots.id', 'desc').limit(span.fetch)
      if (filter.botId !== undefined) query = query.where('bots.id', '=', filter.botId)
      if (filter.connectionId !== undefined) query = query.where('bots.connection_id', '=', filter.connectionId)
      if (filter.symbol !== undefined) query = query.where('bots.symbol', '=', filter.symbol)
      if (span.after !== null) query = query.where('bots.id', '<', span.after)
      return toPage(span, (await query.execute()).map(toView), (view) => view.bot.bot.id)
    },
    async get(userId, botId) {
      const row = await own(db, userId).where('bots.id', '=', botId).executeTakeFirst()
      return row === undefined ? undefined : toView(row)
    },
    async adjustment(id) {
      const row = await db.selectFrom('adjustments').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : toAdjustment(row)
    },
    async adjustments(userId, botId, page) {
      const span = readSpan('adjustments', { userId, botId }, page)
      let query = db.selectFrom('adjustments').selectAll().where('user_id', '=', userId).where('bot_id', '=', botId).orderBy('id', 'desc').limit(span.fetch)
      if (span.after !== null) query = query.where('id', '<', span.after)
      return toPage(span, (await query.execute()).map(toAdjustment), (one) => one.id)
    },
  }
}

/** A bot's row with its position's columns. */
export const toView = (row: BotRecord & Omit<PositionRow, 'symbol'> & { held_symbol: string }): PositionView => ({
  bot: toBot(row), position: toPosition({ ...row, symbol: row.held_symbol }),
})
