import { decimal, text, type Warning } from '#model'
import { effectiveSide, sameSymbol, whyAnother } from '#signals'
import { DECISION_CODES, stop, type OrderCode, type Stop, type StopCode } from './codes.ts'
import type { Decided, Decision, DecisionInput, FlipOpening, Need, PlannedLeg } from './decision.ts'
import { barrier } from './guards.ts'
import { intentOf, type Direction, type Intent } from './intent.ts'
import { likelyUnit, oddClose, oddOpening } from './odd-size.ts'
import { closeNeedsPrice, isDust, openingNeedsPrice, sizeClose, sizeOpening, waysOut, type Wanted } from './size.ts'

/** A price older than this is asked for again. */
export const PRICE_MAX_AGE_MS = 2000

/**
 * What one bot makes of one signal: the orders to send, or why there are none. Pure: the same input gives the same
 * decision. Answers `needs` where something must be asked for first; decide again with what came, and name in
 * `unavailable` what did not.
 */
export function decide(input: DecisionInput): Decision {
  const { signal, bot } = input
  if (!sameSymbol(signal.symbol, bot)) {
    const why = whyAnother(signal.symbol, bot, bot.symbol)
    const what = `The signal is for ${signal.symbol}; this bot trades ${bot.symbol}`
    return stopped(stop('symbol_mismatch', why === null ? `${what}.` : `${what}, and ${why}.`))
  }
  const intent = intentOf({
    market: bot.market, held: heldSide(input), side: effectiveSide(signal), direction: bot.direction, onOpposite: bot.onOpposite,
    dilution: signal.dilution && heeds(input, bot.acceptDilution),
  })
  const barred = barrier(intent.act === 'close' || (intent.act === 'none' && intent.nature === 'exit') ? 'exit' : 'entry', input)
  if (barred !== null) return stopped(barred)
  if (intent.act === 'none') return addTo(input, intent.code) ?? stopped(stop(intent.code, reasonForNothing(intent.code, input)))
  if (intent.act === 'close') return close(input, intent)
  return open(input, intent.act, intent.direction)
}

/**
 * The second half of a flip, once its closing orders have ended: sized and judged anew, since prices and guards may
 * have changed meanwhile. `input` holds the position as it is now, which must be flat (or dust).
 */
export function planFlipOpening(input: DecisionInput, { direction }: FlipOpening): Decision {
  if (heldSide(input) !== 'flat') {
    return stopped(stop(
      'flip_incomplete',
      `${text(decimal(input.position).abs())} ${input.bot.base} are still held, so the ${direction} side was not opened.`,
    ))
  }
  const barred = barrier('entry', input)
  return barred === null ? open(input, 'open', direction) : stopped(barred)
}

/**
 * A position that the exchange would take no close of, because its value fell or the minimum rose, blocks no entry: what is
 * opened comes on top, and both are closed together. Null: there is more, or it cannot be told.
 */
function addTo(input: DecisionInput, code: StopCode): Decision | null {
  if (code !== 'already_long' && code !== 'already_short') return null
  const { rules, position } = input
  const price = freshPrice(input)
  const need: Need | null = rules === null ? 'rules' : price === null && closeNeedsPrice(rules) ? 'price' : null
  if (need !== null && !lacks(input, need)) return { outcome: 'needs', what: [need] }
  return rules !== null && isDust(position, rules, price) ? open(input, 'open', code === 'already_long' ? 'long' : 'short') : null
}

/** Flat: nothing, or only dust. A spot bot cannot hold less than nothing. */
function heldSide({ position, dust, bot }: DecisionInput): 'flat' | Direction {
  const held = decimal(position)
  if (dust || held.isZero() || (bot.market === 'spot' && held.isNegative())) return 'flat'
  return held.isNegative() ? 'short' : 'long'
}

/** Whether a part of the signal counts: always on the owner's own webhooks, else where the bot accepts it. */
const heeds = ({ signal, bot }: Pick<DecisionInput, 'signal' | 'bot'>, accepted: boolean): boolean => bot.userId === signal.userId || accepted

/** Whether the signal's `size` counts for the bot. */
export const sizeCounts = (signal: DecisionInput['signal'], bot: DecisionInput['bot']): boolean => (
  signal.size !== null && heeds({ signal, bot }, bot.acceptSize)
)

