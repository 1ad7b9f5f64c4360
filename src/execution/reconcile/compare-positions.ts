import type { ReportedOrder } from '#contract'
import { decimal, smaller, text, ZERO, type Decimal, type PositionSide } from '#model'
import type { Difference } from './difference.ts'
import { goneOf } from './follow-account.ts'
import {
  follow, names, sum, type Account, type Followed, type Held, type HoldingsCompared, type Seen, type Strangers,
} from './holdings.ts'

/** One position of the account, as books and exchange have it. Base, signed. */
interface Side {
  readonly name: string
  readonly symbol: string
  readonly side: PositionSide
  /** All bots of the symbol; those that hold something on this side, and what they hold. */
  readonly bots: readonly Held[]
  readonly holders: readonly Held[]
  readonly ours: Decimal
  readonly theirs: Decimal
  /** What is not ours, as far as the last report told, and what was bought and (below zero) sold by hand since. */
  readonly known: Decimal
  readonly bought: Decimal
  readonly sold: Decimal
  /** All that orders by hand have filled, as far as the report shows them. */
  readonly fills: Readonly<Record<string, string>>
}

/** What one look at a position came to. `strangers`: what is not ours; undefined: nothing is concluded yet. */
interface Look {
  readonly judged: boolean
  readonly difference?: Difference
  readonly followed?: Followed
  readonly strangers?: Decimal | undefined
}

/**
 * Futures: the account's net position against the sum of the bots', or each side for itself, as the account has it. A bot
 * never holds more than its account does on that side; where it is the only one there, its book follows. People may trade
 * on the same account: what their orders filled since the last report explains the difference that it makes, and what was
 * there before our bots traded is theirs.
 */
export function comparePositions(account: Account, before: Strangers, seen: Seen): HoldingsCompared {
  const differences: Difference[] = []
  const followed: Followed[] = []
  const judged = new Set<string>()
  const explained = { ...before.explained }
  const byHand = { ...before.byHand }
  for (const [symbol, bots] of Map.groupBy(account.held, ({ bot }) => bot.symbol)) {
    if (bots.some(({ quiet }) => !quiet)) continue
    for (const side of sidesOf(account, before, symbol, bots)) {
      const look = lookAt(side, seen)
      if (look.difference !== undefined) differences.push(look.difference)
      if (look.followed !== undefined) followed.push(look.followed)
      if (look.judged) for (const key of keysOf(side)) judged.add(key)
      if (look.strangers === undefined) continue
      explained[side.name] = text(look.strangers)
      byHand[side.name] = side.fills
    }
  }
  return { differences, judged, followed, strangers: { explained, byHand } }
}

function lookAt(side: Side, { accepted, suspects }: Seen): Look {
  const { ours, theirs, holders: [only, ...others] } = side
  // What the account has on the other side is no part of it: long by the books and short at the exchange are not equal.
  const held = ours.isNegative() === theirs.isNegative() ? theirs.abs() : ZERO
  const gone = goneOf(ours, held)
  if (gone.isZero() || only === undefined || others.length > 0) {
    return judge(side, ours, keysOf(side).some((key) => suspects.has(key)), !gone.isZero(), accepted)
  }
  if (!only.mine) return { judged: false }

  const followed = follow(only, held, gone, suspects)
  // Until all of it is booked nobody can tell what of the trades by hand is left to explain anything.
  if (!followed.booked.equals(gone)) return { followed, judged: false }
  const left = ours.isNegative() ? ours.plus(gone) : ours.minus(gone)
  return { ...judge(side, left, true, false, accepted), followed }
}

/**
 * Judges what is not ours. `left`: what our bots hold once the books have followed; `isShort`: the account holds less than
 * several bots do: what was sold by hand is then one of theirs, and which one only a person can say.
 */
function judge(
  side: Side, left: Decimal, isSecondLook: boolean, isShort: boolean, accepted: ReadonlySet<string>,
): Look {
  const { ours, theirs, known } = side
  const strangers = theirs.minus(left)
  const expected = isShort ? known : known.plus(side.bought).plus(side.sold)
  if (keysOf(side).some((key) => accepted.has(key)) || theirs.minus(ours).equals(expected)) return { judged: true, strangers }
  // What people traded may have been booked on a bot already: just now, by an exit, or by a person.
  const booked = left.minus(ours)
  const [bought, sold] = isShort ? [ZERO, ZERO] : [without(side.bought, booked), without(side.sold, booked)]
  const isBetween = !strangers.lessThan(known.plus(sold)) && !strangers.greaterThan(known.plus(bought))
  if (isSecondLook && isBetween) return { judged: true, strangers }
  const explained = known.plus(bought).plus(sold)
  return { judged: true, difference: differs(side, left, explained), strangers: isSecondLook ? explained : undefined }
}

