import { newId, type Clock } from '#clock'
import type { AccountAnswer } from '#contract'
import { bookAdjustment, decimal, smaller, text, ZERO, type Bot, type Decimal, type Position } from '#model'
import type { JournalBatch } from '#store'
import { findingFed } from '../feed.ts'

// A bot holds at most what its account does: an exit could not sell more. Reconciliation and an exit that finds less than
// the books say go by these same functions, so that they say and book the same.

/** The finding, and how the reason of every adjustment begins that follows the account, or takes such a one back. */
export const CLOSED_ELSEWHERE = { code: 'closed_elsewhere', reason: 'closed elsewhere' } as const

/** What an account holds of what a bot trades, on the side of its position; base, not negative. */
export interface OnAccount {
  /** Decides about what is held: coins in somebody's order are there all the same. */
  readonly total: Decimal
  /** What an order could take. */
  readonly free: Decimal
}

/**
 * What the account holds on the side on which `quantity` (base, signed) is. Futures: whatever the account's mode; a short
 * position is no part of a long one, nor the other way round.
 */
export function onAccount(
  bot: Pick<Bot, 'market' | 'base' | 'symbol'>, quantity: string, { balances, positions }: Pick<AccountAnswer, 'balances' | 'positions'>,
): OnAccount {
  if (bot.market === 'spot') {
    const { free = '0', total = '0' } = balances[bot.base] ?? {}
    return { total: decimal(total), free: decimal(free) }
  }
  const isShort = decimal(quantity).isNegative()
  const held = positions.filter((one) => one.symbol === bot.symbol && decimal(one.quantity).isNegative() === isShort)
    .reduce((sum, one) => sum.plus(decimal(one.quantity).abs()), ZERO)
  return { total: held, free: held }
}

/**
 * What of a position (base, signed) is gone where its account holds `held` (base, not negative) on that side: base, not
 * negative. Less than `least`, the exchange's smallest order, is nothing: fees and cuts leave that much.
 */
export function goneOf(quantity: Decimal, held: Decimal, least: Decimal = ZERO): Decimal {
  const gone = quantity.abs().minus(held)
  return gone.greaterThan(ZERO) && gone.greaterThanOrEqualTo(least) ? gone : ZERO
}

/**
 * How much of what was booked away is to be taken back now that a close of the bot's own turns out to have filled: no more
 * than it filled, than was booked away, and than the account has beyond what the books will then say. `theirs`, `ours`: what
 * account and bot hold on the side that it closed. All base, none negative.
 */
export function takenBack(away: Decimal, filled: Decimal, theirs: Decimal, ours: Decimal): Decimal {
  const back = smaller(smaller(away, filled), theirs.minus(ours.minus(filled)))
  return back.greaterThan(ZERO) ? back : ZERO
}

/** Whose position it is, and by which connection or order it was learnt. */
export interface Gone {
  readonly bot: Bot
  readonly position: Position
  readonly connectionId: string
  readonly orderId: string | null
  /** What the account holds on that side, base, not negative. */
  readonly held: Decimal
  /** Base, not negative: what of the position is not there any more. */
  readonly gone: Decimal
}

/** Books away what is gone, with a finding: the position afterwards, and what makes it durable. */
export function closedElsewhere(
  clock: Clock, { bot, position, connectionId, orderId, held, gone }: Gone,
): { readonly position: Position; readonly batch: JournalBatch } {
  const before = decimal(position.quantity)
  const quantity = text(before.isNegative() ? gone : gone.negated())
  const after = bookAdjustment(position, quantity)
  const [id, at] = [newId(clock), clock.now()]
  const side = bot.market === 'spot' ? '' : before.isNegative() ? ' short' : ' long'
  const what = bot.market === 'spot' ? 'sold or moved' : 'closed'
  const told = {
    id: newId(clock), userId: bot.userId, connectionId, botId: bot.id, orderId, code: CLOSED_ELSEWHERE.code, at, key: keyOf(id),
    ours: `${text(before)} ${bot.base}`, theirs: `${text(held)} ${bot.base}`,
    detail: `The account holds ${text(held)} ${bot.base}${side} (${bot.symbol}) where bot "${bot.name}" held `
      + `${text(before.abs())}. ${text(gone)} ${bot.base} were ${what} by something other than this bot; they are booked away, and `
      + `the bot holds ${text(decimal(after.quantity).abs())}. Nothing is left to be booked.`,
  }
  return {
    position: after,
    batch: {
      positions: [after], findings: [told], feed: [findingFed(told)],
      adjustments: [{ id, botId: bot.id, userId: bot.userId, quantity, reason: CLOSED_ELSEWHERE.reason, at }],
    },
  }
}

/** Names the finding that tells of an adjustment, so that it can be taken back with it. */
export const keyOf = (adjustmentId: string): string => `closed_elsewhere ${adjustmentId}`