function open(input: DecisionInput, act: 'open' | 'add', direction: Direction): Decision {
  const { bot, signal, positionMode, rules } = input
  const side = direction === 'long' ? 'buy' : 'sell'
  const fields = signal.unsupportedFields
  if (fields.length > 0) {
    return stopped(stop(
      'unsupported_field', `The signal has ${fields.join(', ')}, which asks for something else than an opening at market: nothing is opened.`,
    ))
  }
  const price = freshPrice(input)
  const wanted = wantedOf(input)

  const needs = missingFacts(input, price === null && (rules === null || openingNeedsPrice(wanted, rules, side)))
  const asked = needs.filter((need) => !lacks(input, need))
  if (asked.length > 0) return { outcome: 'needs', what: asked }
  const [missing] = needs
  if (rules === null || missing !== undefined) return stopped(stop(UNAVAILABLE[missing ?? 'rules']))

  const stands = inTheWay(input, direction)
    ?? (rules.trading ? null : stop('symbol_halted'))
    ?? (closedNow(input) ? stop('market_closed') : null)
  if (stands !== null) return stopped(stands)
  const sized = sizeOpening(wanted, rules, side, price, bot.maxSize)
  const ignored = signal.size !== null && !heeds(input, bot.acceptSize)
  if (!sized.ok) {
    const { code, reason } = sized.stop
    const unit = ignored || code !== 'size_above_limit' ? null : likelyUnit(input, rules, price)
    return stopped(unit === null ? sized.stop : stop(code, `${reason} ${unit}`))
  }
  const leg: PlannedLeg = {
    kind: 'open', side, positionSide: positionMode === 'hedge' ? direction : 'both',
    quantity: sized.quantity, quoteQuantity: sized.quoteQuantity, reduceOnly: false,
  }
  const odd = ignored ? null : oddOpening(input, rules, price)
  const reason = `${act === 'open' ? `Opens ${direction}` : `Adds to the ${direction} position`}: ${side} ${sized.figures}.`
  return ordered(input, act, reason, [leg], null, ignored ? [SIZE_IGNORED] : odd === null ? [] : [odd])
}

function close(input: DecisionInput, { held, whole, next }: Intent & { act: 'close' }): Decision {
  const { bot, signal, positionMode, rules } = input
  const price = freshPrice(input)
  const needs = missingFacts(input, price === null && (rules === null || closeNeedsPrice(rules)))
  const asked = needs.filter((need) => !lacks(input, need))
  if (asked.length > 0) return { outcome: 'needs', what: asked }
  // An exit goes without a price or a calendar: the exchange then judges what we could not.
  if (rules === null) return stopped(stop('rules_unavailable'))
  if (bot.market === 'futures' && positionMode === null) return stopped(stop('account_unavailable'))
  if (closedNow(input)) return exitAtOpen(input, held)

  const accepted = heeds(input, bot.acceptSize)
  const wanted = !whole && accepted ? signal.size : null // of a flip, the size is what it opens
  const position = decimal(input.position).abs()
  const available = bot.market === 'spot' && input.freeBalance !== undefined ? { available: input.freeBalance } : {}
  const sized = sizeClose(rules, position, { wanted, price, ...available })
  if (!sized.ok) return tooSmall(input, sized.stop, wanted, next)
  const legs = closingLegs(sized.quantities, held, bot.market, positionMode)
  const { opening, notes } = afterwards(input, next)
  const odd = wanted === null ? null : oddClose(sized.total, position, wanted, rules, price)
  if (odd !== null) notes.push(odd)
  if (signal.size !== null && !accepted) notes.push(SIZE_IGNORED)
  if (signal.unsupportedFields.length > 0) {
    notes.push({
      code: 'unsupported_field',
      message: `The close runs without ${signal.unsupportedFields.join(', ')}, which is not supported.`,
    })
  }
  const capped = wanted !== null && decimal(wanted).greaterThan(position) ? ` (${wanted} asked for)` : ''
  const parts = legs.length > 1 ? ` in ${legs.length} orders` : ''
  const followed = opening === null ? '' : `, then opens ${opening.direction}`
  const reason = `Closes ${text(sized.total)} of ${text(position)} ${bot.base} ${held}${capped}${parts}${followed}.`
  return ordered(input, opening === null ? 'close' : 'flip', reason, legs, opening, notes)
}

/** A close while the market is closed: refused, or kept for the opening where the bot says so. */
function exitAtOpen(input: DecisionInput, held: Direction): Decided {
  if (!input.bot.exitAtOpen) return stopped(stop('market_closed'))
  if (input.exitWaits === true) return stopped(stop('exit_waits_for_opening'))
  const reason = `The market is closed: the ${held} position of ${text(decimal(input.position).abs())} ${input.bot.base} is closed when it opens.`
  return { ...ordered(input, 'close', reason, [], null, []), atOpen: true }
}

/**
 * A close that is too small. If that is all there is, a flip need not wait for it where the account nets it with what is
 * opened; else a person is told what can be done.
 */
function tooSmall(input: DecisionInput, stands: Stop, wanted: string | null, next: Direction | null): Decision {
  const { bot, position, rules, positionMode } = input
  const isAll = wanted === null && rules !== null && isDust(position, rules, freshPrice(input))
  if (!isAll) return stopped(stands)
  if (next !== null && positionMode === 'one-way') {
    const barred = barrier('entry', input)
    return barred === null ? open(input, 'open', next) : stopped(barred)
  }
  return stopped({ ...stands, reason: `${stands.reason} ${waysOut(bot.id, position)}` })
}

/** The orders of a close. One-way futures reduce only; in hedge mode the position's side does that; spot has neither. */
export function closingLegs(
  quantities: readonly string[], held: Direction, market: 'spot' | 'futures', positionMode: DecisionInput['positionMode'],
): PlannedLeg[] {
  const hedge = positionMode === 'hedge'
  return quantities.map((quantity) => ({
    kind: 'close', side: held === 'long' ? 'sell' : 'buy', positionSide: hedge ? held : 'both',
    quantity, quoteQuantity: null, reduceOnly: market === 'futures' && !hedge,
  }))
}

