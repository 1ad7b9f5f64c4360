import type { ReportAnswer, ReportedOrder } from '#contract'
import { decimal, text, ZERO, type Bot, type Decimal, type PositionSide } from '#model'
import type { Compared, Difference } from './difference.ts'

/** What one bot of the account holds. */
export interface Held {
  readonly bot: Bot
  /** Base, signed. */
  readonly quantity: string
  /** Base: what is less than that could not be traded anyway. Null: not known. */
  readonly leastOrder: string | null
  /** Nothing happened to the bot while the report was made, nor shortly before. */
  readonly quiet: boolean
}

/** What of an account is not our bots', by position; kept from one report to the next. */
export interface Strangers {
  /** Base, signed: by how much the account may differ from our books. */
  readonly explained: Readonly<Record<string, string>>
  /** Of each position: orders made by hand that the last report showed, with what they had filled, signed. */
  readonly byHand: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface HoldingsCompared extends Compared { readonly strangers: Strangers }

type Known = ReportAnswer['holdings'] & { readonly known: true }

/**
 * Compares positions and balances with what the account's bots hold; only where all of them were quiet, and whose orders
 * were all reported. `accepted`: keys of differences that a person acknowledged. `unsure`: keys that are not judged.
 */
export function compareHoldings(
  held: readonly Held[], holdings: Known, byHand: readonly ReportedOrder[], before: Strangers, accepted: ReadonlySet<string>, confirmed: ReadonlySet<string>,
): HoldingsCompared {
  return held.some(({ bot }) => bot.market === 'futures')
    ? comparePositions(held, holdings, byHand, before, accepted, confirmed) : { ...compareBalances(held, holdings), strangers: before }
}

/**
 * Futures. One-way: the account's net position against the sum of the bots'; hedge: each side for itself. People may trade
 * on the same account: what their orders filled since the last report explains the difference that it makes, and what was
 * there before our bots held anything is theirs.
 */
function comparePositions(
  held: readonly Held[], { positions, positionMode }: Known, byHand: readonly ReportedOrder[], before: Strangers, accepted: ReadonlySet<string>,
  confirmed: ReadonlySet<string>,
): HoldingsCompared {
  const differences: Difference[] = []
  const judged = new Set<string>()
  const explained = { ...before.explained }
  const seenByHand = { ...before.byHand }
  const sides: readonly PositionSide[] = positionMode === 'hedge' ? ['long', 'short'] : ['both']
  for (const symbol of new Set(held.map(({ bot }) => bot.symbol))) {
    const bots = held.filter(({ bot }) => bot.symbol === symbol)
    if (bots.some(({ quiet }) => !quiet)) continue
    for (const side of sides) {
      const name = `${symbol} ${side}`
      const key = `position_differs ${name}`
      const ours = sum(bots.map(({ quantity }) => onSide(decimal(quantity), side)))
      const theirs = sum(positions.filter((one) => one.symbol === symbol && one.side === side).map((one) => decimal(one.quantity)))
      const difference = theirs.minus(ours)
      const fills = signedFills(byHand.filter((order) => order.symbol === symbol && order.positionSide === side))
      const traded = sum(Object.entries(fills).map(([id, filled]) => decimal(filled).minus(decimal(before.byHand[name]?.[id] ?? '0'))))
      // What was there before our first look, while our bots held nothing, belongs to others.
      const known = before.explained[name] ?? (ours.isZero() ? text(difference.minus(traded)) : '0')
      const expected = accepted.has(key) ? difference : decimal(known).plus(traded)
      judged.add(key)
      if (!difference.equals(expected)) {
        differences.push(positionDiffers(key, bots, side, ours, theirs, expected))
        if (!confirmed.has(key)) continue // looked at once more before anything is concluded from it
      }
      explained[name] = text(expected)
      seenByHand[name] = fills
    }
  }
  return { differences, judged, strangers: { explained, byHand: seenByHand } }
}

/** Spot: an account may hold more than its bots do; it must not hold less. */
function compareBalances(held: readonly Held[], { balances }: Known): Compared {
  const differences: Difference[] = []
  const judged = new Set<string>()
  for (const base of new Set(held.map(({ bot }) => bot.base))) {
    const bots = held.filter(({ bot }) => bot.base === base)
    if (bots.some(({ quiet }) => !quiet)) continue
    const key = `balance_short ${base}`
    judged.add(key)
    const ours = sum(bots.map(({ quantity }) => decimal(quantity)))
    const theirs = decimal(balances[base]?.total ?? '0')
    const tolerance = bots.reduce((least, { leastOrder }) => (leastOrder === null ? least : min(least, decimal(leastOrder))), decimal(bots[0]?.leastOrder ?? '0'))
    if (ours.minus(theirs).lessThanOrEqualTo(tolerance)) continue
    differences.push({
      key, code: 'balance_short', ours: `${text(ours)} ${base}`, theirs: `${text(theirs)} ${base}`, botId: onlyBot(bots), orderId: null,
      detail: `The account holds ${text(theirs)} ${base}, less than the ${text(ours)} that its bots hold. Was it sold or moved by hand? Book it with an adjustment of the bot's position.`,
    })
  }
  return { differences, judged }
}

function positionDiffers(key: string, bots: readonly Held[], side: PositionSide, ours: Decimal, theirs: Decimal, expected: Decimal): Difference {
  const [first] = bots
  const { symbol, base } = first?.bot ?? { symbol: '?', base: '?' }
  const strangers = expected.isZero() ? '' : ` and ${text(expected)} that is not theirs`
  return {
    key, code: 'position_differs', ours: `${text(ours)} ${base}${strangers}`, theirs: `${text(theirs)} ${base}`, botId: onlyBot(bots), orderId: null,
    detail: `The account's ${side === 'both' ? '' : `${side} `}position in ${symbol} is ${text(theirs)} ${base}; its bots hold ${text(ours)}${strangers}. `
      + 'No order explains it. Acknowledge it if it is yours, or book an adjustment of the bot\'s position.',
  }
}

const onSide = (quantity: Decimal, side: PositionSide): Decimal => (
  side === 'both' || quantity.isNegative() === (side === 'short') ? quantity : ZERO
)
const sum = (amounts: readonly Decimal[]): Decimal => amounts.reduce((total, amount) => total.plus(amount), ZERO)
const min = (a: Decimal, b: Decimal): Decimal => (a.lessThan(b) ? a : b)
const onlyBot = (bots: readonly Held[]): string | null => (bots.length === 1 ? bots[0]?.bot.id ?? null : null)

const signedFills = (orders: readonly ReportedOrder[]): Record<string, string> => Object.fromEntries(
  orders.map(({ exchangeOrderId, side, filled }) => [exchangeOrderId, side === 'buy' ? filled : text(decimal(filled).negated())]),
)
