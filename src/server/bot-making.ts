import { checkBot, type BotCheck, type BotSettings, type CheckedBot } from '#bots'
import { Problem, type Connection, type Market, type MarketRules } from '#model'
import { findMarket, whyAnother } from '#signals'
import type { Shared } from './server.ts'

/** Where a bot trades. A disconnected one keeps exchange and market, and is checked against their public rules. */
export interface Place {
  readonly exchange: string
  readonly market: Market
  readonly connection: Connection | null
}

export const placeOf = (connection: Connection): Place => ({
  exchange: connection.exchange, market: connection.market, connection,
})

/** What a bot is linked to: both are the user's to use. */
export interface Links { readonly connection: Connection; readonly webhookId: string }

/** The connection and webhook that a body names. Another user's is as good as absent. Problems: `not_found`. */
export async function linksOf(
  { store }: Shared, userId: string, wanted: { webhookId: string; connectionId: string },
): Promise<Links> {
  const [usable, view] = await Promise.all([
    store.webhooks.canUse(userId, wanted.webhookId), store.connections.get(userId, wanted.connectionId),
  ])
  if (!usable) throw noLink('webhook')
  if (view === undefined) throw noLink('connection')
  return { connection: view.connection, webhookId: wanted.webhookId }
}

/** What a link that does not exist, or not for this user, answers. */
export const noLink = (what: 'webhook' | 'connection'): Problem => new Problem(
  'not_found', `There is no such ${what}.`, { errors: [{ path: `${what}Id`, message: `there is no such ${what}` }] },
)

/**
 * The market that a person means by `symbol`, in any spelling; the exchange is asked anew before they are told that
 * there is none. Problems: `unknown_symbol` with what comes near.
 */
export async function marketFor(
  { execution }: Shared, { exchange, market, connection }: Place, symbol: string,
): Promise<MarketRules> {
  const rules = (fresh: boolean) => execution.rules(exchange, market, connection?.id ?? null, fresh)
  const find = async (fresh: boolean) => findMarket(symbol, await rules(fresh))
  const known = await find(false)
  const found = known.found === null ? await find(true).catch((error: unknown) => {
    // Some exchanges answer this with a key only, and a disconnected bot has none.
    if (connection === null && error instanceof Problem) return known
    throw error
  }) : known
  if (found.found !== null) return found.found
  const why = whyAnother(symbol, { exchange, market })
  const near = found.candidates.length > 0 ? ` Near it: ${found.candidates.join(', ')}.` : ''
  const what = `${exchange} ${market} has no such symbol${why === null ? '' : `: ${why}`}`
  throw new Problem('unknown_symbol', `${what}.${near}`, {
    errors: [{ path: 'symbol', message: 'is no symbol of this market' }], extra: { candidates: found.candidates },
  })
}

/** A checked bot and what it was checked with. */
export interface Checked {
  readonly check: BotCheck
  readonly rules: MarketRules
  /** Quote per base; null: none could be had. */
  readonly price: string | null
}

/**
 * Holds settings against themselves and the live market; what its rules seem to forbid is held against rules that are
 * read anew. `id`: the bot's own, null while it has none.
 */
export async function checkSettings(
  shared: Shared, id: string | null, place: Place, symbol: string, settings: BotSettings,
): Promise<Checked> {
  const checked = await checkOnce(shared, id, place, symbol, settings)
  if (checked.check.ok || checked.check.code !== 'rules_violated') return checked
  try {
    await shared.execution.rules(place.exchange, place.market, place.connection?.id ?? null, true)
  } catch (error) {
    if (error instanceof Problem) return checked
    throw error
  }
  return checkOnce(shared, id, place, symbol, settings)
}

async function checkOnce(
  shared: Shared, id: string | null, place: Place, symbol: string, settings: BotSettings,
): Promise<Checked> {
  const rules = await marketFor(shared, place, symbol)
  const price = await priceOf(shared, place, rules)
  const others = await neighbours(shared, id, place, rules.symbol)
  const check = checkBot(
    settings, rules, { price, marketOpen: null, positionMode: place.connection?.positionMode ?? null, others },
  )
  return { check, rules, price }
}

/** The settings with everything filled in. Problems: `invalid_input`, `rules_violated`. */
export function approved({ check }: Checked): CheckedBot {
  if (check.ok) return check.bot
  const [first] = check.errors
  throw new Problem(
    check.code, first === undefined ? 'The settings are not valid.' : `${first.path}: ${first.message}`,
    { errors: check.errors },
  )
}

// A bot can be made while no price is to be had (a closed market): then only what needs none is checked.
async function priceOf(
  { execution }: Shared, { exchange, market, connection }: Place, { symbol }: MarketRules,
): Promise<string | null> {
  try {
    return await execution.price({ exchange, market, symbol, connectionId: connection?.id ?? null })
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

async function neighbours(
  { store, execution }: Shared, id: string | null, { exchange, market, connection }: Place, symbol: string,
) {
  if (market === 'spot' || connection === null) return []
  const bots = await store.bots.onAccount({ exchange, market, accountId: connection.accountId, symbol })
  return bots.filter(({ bot }) => bot.id !== id).map(({ bot }) => {
    const position = execution.position(bot.id)
    return { quantity: position === null || position.dust ? '0' : position.quantity, opening: null }
  })
}
