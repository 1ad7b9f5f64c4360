import { cutToStep, decimal, raiseToStep, text, type Bot, type Decimal, type MarketRules, type PositionMode } from '#model'
import type { Neighbour } from './decision.ts'

/** One rule that the next order was held against. */
export interface RuleCheck {
  readonly rule: string
  readonly limit: string | null
  /** What the order has; null: not known. */
  readonly value: string | null
  readonly ok: boolean
  /** A sentence; of a failed check with what to do. */
  readonly detail: string
  /** The setting to change; null where none helps (a closed market passes). */
  readonly path: string | null
}

/** What is known besides the market's rules. */
export interface RuleFacts {
  /** Quote per base; null: none could be had. */
  readonly price: string | null
  /** Null: no calendar, or not known. */
  readonly marketOpen: boolean | null
  /** Null on spot, and while not known. */
  readonly positionMode: PositionMode | null
  /** Bots whose positions would net with this one's. */
  readonly others: readonly Neighbour[]
}

type RuledBot = Pick<Bot, 'amount' | 'amountIn' | 'maxSize' | 'direction' | 'leverage'>

/** Holds the bot's own amount against every market rule and limit: what an opening of that amount would meet now. */
export function previewRules(bot: RuledBot, rules: MarketRules, facts: RuleFacts): RuleCheck[] {
  const price = facts.price === null ? null : decimal(facts.price)
  const amount = decimal(bot.amount)
  const exact = bot.amountIn === 'base' ? amount : price === null ? null : amount.dividedBy(price)
  const byQuote = bot.amountIn === 'quote' && rules.quoteStep !== null && rules.market === 'spot'
  const quantity = exact === null ? null : byQuote ? exact : cutToStep(exact, decimal(rules.quantityStep))
  const worth = price === null ? null : quantity?.times(price) ?? null
  const value = byQuote ? cutToStep(amount, decimal(rules.quoteStep ?? '1')) : worth
  return [
    trading(rules), hours(rules, facts),
    byQuote ? quoteStep(rules, value) : quantityStep(rules, quantity),
    minQuantity(bot, rules, quantity, price), maxQuantity(bot, rules, quantity, price), minNotional(bot, rules, value, price),
    ...rules.contractSize === '1' ? [] : [contractSize(rules, quantity)],
    largestSize(bot, rules, price), ...sides(bot, rules, facts),
  ]
}

const pass = (rule: string, limit: string | null, value: string | null, detail: string): RuleCheck =>
  ({ rule, limit, value, ok: true, detail, path: null })

const check = (
  ok: boolean, rule: string, limit: string | null, value: string | null, path: string | null, good: string, bad: string,
): RuleCheck => ({ rule, limit, value, ok, detail: ok ? good : bad, path: ok ? null : path })

const unpriced = (rule: string, limit: string): RuleCheck => pass(
  rule, limit, null, 'Not checked: there is no price now. It is checked before each order.',
)

const trading = (rules: MarketRules): RuleCheck => check(
  rules.trading, 'trading', null, null, 'symbol', `${rules.symbol} is traded.`, `The exchange does not take orders for ${rules.symbol} now: choose another symbol, or wait.`,
)

function hours(rules: MarketRules, { marketOpen }: RuleFacts): RuleCheck {
  if (rules.hours === 'always') return pass('hours', null, null, 'The market never closes.')
  if (marketOpen === null) return pass('hours', null, null, 'Whether the market is open is not known now.')
  return check(
    marketOpen,
    'hours',
    'open',
    marketOpen ? 'open' : 'closed',
    null,
    'The market is open.',
    'The market is closed now: signals are refused until it opens.',
  )
}

const quantityStep = (rules: MarketRules, quantity: Decimal | null): RuleCheck => pass(
  'quantityStep', rules.quantityStep, written(quantity), `Quantities are cut down to multiples of ${rules.quantityStep} ${rules.base}.`,
)

const quoteStep = (rules: MarketRules, value: Decimal | null): RuleCheck => pass(
  'quoteStep', rules.quoteStep, written(value), `Buys are sent as an amount of ${rules.quote}, cut down to multiples of ${rules.quoteStep ?? ''}.`,
)

const contractSize = (rules: MarketRules, quantity: Decimal | null): RuleCheck => pass(
  'contractSize', rules.contractSize, written(quantity?.dividedBy(decimal(rules.contractSize)) ?? null), `One contract is ${rules.contractSize} ${rules.base}.`,
)

function minQuantity(bot: RuledBot, rules: MarketRules, quantity: Decimal | null, price: Decimal | null): RuleCheck {
  if (quantity === null) return unpriced('minQuantity', rules.minQuantity)
  const ok = quantity.greaterThan(0) && quantity.greaterThanOrEqualTo(decimal(rules.minQuantity))
  return check(ok, 'minQuantity', rules.minQuantity, written(quantity), 'amount',
    `${written(quantity)} ${rules.base} is enough.`,
    `${amountOf(bot, rules)} is ${written(quantity)} ${rules.base}; the exchange's minimum is ${rules.minQuantity} ${rules.base}: use at least ${leastAmount(bot, rules, price)}.`)
}

