import { api } from '#contract'
import { Problem, type Bot } from '#model'
import { sameSymbol } from '#signals'
import type { BotPatch, BotRefusal, BotView, LinkRefusal, StoredBot } from '#store'
import { approved, checkSettings, noLink, type Place } from './bot-making.ts'
import { applyLeverage, refuseLeverageConflict } from './leverage.ts'
import { changedMeanwhile, ordersUnresolved, positionOpen } from './refusals.ts'
import { abandonPosition, holds } from './relink.ts'
import type { Shared } from './server.ts'

/** Settings that are held against the market; all others change by themselves. */
const MARKET_SETTINGS = ['amount', 'amountIn', 'direction', 'maxSize', 'onOpposite', 'leverage'] as const

/** Where a bot trades after a change, and whether what it holds stays where it is. */
interface Move {
  readonly place: Place
  readonly symbol: string
  readonly moves: boolean
  readonly sameAccount: boolean
}

/**
 * Changes a bot. Another connection, none, or another symbol needs settled orders and a flat position; a key of the
 * same account takes the position along. Problems: `orders_unresolved`, `position_open`, `leverage_conflict`,
 * `not_found`, and those of a new bot.
 */
export async function changeBot(
  shared: Shared, userId: string, view: BotView, wanted: api.ChangeBot,
): Promise<StoredBot> {
  const { store, execution } = shared
  const { bot } = view
  await execution.upToDate()
  if (wanted.webhookId !== undefined || (wanted.paused === false && bot.paused)) {
    if (!await store.webhooks.canUse(userId, wanted.webhookId ?? bot.webhookId)) throw noLink('webhook')
  }
  const move = await moveOf(shared, userId, bot, wanted)
  const patch = await patchOf(shared, bot, wanted, move)
  const after: Bot = { ...bot, ...patch }
  if (move.place.connection !== null) await refuseLeverageConflict(shared, after, move.place.connection)
  const named = after.leverage !== null && !after.paused
  const releverage = named && (after.leverage !== bot.leverage || move.moves || bot.paused)
  if (after.leverage !== bot.leverage && !move.moves && holds(shared, bot.id)) {
    throw positionOpen([{
      id: bot.id, name: bot.name,
    }])
  }
  if (move.moves) await leave(shared, bot, move, wanted.abandonPosition === true)
  if (releverage && after.connectionId !== null && !holds(shared, bot.id)) {
    await applyLeverage(
      shared, after, after.connectionId,
    )
  }

  const { version } = view
  const conditions = move.moves ? { settled: true, flat: !move.sameAccount, version } : { version }
  const changed = await store.bots.change(userId, bot.id, patch, conditions)
  if (changed.kind !== 'changed') throw refusal(changed, bot)
  await execution.botChanged(bot.id)
  return changed.bot
}

/** Deletes a bot; its history stays. Problems: `orders_unresolved`, `position_open`. */
export async function deleteBot(
  shared: Shared, userId: string, { bot, version }: BotView, abandon: boolean,
): Promise<void> {
  await shared.execution.upToDate()
  await refuseWhileBusy(shared, bot)
  if (!abandon && holds(shared, bot.id)) throw positionOpen([{ id: bot.id, name: bot.name }])
  await abandonPosition(shared, bot.id, 'let go of when the bot was deleted')
  const removed = await shared.store.bots.remove(
    userId, bot.id, shared.clock.now(), { settled: true, flat: true, version },
  )
  if (removed.kind !== 'deleted') throw refusal(removed, bot)
  await shared.execution.botChanged(bot.id)
}

async function moveOf(shared: Shared, userId: string, bot: Bot, wanted: api.ChangeBot): Promise<Move> {
  const { connections } = shared.store
  const before = bot.connectionId === null ? undefined : (await connections.get(userId, bot.connectionId))?.connection
  const stays: Place = { exchange: bot.exchange, market: bot.market, connection: before ?? null }
  const symbol = wanted.symbol === undefined || sameSymbol(wanted.symbol, bot) ? bot.symbol : wanted.symbol
  if (wanted.connectionId === undefined || wanted.connectionId === bot.connectionId) {
    return { place: stays, symbol, moves: symbol !== bot.symbol, sameAccount: false }
  }
  if (wanted.connectionId === null) {
    return {
      place: { ...stays, connection: null }, symbol, moves: true, sameAccount: false,
    }
  }
  const target = (await connections.get(userId, wanted.connectionId))?.connection
  if (target === undefined) throw noLink('connection')
  const sameAccount = before !== undefined && before.exchange === target.exchange && before.market === target.market
    && before.accountId === target.accountId && symbol === bot.symbol
  return {
    place: { exchange: target.exchange, market: target.market, connection: target }, symbol, moves: true, sameAccount,
  }
}

async function patchOf(shared: Shared, bot: Bot, wanted: api.ChangeBot, move: Move): Promise<BotPatch> {
  const { abandonPosition: _abandon, symbol: _symbol, ...plain } = wanted
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)) as BotPatch
  const disconnects = wanted.connectionId === null && wanted.symbol === undefined
  if (!MARKET_SETTINGS.some((name) => name in given) && (!move.moves || disconnects)) return given
  // All settings together, old and new: what was right alone may be wrong beside the new one.
  const { name: _name, ...settings } = approved(
    await checkSettings(shared, bot.id, move.place, move.symbol, { ...bot, ...given }),
  )
  return { ...given, ...settings }
}

async function leave(shared: Shared, bot: Bot, move: Move, abandon: boolean): Promise<void> {
  await refuseWhileBusy(shared, bot)
  if (move.sameAccount) return
  if (!abandon && holds(shared, bot.id)) throw positionOpen([{ id: bot.id, name: bot.name }])
  // Dust too: it stays where the bot no longer trades.
  const { connection, exchange } = move.place
  const why = connection === null ? 'disconnected' : `moved to ${exchange} ${move.symbol}`
  await abandonPosition(shared, bot.id, `let go of when ${why}`)
}

async function refuseWhileBusy({ execution, store }: Shared, bot: Bot): Promise<void> {
  if (execution.busy(bot.id)) throw ordersUnresolved(await store.orders.unsettled(bot.id))
}

function refusal(refused: BotRefusal | LinkRefusal, bot: Bot): Problem {
  switch (refused.kind) {
    case 'orders_unresolved': return ordersUnresolved(refused.orders)
    case 'position_open': return positionOpen([{ id: bot.id, name: bot.name }])
    case 'changed_meanwhile': return changedMeanwhile()
    case 'unknown_webhook': return noLink('webhook')
    case 'unknown_connection': return noLink('connection')
    case 'not_found': return new Problem('not_found', 'There is no such bot.')
  }
}
