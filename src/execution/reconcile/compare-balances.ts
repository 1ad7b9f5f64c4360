import { decimal, smaller, text, ZERO, type Decimal } from '#model'
import type { Difference } from './difference.ts'
import { goneOf } from './follow-account.ts'
import {
  follow, names, sum, type Account, type Followed, type Held, type HoldingsCompared, type Seen, type Strangers,
} from './holdings.ts'

/**
 * Spot: an account may hold more than its bots do; it must not hold less. What counts is the total: coins in an order that
 * somebody made by hand are still there. Where one bot alone holds the asset, its book follows.
 */
export function compareBalances(
  { held, holdings: { balances } }: Account, strangers: Strangers, { suspects }: Seen,
): HoldingsCompared {
  const differences: Difference[] = []
  const followed: Followed[] = []
  const judged = new Set<string>()
  for (const [base, bots] of Map.groupBy(held, ({ bot }) => bot.base)) {
    if (bots.some(({ quiet }) => !quiet)) continue
    const key = `balance_short ${base}`
    judged.add(key)
    const ours = sum(bots.map(quantityOf))
    const theirs = decimal(balances[base]?.total ?? '0')
    const least = leastOf(bots)
    const gone = goneOf(ours, theirs, least)
    if (gone.isZero()) continue
    const holders = bots.filter((one) => !one.position.dust && quantityOf(one).greaterThanOrEqualTo(least))
    const [only] = holders
    if (only === undefined || holders.length > 1) differences.push(isShort(key, base, holders, ours, theirs))
    else if (only.mine) {
      const its = quantityOf(only)
      const itsGone = smaller(gone, its)
      followed.push(follow(only, its.minus(itsGone), itsGone, suspects))
    }
  }
  return { differences, judged, followed, strangers }
}

/** A bot on spot holds nothing or more; what is sold beyond that was not its own. */
function quantityOf({ position }: Held): Decimal {
  const quantity = decimal(position.quantity)
  return quantity.isNegative() ? ZERO : quantity
}

/** Base: less than that is nothing that anybody could trade. Where no rules are known everything counts. */
function leastOf(bots: readonly Held[]): Decimal {
  const [first = ZERO, ...others] = bots.flatMap(({ leastOrder }) => (leastOrder === null ? [] : [decimal(leastOrder)]))
  return others.reduce(smaller, first)
}

const isShort = (key: string, base: string, holders: readonly Held[], ours: Decimal, theirs: Decimal): Difference => ({
  key, code: 'balance_short', ours: `${text(ours)} ${base}`, theirs: `${text(theirs)} ${base}`, botId: null, orderId: null,
  detail: `The account holds ${text(theirs)} ${base}, less than the ${text(ours)} that its bots hold `
    + `(${names(holders)}). If ${text(ours.minus(theirs))} ${base} were sold or moved by hand, book them away from the bot whose `
    + 'they were, with an adjustment of its position; else the bot that sells last gets too little.',
})
