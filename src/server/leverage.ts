import { Problem, type Bot, type Connection } from '#model'
import type { Shared } from './server.ts'

/** One account has one leverage per symbol: bots on it must not name different ones. Problems: `leverage_conflict`. */
export async function refuseLeverageConflict(
  { store }: Shared, bot: Pick<Bot, 'id' | 'symbol' | 'leverage'>, connection: Connection,
): Promise<void> {
  if (bot.leverage === null || connection.market !== 'futures') return
  const { exchange, market, accountId } = connection
  const others = await store.bots.onAccount({ exchange, market, accountId, symbol: bot.symbol })
  const other = others.find(({ bot: one }) => (
    one.id !== bot.id && one.leverage !== null && one.leverage !== bot.leverage
  ))
  if (other === undefined) return
  const mine = other.bot.userId === connection.userId
  const said = `Another bot on this account trades ${bot.symbol} with leverage ${other.bot.leverage}`
  throw new Problem('leverage_conflict', `${said}; one account has one leverage per symbol.`, {
    errors: [{ path: 'leverage', message: `has to be ${other.bot.leverage}, or left out` }],
    ...(mine ? { extra: { bots: [{ id: other.bot.id, name: other.bot.name }] } } : {}),
  })
}

/** Sets the leverage that a flat futures bot names at the exchange. Whoever calls has made sure that it is flat. */
export async function applyLeverage(
  { store, executor }: Shared, bot: Pick<Bot, 'id' | 'symbol' | 'market' | 'leverage'>, connectionId: string,
): Promise<void> {
  if (bot.leverage === null || bot.market !== 'futures') return
  const row = await store.connections.row(connectionId)
  if (row === undefined) throw new Problem('not_found', 'There is no such connection.')
  const { userId, exchange, market, rowVersion } = row.connection
  await executor.call({
    verb: 'setLeverage', symbol: bot.symbol, leverage: bot.leverage, purpose: {
      botId: bot.id, reason: 'leverage of a bot',
    },
    connection: { connectionId, userId, exchange, market, rowVersion, envelope: row.envelope },
  })
}