function maxQuantity(bot: RuledBot, rules: MarketRules, quantity: Decimal | null, price: Decimal | null): RuleCheck {
  if (rules.maxQuantity === null) {
    return pass('maxQuantity', null, written(quantity), 'The exchange states no largest order.')
  }
  if (quantity === null) return unpriced('maxQuantity', rules.maxQuantity)
  const inBase = bot.amountIn === 'base' || price === null
  const most = inBase ? `${rules.maxQuantity} ${rules.base}` : `${written(decimal(rules.maxQuantity).times(price))} ${rules.quote}`
  return check(quantity.lessThanOrEqualTo(decimal(rules.maxQuantity)), 'maxQuantity', rules.maxQuantity, written(quantity), 'amount',
    `${written(quantity)} ${rules.base} fits into one order.`,
    `${amountOf(bot, rules)} is above the exchange's largest order: use at most about ${most}.`)
}

function minNotional(bot: RuledBot, rules: MarketRules, value: Decimal | null, price: Decimal | null): RuleCheck {
  if (rules.minNotional === null) {
    return pass('minNotional', null, written(value), 'The exchange states no smallest order value.')
  }
  if (value === null) return unpriced('minNotional', rules.minNotional)
  return check(value.greaterThanOrEqualTo(decimal(rules.minNotional)), 'minNotional', rules.minNotional, written(value), 'amount',
    `${written(value)} ${rules.quote} is enough.`,
    `${amountOf(bot, rules)}${price === null ? '' : ` at ${text(price)}`} is an order of ${written(value)} ${rules.quote}; the exchange's minimum is ${rules.minNotional} ${rules.quote}: use at least ${leastAmount(bot, rules, price)}.`)
}

function largestSize(bot: RuledBot, rules: MarketRules, price: Decimal | null): RuleCheck {
  const value = bot.amountIn === 'quote' ? decimal(bot.amount) : price?.times(decimal(bot.amount)) ?? null
  if (value === null) return unpriced('maxSize', bot.maxSize)
  return check(value.lessThanOrEqualTo(decimal(bot.maxSize)), 'maxSize', bot.maxSize, written(value), 'maxSize',
    `An opening of ${written(value)} ${rules.quote} is within this bot's largest size.`,
    `The amount is worth ${written(value)} ${rules.quote}, above this bot's largest size of ${bot.maxSize} ${rules.quote}: raise it or lower the amount.`)
}

/** Whether the account's other bots leave the bot a side to trade. */
function sides(bot: RuledBot, rules: MarketRules, { positionMode, others }: RuleFacts): RuleCheck[] {
  if (rules.market === 'spot') return []
  if (positionMode === 'hedge') {
    return [pass('positionMode', null, 'hedge', 'The account keeps long and short positions apart.')]
  }
  const taken = new Set(others.flatMap(({ quantity, opening }) => {
    const held = decimal(quantity)
    return [...held.isZero() ? [] : [held.isNegative() ? 'short' : 'long'], ...opening === null ? [] : [opening]]
  }))
  const traded = (['long', 'short'] as const).filter((side) => bot.direction === 'both' || bot.direction === side)
  const barred = traded.filter((side) => taken.has(side === 'long' ? 'short' : 'long'))
  if (barred.length === 0) {
    return [pass('oppositePosition', null, null, 'No other bot of this account stands on the other side.')]
  }
  return [{
    rule: 'oppositePosition', limit: null, value: [...taken].join(', '), ok: false, path: null,
    detail: `The account nets positions, and another of its bots is ${[...taken].join(' and ')}: going ${barred.join(' or ')} is refused meanwhile.`,
  }]
}

const amountOf = (bot: RuledBot, rules: MarketRules): string => `${bot.amount} ${bot.amountIn === 'quote' ? rules.quote : rules.base}`

/** The least amount that meets both minimums at this price, in the bot's own unit. */
function leastAmount(bot: RuledBot, rules: MarketRules, price: Decimal | null): string {
  const step = decimal(rules.quantityStep)
  const byValue = rules.minNotional === null || price === null ? decimal('0') : decimal(rules.minNotional).dividedBy(price)
  const quantity = decimal(rules.minQuantity)
  const base = raiseToStep(byValue.greaterThan(quantity) ? byValue : quantity, step)
  if (bot.amountIn === 'base') return `${text(base)} ${rules.base}`
  if (price === null) return `${rules.minNotional ?? '0'} ${rules.quote}`
  return `${text(base.times(price).toSignificantDigits(6, 0))} ${rules.quote}`
}

const written = <T extends Decimal | null>(value: T): T extends null ? null : string =>
  (value === null ? null : text(value.toSignificantDigits(12))) as T extends null ? null : string
