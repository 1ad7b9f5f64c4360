import { decimal, text, type Decimal, type MarketRules, type Warning } from '#model'
import type { DecisionInput } from './decision.ts'

/** A signal's size this many times the bot's own amount, or this small a part of it, is probably in another unit. */
const ODD_TIMES = 3

/**
 * A warning about an opening whose size, which is quote currency, is worth far more or far less than the bot's own
 * amount, with the unit that it looks like; null where it is near. `price`: quote per base; null: none at hand.
 */
export function oddOpening(input: DecisionInput, rules: MarketRules, price: string | null): Warning | null {
  const { size } = input.signal
  const usual = usualOf(input, price)
  if (size === null || usual === null || isNear(decimal(size), usual)) return null
  const ratio = decimal(size).dividedBy(usual)
  const times = ratio.greaterThan(1) ? `${shown(ratio)} times` : `${shown(ratio.times(100))} % of`
  const far = `is ${times} this bot's amount (${shown(usual)} ${rules.quote})`
  const what = `The size of ${size} ${rules.quote} ${far}: \`size\` of an opening is quote currency.`
  const unit = likelyUnit(input, rules, price)
    ?? `If ${size} is meant in ${rules.base} or contracts, leave \`size\` out.`
  return { code: 'size_unusual', message: `${what} ${unit}` }
}

/** In a sentence, another unit in which the size comes nearer to what the bot usually opens; null: there is none. */
export function likelyUnit(
  input: DecisionInput, { base, quote, contractSize }: MarketRules, price: string | null,
): string | null {
  const { size } = input.signal
  const usual = usualOf(input, price)
  if (size === null || usual === null || price === null) return null
  const asQuote = decimal(size)
  const asBase = asQuote.times(decimal(price))
  const asContracts = asBase.times(decimal(contractSize))
  const readings = [asQuote, asBase, asContracts]
  const nearest = readings.reduce((a, b) => (distance(b, usual).lessThan(distance(a, usual)) ? b : a))
  if (nearest === asQuote) return null
  if (nearest === asContracts) {
    return `${size} looks like contracts of ${contractSize} ${base}, worth ${shown(asContracts)} ${quote}.`
  }
  const unit = `${base} or contracts, as {{strategy.order.contracts}} gives them`
  return `${size} looks like ${unit}: so many ${base} are worth ${shown(asBase)} ${quote}.`
}

/** What the bot's own amount is worth, quote; null: there is no price to tell. */
function usualOf({ bot }: DecisionInput, price: string | null): Decimal | null {
  if (bot.amountIn === 'quote') return decimal(bot.amount)
  return price === null ? null : decimal(price).times(decimal(bot.amount))
}

/** How many times one is the other; at least 1. */
const distance = (value: Decimal, usual: Decimal): Decimal =>
  (value.greaterThan(usual) ? value.dividedBy(usual) : usual.dividedBy(value))

/**
 * A warning about an exit whose size, which is base currency, leaves more of the position open than it closes; null
 * where it does not. `closed` and `held`: base.
 */
export function oddClose(
  closed: Decimal, held: Decimal, wanted: string, rules: MarketRules, price: string | null,
): Warning | null {
  const rest = held.minus(closed)
  if (!rest.greaterThan(closed)) return null
  const asQuote = price === null ? null : decimal(wanted).dividedBy(decimal(price))
  const looks = asQuote !== null && isNear(asQuote, held) ? ` ${wanted} looks like ${rules.quote}.` : ''
  return {
    code: 'close_leaves_most',
    message: `${text(rest)} of ${text(held)} ${rules.base} stay open: `
      + `\`size\` of a close is base currency.${looks} Leave it out to close all.`,
  }
}

const isNear = (value: Decimal, usual: Decimal): boolean => distance(value, usual).lessThanOrEqualTo(ODD_TIMES)

const shown = (value: Decimal): string => text(value.toSignificantDigits(4))