/**
 * The sides of a symbol's position. What the exchange shows of it goes before the account's mode, which some have by symbol.
 */
function sidesOf(
  { holdings: { positions, positionMode }, byHand, traded }: Account, before: Strangers, symbol: string, bots: readonly Held[],
): Side[] {
  const rows = positions.filter((one) => one.symbol === symbol)
  const isHedged = rows.length === 0 ? positionMode === 'hedge' : rows.some(({ side }) => side !== 'both')
  // What was there before our bots traded belongs to others. A mode changes while nothing is held: what a side that was not
  // there before has now was traded since.
  const isNew = !traded.has(symbol) && SIDES.every((side) => before.explained[nameOf(symbol, side)] === undefined)
  return (isHedged ? ['long', 'short'] as const : ['both'] as const).map((side): Side => {
    const name = nameOf(symbol, side)
    const holders = bots.filter(({ position }) => !position.dust && !onSide(position.quantity, side).isZero())
    const ours = sum(bots.map(({ position }) => onSide(position.quantity, side)))
    const theirs = sum(rows.map(({ quantity }) => onSide(quantity, side)))
    const fills = signedFills(byHand.filter((order) => order.symbol === symbol && order.positionSide === side))
    const known = before.byHand[name] ?? {}
    const since = Object.entries(fills).map(([id, filled]) => decimal(filled).minus(decimal(known[id] ?? '0')))
    const [bought, sold] = [sum(since.filter((one) => !one.isNegative())), sum(since.filter((one) => one.isNegative()))]
    const explained = before.explained[name]
    const others = isNew && ours.isZero() ? theirs.minus(bought).minus(sold) : ZERO
    return {
      name, symbol, side, bots, holders, ours, theirs, bought, sold, fills,
      known: explained === undefined ? others : decimal(explained),
    }
  })
}

/** `left`: what our bots hold; `expected`: what is not theirs and is accounted for. */
function differs(side: Side, left: Decimal, expected: Decimal): Difference {
  const { symbol, bots, theirs } = side
  const base = bots[0]?.bot.base ?? '?'
  const strangers = expected.isZero() ? '' : ` and ${text(expected)} that is not theirs`
  const common = {
    ours: `${text(left)} ${base}${strangers}`, theirs: `${text(theirs)} ${base}`, orderId: null,
    botId: bots.length === 1 ? bots[0]?.bot.id ?? null : null,
  }
  const which = side.side === 'both' ? '' : `${side.side} `
  const told = `The account's ${which}position in ${symbol} is ${text(theirs)} ${base}; `
    + `its bots (${names(bots)}) hold ${text(left)}${strangers}.`
  if (!theirs.isZero() && (left.isZero() || left.isNegative() !== theirs.isNegative())) {
    return {
      ...common, key: strayKey(side), code: 'stray_position',
      detail: `${told} Nothing that was traded by hand explains it, and no bot will close it. Close it at the exchange, or `
        + 'acknowledge this if it is yours.',
    }
  }
  const short = theirs.abs().lessThan(left.abs())
  const remedy = short
    ? 'If some of it was closed by hand, book that away from the bot whose it was, with an adjustment of its position.'
    : 'No order explains the rest. Acknowledge this if it is yours; else close it at the exchange.'
  return { ...common, key: differsKey(side), code: 'position_differs', detail: `${told} ${remedy}` }
}

const SIDES: readonly PositionSide[] = ['both', 'long', 'short']
const nameOf = (symbol: string, side: PositionSide): string => `${symbol} ${side}`
const differsKey = ({ name }: Side): string => `position_differs ${name}`
const strayKey = ({ name }: Side): string => `stray_position ${name}`
const keysOf = (side: Side): readonly string[] => [differsKey(side), strayKey(side)]

/** The part of an amount (base, signed) that is on a side. */
function onSide(quantity: string, side: PositionSide): Decimal {
  const amount = decimal(quantity)
  return side === 'both' || amount.isNegative() === (side === 'short') ? amount : ZERO
}

/** What is left of an amount when as much of `taken` as is of its sign is taken away. */
function without(amount: Decimal, taken: Decimal): Decimal {
  if (amount.isNegative() !== taken.isNegative()) return amount
  const part = smaller(amount.abs(), taken.abs())
  return amount.isNegative() ? amount.plus(part) : amount.minus(part)
}

const signedFills = (orders: readonly ReportedOrder[]): Record<string, string> => Object.fromEntries(
  orders.map(({ exchangeOrderId, side, filled }) => [exchangeOrderId, side === 'buy' ? filled : text(decimal(filled).negated())]),
)
