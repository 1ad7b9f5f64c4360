import { cutToStep, decimal, smaller, text, type Decimal, type MarketRules } from '#model'
import { stop, type Stop } from './codes.ts'

/** What is to be opened: exactly one of the two, decimal text > 0. */
export type Wanted = { readonly quote: string } | { readonly base: string }

export type SizedOpening =
  /** Exactly one of the two amounts is set; `figures` says how it came about. */
  | { readonly ok: true; readonly quantity: string | null; readonly quoteQuantity: string | null; readonly figures: string }
  | { readonly ok: false; readonly stop: Stop }

/** Whether this opening can go out as the exchange's own order by quote amount. */
const byQuote = (wanted: Wanted, rules: MarketRules, side: 'buy' | 'sell'): wanted is { readonly quote: string } =>
  'quote' in wanted && rules.quoteStep !== null && rules.market === 'spot' && side === 'buy'

/** Whether sizing needs a price. An order by quote amount does not, unless the only minimum is one of quantity. */
export function openingNeedsPrice(wanted: Wanted, rules: MarketRules, side: 'buy' | 'sell'): boolean {
  return !byQuote(wanted, rules, side) || rules.minNotional === null
}

/**
 * Sizes an opening: cut to the step, never up; held against `maxSize` (quote), the largest order and the minimums.
 * `price`: quote per base; null only where `openingNeedsPrice` says no. An order by quote amount is held against the
 * rules of quantity too where a price is at hand; else the exchange does that.
 */
export function sizeOpening(
  wanted: Wanted, rules: MarketRules, side: 'buy' | 'sell', price: string | null, maxSize: string,
): SizedOpening {
  const at = price === null ? null : decimal(price)
  const asked = 'quote' in wanted ? decimal(wanted.quote) : decimal(wanted.base)
  const amount = `${text(asked)} ${'quote' in wanted ? rules.quote : rules.base}`
  const askedValue = 'quote' in wanted ? asked : at === null ? null : asked.times(at)
  if (askedValue !== null && askedValue.greaterThan(decimal(maxSize))) {
    const worth = 'quote' in wanted ? amount : `${amount} at ${price ?? ''} is ${text(askedValue)} ${rules.quote}, which`
    return no('size_above_limit', `${worth} is above this bot's largest size of ${maxSize} ${rules.quote}.`)
  }
  const buys = rules.buysByQuoteOnly === true && side === 'buy' && askedValue !== null
  if ((byQuote(wanted, rules, side) || buys) && rules.quoteStep !== null) {
    const quote = cutToStep(buys ? askedValue : asked, decimal(rules.quoteStep))
    const refused = outOfRange(rules, amount, at === null ? null : quote.dividedBy(at), quote, price)
    if (refused !== null) return { ok: false, stop: refused }
    return { ok: true, quantity: null, quoteQuantity: text(quote), figures: `${text(quote)} ${rules.quote}` }
  }
  if (at === null) return no('price_unavailable')
  const quantity = cutToStep('quote' in wanted ? asked.dividedBy(at) : asked, decimal(rules.quantityStep))
  const refused = outOfRange(rules, amount, quantity, quantity.times(at), price)
  if (refused !== null) return { ok: false, stop: refused }
  const sized = `${text(quantity)} ${rules.base}`
  const figures = 'quote' in wanted ? `${amount} at ${price ?? ''} = ${sized}` : `${sized} at about ${price ?? ''}`
  return { ok: true, quantity: text(quantity), quoteQuantity: null, figures }
}

function outOfRange(
  rules: MarketRules, amount: string, quantity: Decimal | null, value: Decimal, price: string | null,
): Stop | null {
  const worked = `${amount}${price === null ? '' : ` at ${price}`}${quantity === null ? '' : ` is ${shown(quantity)} ${rules.base}`}`
  if (quantity !== null && rules.maxQuantity !== null && quantity.greaterThan(decimal(rules.maxQuantity))) {
    return stop(
      'amount_above_maximum', `${worked}; the exchange takes at most ${rules.maxQuantity} ${rules.base} in one order.`,
    )
  }
  if (quantity !== null && (quantity.isZero() || quantity.lessThan(decimal(rules.minQuantity)))) {
    return stop(
      'amount_below_minimum',
      `${worked} (step ${rules.quantityStep}); the minimum is ${rules.minQuantity} ${rules.base}.`,
    )
  }
  if (value.isZero() || (rules.minNotional !== null && value.lessThan(decimal(rules.minNotional)))) {
    return stop(
      'amount_below_minimum',
      `${worked}, worth ${shown(value)} ${rules.quote}; the minimum is ${rules.minNotional ?? rules.quoteStep ?? '0'} ${rules.quote}.`,
    )
  }
  return null
}

const shown = (value: Decimal): string => text(value.toSignificantDigits(12))
const no = (code: Stop['code'], reason?: string): SizedOpening => ({ ok: false, stop: stop(code, reason) })

