import { decimal, type Bot, type Connection } from '#model'
import type { Account } from '../exchange/ledger.ts'
import { VENUES, venueOf, type Venue } from '../exchange/venues.ts'
import { Chance } from './chance.ts'
import { START } from './virtual-time.ts'
import type { World } from './world.ts'

/** A webhook as deliveries need it. */
export interface Hook { readonly id: string; readonly userId: string; readonly duplicateWindowSeconds: number }

/** Rarely a webhook has more bots than one commit decides. */
const CROWD = 90

/** How often each exchange is there. */
const WITH_FUTURES = { binance: 5, gate: 3, okx: 2 }
const ALL = { ...WITH_FUTURES, alpaca: 2, kraken: 1 }

/** Fills a world with users, accounts, connections, webhooks and bots; answers the webhooks. */
export function furnish(world: World): readonly Hook[] {
  const chance = new Chance(world.seed, 'scenario')
  const users = Array.from({ length: chance.whole(1, 3) }, (_, index) => `user-${index + 1}`)
  for (const id of users) world.tables.users.add(id)
  const hooks = Array.from({ length: chance.whole(1, 2) }, (_, index): Hook => (
    { id: `hook-${index + 1}`, userId: chance.pick(users), duplicateWindowSeconds: chance.pick([30, 30, 30, 5, 0]) }
  ))
  const connections = Array.from({ length: chance.whole(1, 3) }, (_, index) => connect(world, chance, users, index)).flat()
  const crowd = chance.hits(1 / 60)
  const bots = crowd ? CROWD : chance.weighted({ one: 3, few: 5, many: 1 }) === 'one' ? 1 : chance.whole(2, 6)
  for (let number = 1; number <= bots; number += 1) addBot(world, chance, hooks, crowd ? [connections[0] ?? never()] : connections, number)
  if (!crowd && chance.hits(0.15)) world.handled.add(chance.pick(connections).account.id)
  return hooks
}

/** An account at some exchange, and one or two keys of it. */
function connect(world: World, chance: Chance, users: readonly string[], index: number): { connection: Connection; account: Account }[] {
  const venue = venueOf(world.focus.venue ?? chance.weighted(world.focus.market === 'futures' ? WITH_FUTURES : ALL))
  const { description } = venue
  const market = world.focus.market ?? chance.pick(description.markets)
  const accountId = `account-${index + 1}`
  const account: Account = {
    id: `${description.id}:${market}:${accountId}`, exchange: description.id, market, trades: !chance.hits(0.05),
    positionMode: market === 'spot' ? null : chance.weighted({ 'one-way': 2, hedge: 1 }),
    balances: new Map([[quoteOf(venue), decimal('10000000')]]), locked: new Map(), positions: new Map(),
  }
  const owner = chance.pick(users) // servers share lanes by user: bots of one account then have one owner
  return Array.from({ length: chance.hits(0.2) ? 2 : 1 }, (_, key) => {
    const connection: Connection = {
      id: `connection-${index + 1}${'ab'[key] ?? ''}`, userId: world.embedded ? chance.pick(users) : owner, name: '', exchange: description.id, market, fingerprint: '', accountId,
      // Now and then what we believe of the account is out of date.
      positionMode: market === 'spot' ? null : chance.hits(0.1) ? chance.pick(['one-way', 'hedge', null] as const) : account.positionMode,
      status: 'active', statusDetail: null, checks: [], expiresAt: null, rowVersion: 1, createdAt: START, lastUsedAt: null,
    }
    world.addAccount(connection.id, account)
    world.tables.connections.set(connection.id, { connection, envelope: 'sealed' })
    return { connection, account }
  })
}

function addBot(world: World, chance: Chance, hooks: readonly Hook[], connections: readonly { connection: Connection }[], number: number): void {
  const { connection } = chance.pick(connections)
  const rules = chance.pick(venueOf(connection.exchange).rules.filter((one) => one.market === connection.market && one.base === (world.focus.base ?? one.base)))
  const futures = connection.market === 'futures'
  const quote = chance.pick(['20', '100', '350', '450', '2000'])
  const inBase = chance.hits(0.2)
  const bot: Bot = {
    id: `bot-${number}`, userId: connection.userId, name: `bot ${number}`, webhookId: chance.pick(hooks).id, connectionId: connection.id,
    exchange: connection.exchange, market: connection.market, symbol: rules.symbol, base: rules.base, quote: rules.quote,
    amount: inBase ? chance.pick(rules.base === 'DOGE' ? ['500', '1900'] : ['0.01', '0.0333']) : quote, amountIn: inBase ? 'base' : 'quote',
    direction: futures ? chance.pick(['both', 'both', 'long', 'short']) : 'long', maxSize: chance.pick(['5000', '20000']),
    onOpposite: futures && chance.hits(0.4) ? 'flip' : 'close', leverage: null,
    maxSignalAgeSeconds: chance.pick([60, 60, 60, 20, 5, 0]), maxExitAgeSeconds: chance.pick([900, 900, 60, 20, 0]), exitAtOpen: false,
    acceptSize: chance.hits(0.3), acceptDilution: chance.hits(0.3), paused: chance.hits(0.03), createdAt: START,
  }
  world.tables.addBot(bot)
}

const quoteOf = (venue: Venue): string => venue.rules[0]?.quote ?? 'USDT'
function never(): never { throw new Error('a world without connections') }

/** All markets there are, for signals that are for none of a webhook's bots. */
export const SYMBOLS: readonly string[] = [...new Set(VENUES.flatMap((venue) => venue.rules.map((rules) => rules.symbol)))]