/** What a flip opens after its close; where only the close may run, why. */
function afterwards(input: DecisionInput, next: Direction | null): { opening: FlipOpening | null; notes: Warning[] } {
  if (next === null) return { opening: null, notes: [] }
  const barred = barrier('entry', input)
    ?? (input.signal.unsupportedFields.length > 0 ? stop('unsupported_field') : null)
    ?? inTheWay(input, next)
  if (barred === null) return { opening: { direction: next }, notes: [] }
  return { opening: null, notes: [{ code: barred.code, message: `The ${next} side is not opened after the close: ${barred.reason}` }] }
}

/** One-way accounts net the positions of all their bots: two of them must not stand on opposite sides. */
function inTheWay({ bot, positionMode, others }: DecisionInput, direction: Direction): Stop | null {
  if (bot.market === 'spot' || positionMode === 'hedge') return null
  const opposite = direction === 'long' ? 'short' : 'long'
  for (const { quantity, opening } of others) {
    const held = decimal(quantity)
    const side = held.isZero() ? null : held.isNegative() ? 'short' : 'long'
    if (side === opposite) {
      return stop(
        'opposite_position_on_account',
        `Another bot of this account is ${side} with ${text(held.abs())} ${bot.base}; the account nets positions, so this bot cannot go ${direction}.`,
      )
    }
    if (opening === opposite) {
      return stop(
        'opposite_position_on_account',
        `Another bot of this account is opening ${opening}; the account nets positions, so this bot cannot go ${direction}.`,
      )
    }
  }
  return null
}

/** What has to be asked for; that an order depends on the price is for the caller to say. */
function missingFacts({ bot, rules, positionMode, marketOpen }: DecisionInput, price: boolean): Need[] {
  return [
    ...rules === null ? ['rules' as const] : [],
    ...bot.market === 'futures' && positionMode === null ? ['account' as const] : [],
    ...rules?.hours === 'calendar' && marketOpen === null ? ['hours' as const] : [],
    ...price ? ['price' as const] : [],
  ]
}

const closedNow = ({ rules, marketOpen }: DecisionInput): boolean => rules?.hours === 'calendar' && marketOpen === false

const lacks = ({ unavailable }: DecisionInput, need: Need): boolean => unavailable?.includes(need) ?? false

const UNAVAILABLE: Readonly<Record<Need, StopCode>> = {
  price: 'price_unavailable', rules: 'rules_unavailable', account: 'account_unavailable', hours: 'market_hours_unknown',
}

const SIZE_IGNORED: Warning = {
  code: 'size_ignored',
  message: 'The signal\'s size does not count: its webhook is somebody else\'s, and the bot does not accept sizes from it.',
}

/** Quote per base; null where there is none that is young enough. */
function freshPrice({ price, now }: DecisionInput): string | null {
  return price !== null && now - price.at <= PRICE_MAX_AGE_MS && decimal(price.price).greaterThan(0) ? price.price : null
}

/** What an opening is to be worth: the signal's size (quote) where it counts, else the bot's own amount. */
function wantedOf(input: DecisionInput): Wanted {
  const { signal, bot } = input
  if (signal.size !== null && sizeCounts(signal, bot)) return { quote: signal.size }
  return bot.amountIn === 'quote' ? { quote: bot.amount } : { base: bot.amount }
}

function reasonForNothing(code: StopCode, { bot, signal, position, dust }: DecisionInput): string {
  if (code === 'nothing_to_close') {
    const left = dust ? ` but ${position} ${bot.base} of dust` : ''
    const why = bot.market === 'spot' ? '' : `, and it trades ${bot.direction} only`
    return `${effectiveSide(signal)} only closes here: the bot holds nothing${left}${why}.`
  }
  const held = `${text(decimal(position).abs())} ${bot.base}`
  if (code === 'direction_not_traded') {
    return `The bot holds ${held} on a side that it does not trade (it trades ${bot.direction}), so it does not add.`
  }
  if (!signal.dilution) return `The bot holds ${held} already; a signal adds to that only with "dilution": true.`
  return `The bot holds ${held} already; it does not accept dilution from somebody else's webhook.`
}

function ordered(
  input: DecisionInput, code: OrderCode, reason: string, legs: readonly PlannedLeg[],
  flip: FlipOpening | null, notes: readonly Warning[],
): Decided {
  const test = input.test === true || input.signal.source === 'replay' || input.signal.flags.includes('TEST')
  const said = notes.length === 0 ? reason : `${reason} ${notes.map(({ message }) => message).join(' ')}`
  return { outcome: test ? 'test' : 'order', code, reason: said, legs, flip, notes }
}

function stopped({ code, reason }: Stop): Decided {
  return { outcome: DECISION_CODES[code].outcome, code, reason, legs: [], flip: null, notes: [] }
}