/** Whether a close is held against the minimum value, so that its size is judged by a price. */
export const closeNeedsPrice = (rules: MarketRules): boolean =>
  rules.minNotional !== null && (rules.market === 'spot' || rules.minNotionalOnClose)

/** Closes larger than this many of the exchange's largest orders leave a rest. */
const MAX_CLOSE_LEGS = 50

export type SizedClose =
  /** Base, one for each order. */
  | { readonly ok: true; readonly quantities: readonly string[]; readonly total: Decimal }
  | { readonly ok: false; readonly stop: Stop }

/**
 * Sizes a close, base: at most the position (`held`, > 0) and what is available of it, cut to the step, split where it
 * is above the largest order. `price` null: not held against the minimum value; the exchange will tell.
 */
export function sizeClose(
  rules: MarketRules, held: Decimal,
  { wanted, available, price }: { readonly wanted?: string | null; readonly available?: string; readonly price: string | null },
): SizedClose {
  let most = held
  if (wanted !== undefined && wanted !== null) most = smaller(most, decimal(wanted))
  if (available !== undefined) most = smaller(most, decimal(available))
  const total = cutToStep(most, decimal(rules.quantityStep))
  const least = leastClose(rules, price)
  if (!total.greaterThan(0) || total.lessThan(least)) {
    const there = available !== undefined && decimal(available).lessThan(held) ? `, of which ${available} are available` : ''
    const of = wanted === undefined || wanted === null ? 'the position' : `${wanted} ${rules.base} of it`
    const value = price === null || !closeNeedsPrice(rules) ? null : shown(total.times(decimal(price)))
    const worth = value === null ? '' : `, at ${price ?? ''} worth ${value} ${rules.quote} where the exchange wants ${rules.minNotional ?? '0'}`
    const limits = `the minimum is ${rules.minQuantity} ${rules.base}, the step ${rules.quantityStep}`
    const order = `Closing ${of} (${text(held)} ${rules.base}${there}) would be an order of ${text(total)} ${rules.base}`
    return { ok: false, stop: stop('amount_below_minimum', `${order}${worth}; ${limits}.`) }
  }
  if (rules.maxQuantity !== null && cutToStep(decimal(rules.maxQuantity), decimal(rules.quantityStep)).lessThan(least)) {
    const largest = `even the exchange's largest order, ${rules.maxQuantity} ${rules.base},`
    const why = `At ${price ?? 'any price'} ${largest} is below its minimum of ${rules.minNotional ?? rules.minQuantity}.`
    return { ok: false, stop: stop('amount_below_minimum', why) }
  }
  const parts = split(total, rules, least)
  return { ok: true, quantities: parts.map(text), total: parts.reduce((sum, part) => sum.plus(part)) }
}

/** The smallest order that closes something, base. */
function leastClose(rules: MarketRules, price: string | null): Decimal {
  const quantity = decimal(rules.minQuantity)
  if (price === null || rules.minNotional === null || !closeNeedsPrice(rules)) return quantity
  const byValue = decimal(rules.minNotional).dividedBy(decimal(price))
  return byValue.greaterThan(quantity) ? byValue : quantity
}

/** As few orders as possible, each within the exchange's limits; the last two share what would be too small alone. */
function split(total: Decimal, rules: MarketRules, least: Decimal): Decimal[] {
  if (rules.maxQuantity === null) return [total]
  const step = decimal(rules.quantityStep)
  const most = cutToStep(decimal(rules.maxQuantity), step)
  if (total.lessThanOrEqualTo(most) || !most.greaterThan(0)) return [total]
  const parts: Decimal[] = []
  let rest = total
  while (rest.greaterThan(most) && parts.length < MAX_CLOSE_LEGS) {
    parts.push(most)
    rest = rest.minus(most)
  }
  if (parts.length === MAX_CLOSE_LEGS || rest.isZero()) return parts
  if (rest.greaterThanOrEqualTo(least)) return [...parts, rest]
  const last = (parts.pop() ?? most).plus(rest)
  const half = cutToStep(last.dividedBy(2), step)
  return half.greaterThanOrEqualTo(least) ? [...parts, last.minus(half), half] : [...parts, most] // the rest stays as dust
}

/**
 * Whether what a close left is dust: too small for the exchange to take another close of it, at that close's price
 * (quote per base; null: judged by quantity alone). `rest`: base, signed.
 */
export function isDust(rest: string, rules: MarketRules, price: string | null): boolean {
  const left = decimal(rest).abs()
  if (left.isZero()) return false
  const closable = cutToStep(left, decimal(rules.quantityStep))
  return !closable.greaterThan(0) || closable.lessThan(leastClose(rules, price))
}

/**
 * What a person can do about a position that the exchange takes no close of. `quantity`: base, signed; the command books
 * it away exactly.
 */
export function waysOut(botId: string, quantity: string): string {
  const away = text(decimal(quantity).negated())
  return 'Let it be: it keeps no signal from opening, and the next close sells both. Or write it off, with '
    + `towerflow bots position ${botId} --quantity=${away} --reason "below the minimum"; what is on the account is then yours alone.`
}
