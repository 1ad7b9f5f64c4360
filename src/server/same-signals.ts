import type { api } from '#contract'
import type { Bot, Connection } from '#model'
import type { Shared } from './server.ts'

/** What is looked at: a bot that is there, or one that is still to be made. */
type Wanted = Pick<Bot, 'id' | 'userId' | 'webhookId' | 'symbol' | 'direction'>

/**
 * Warns where other bots would open on the same alerts: on the same webhook, for the same symbol, on the same account. That
 * is allowed, but more often a form that was sent twice. Bots of which one trades long and the other short are no such pair.
 */
export async function sameSignals(
  { store }: Pick<Shared, 'store'>, bot: Wanted, connection: Connection | null,
): Promise<api.Warning[]> {
  if (connection === null) return []
  const { exchange, market, accountId } = connection
  const others = (await store.bots.onAccount({ exchange, market, accountId, symbol: bot.symbol })).map((one) => one.bot)
    .filter((one) => one.id !== bot.id && one.webhookId === bot.webhookId && overlap(one.direction, bot.direction))
  if (others.length === 0) return []
  const active = others.filter(({ paused }) => !paused)
  const own = others.filter(({ userId }) => userId === bot.userId)
  const foreign = others.length - own.length
  const names = [
    ...own.map(({ name, paused }) => `"${name}"${paused ? ' (paused)' : ''}`),
    ...foreign === 0 ? [] : [foreign === 1 ? 'a bot of another user' : `${foreign} bots of other users`],
  ]
  const trade = others.length === 1 ? 'trades' : 'trade'
  const effect = active.length > 0 ? `each alert becomes ${count(active.length + 1)} orders`
    : 'once resumed, each alert becomes several orders'
  return [{
    code: 'same_signals', bots: own.map(({ id, name }) => ({ id, name })),
    message: `${listed(names)} already ${trade} ${bot.symbol} from this webhook on this account: ${effect}. `
      + 'Keep one of them, or give this one a webhook of its own.',
  }]
}

const overlap = (a: Bot['direction'], b: Bot['direction']): boolean => a === b || a === 'both' || b === 'both'

const MOST_NAMED = 5

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, MOST_NAMED)
  if (names.length > MOST_NAMED) return `${shown.join(', ')} and ${names.length - MOST_NAMED} more`
  return shown.length === 1 ? shown[0] ?? '' : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
}

const count = (n: number): string => (['no', 'one', 'two', 'three', 'four', 'five'][n] ?? String(n))
