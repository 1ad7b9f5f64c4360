import { Problem, type Connection } from '#model'
import type { BotView, ConnectionView, Named } from '#store'
import { applyLeverage, refuseLeverageConflict } from './leverage.ts'
import { changedMeanwhile, ordersUnresolved, positionOpen } from './refusals.ts'
import type { Shared } from './server.ts'
import { invalidInput } from './validation.ts'

const MOST_BOTS = 10_000

/**
 * Moves all bots of a connection to another one of the same exchange and market, or none. Positions go along only where
 * both keys belong to one account. Problems: `orders_unresolved`, `position_open`, `leverage_conflict`, `not_found`.
 */
export async function relink(
  shared: Shared, userId: string, from: ConnectionView, wanted: { to: string; abandonPosition?: boolean | undefined },
): Promise<readonly Named[]> {
  const { store, execution } = shared
  if (wanted.to === from.connection.id) throw invalidInput([{ path: 'to', message: 'is this connection itself' }])
  const target = (await store.connections.get(userId, wanted.to))?.connection
  if (target === undefined) {
    throw new Problem(
      'not_found', 'There is no connection `to`.', { errors: [{ path: 'to', message: 'there is no such connection' }] },
    )
  }
  const source = from.connection
  if (target.exchange !== source.exchange || target.market !== source.market) {
    throw invalidInput([{
      path: 'to',
      message: `is for ${target.exchange} ${target.market}; it has to be for ${source.exchange} ${source.market}`,
    }])
  }
  await execution.upToDate()
  const bots = await botsOf(shared, userId, source.id)
  await refuseWhileBusy(shared, bots)
  if (target.accountId !== source.accountId) await leaveAccount(shared, bots, target, wanted.abandonPosition === true)

  const fresh = wanted.abandonPosition === true ? await botsOf(shared, userId, source.id) : bots
  const moved = await store.connections.relink(
    userId, source.id, target.id, fresh.map(({ bot, version }) => ({ id: bot.id, version })),
  )
  if (moved.kind === 'not_found') throw new Problem('not_found', 'One of the two connections is gone.')
  if (moved.kind === 'orders_unresolved') throw ordersUnresolved(moved.orders)
  if (moved.kind === 'changed_meanwhile') throw changedMeanwhile()
  for (const bot of moved.bots) await execution.botChanged(bot.id)
  const data = { id: source.id, change: 'relinked', to: target.id, bots: moved.bots.length }
  await store.journal.commit({ feed: [{ type: 'connection', userId, data }] })
  return moved.bots
}

async function botsOf({ store }: Shared, userId: string, connectionId: string): Promise<BotView[]> {
  const bots: BotView[] = []
  let cursor: string | undefined
  do {
    const page = await store.bots.list(userId, { connectionId }, { limit: 200, cursor })
    bots.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && bots.length < MOST_BOTS)
  return bots
}

async function refuseWhileBusy({ store, execution }: Shared, bots: readonly BotView[]): Promise<void> {
  const busy = bots.filter(({ bot }) => execution.busy(bot.id))
  if (busy.length === 0) return
  const orders = await Promise.all(busy.slice(0, 20).map(({ bot }) => store.orders.unsettled(bot.id)))
  throw ordersUnresolved(orders.flat())
}

/** Another account holds none of what these bots hold: they have to be flat, or let go of it, which is recorded. */
async function leaveAccount(
  shared: Shared, bots: readonly BotView[], target: Connection, abandon: boolean,
): Promise<void> {
  const holding = bots.filter(({ bot }) => holds(shared, bot.id))
  if (holding.length > 0 && !abandon) throw positionOpen(holding.map(({ bot }) => ({ id: bot.id, name: bot.name })))
  for (const { bot } of bots) await refuseLeverageConflict(shared, bot, target)
  // Dust too: the other account does not have it.
  for (const { bot } of bots) await abandonPosition(shared, bot.id, `let go of when relinked to "${target.name}"`)
  for (const { bot } of bots) if (!bot.paused) await applyLeverage(shared, bot, target.id)
}

/** Whether the bot holds more than dust. */
export function holds({ execution }: Shared, botId: string): boolean {
  const position = execution.position(botId)
  return position !== null && position.quantity !== '0' && !position.dust
}

/** Books a bot's position away, with the reason, so that its books say why it is flat. */
export async function abandonPosition({ execution }: Shared, botId: string, reason: string): Promise<void> {
  const quantity = execution.position(botId)?.quantity ?? '0'
  if (quantity === '0') return
  await execution.adjust(botId, quantity.startsWith('-') ? quantity.slice(1) : `-${quantity}`, reason)
}
