import { decimal, text, ZERO, type Bot, type Decimal } from '#model'
import type { Account } from '../exchange/ledger.ts'
import type { World } from '../world/world.ts'

/**
 * After the books were compared: where one bot alone trades a market of an account, its book is what the account has, also
 * where their owner sold parts of it; where nobody but bots trades, all of them together are.
 */
export function judgeHoldings(world: World): void {
  for (const account of world.ledger.accounts.values()) {
    if (world.handled.has(account.id)) continue
    const onAccount = [...world.tables.bots.values()].map(({ bot }) => bot).filter((bot) => world.accountOf(bot.connectionId ?? '') === account)
    for (const bots of Map.groupBy(onAccount, (bot) => (account.market === 'spot' ? bot.base : bot.symbol)).values()) {
      if (bots.some(({ id }) => isUnknown(world, id)) || (world.touched.has(account.id) && bots.length > 1)) continue
      judge(world, account, bots)
    }
  }
}

/** Whether nobody can know what a bot holds: its owner counted anew, fills came without a list, or its key is refused for good. */
function isUnknown(world: World, botId: string): boolean {
  const { judge } = world
  return judge.countedAnew.has(botId) || judge.assumed.has(botId) || judge.surprised.has(botId) || world.isLost(botId)
}

function judge(world: World, account: Account, bots: readonly Bot[]): void {
  const [first] = bots
  if (first === undefined) return
  const booked = bots.reduce((sum, bot) => sum.plus(world.judge.heldBy(bot.id).row), ZERO)
  const there = account.market === 'spot' ? account.balances.get(first.base) ?? ZERO : positionOf(account, first.symbol)
  const tolerance = account.market === 'spot' && world.touched.has(account.id) ? world.conditions.leastEver(first, world.prices.of(first.exchange, first.market, first.symbol)) : ZERO
  if (booked.minus(there).abs().greaterThan(tolerance)) {
    world.violate(`${bots.map(({ id }) => world.nameOf(id)).join(' and ')}: the books say ${text(booked)}, the account has ${text(there)}`)
  }
}

/** Base, signed. */
const positionOf = (account: Account, symbol: string): Decimal => [...account.positions].filter(([key]) => key.startsWith(`${symbol} `))
  .reduce((sum, [, quantity]) => sum.plus(quantity), decimal('0'))
