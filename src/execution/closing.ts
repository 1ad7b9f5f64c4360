import { sizeCounts } from '#bots'
import { decimal, isFinal, ZERO, type Decimal, type Order, type Position } from '#model'
import type { Lane } from './book.ts'
import type { Task } from './decided.ts'
import type { Change, Tracked } from './ledger.ts'

/** A close that is being carried out: one for each cause, from its first order to the end of its last. */
export interface Closing {
  /** Base: how much is to be closed in all; null: whatever is held. */
  readonly asked: Decimal | null
  /** Base, by order: what those that have ended filled of it. */
  readonly filled: Map<string, Decimal>
  /** Its orders whose turn is still to come. */
  ahead: number
  /** The number of the next order that is not sent in place of another. */
  nextLeg: number
  readonly since: number
}

/** Whether a task is to close everything that the bot holds, rather than the size that its signal names. On a bot that flips, that is what is opened. */
export const closesAll = ({ bot }: Lane, { signal, flip, closeRest }: Task): boolean => (
  signal === null || flip !== undefined || closeRest === true || bot.onOpposite === 'flip' || !sizeCounts(signal, bot)
)

/**
 * What is still to be closed, base, once an order of a close has ended: its own rest, and, after the last order of a close
 * of everything, all that is held. Nothing where the position is flat, dust, or on the other side.
 */
export function leftAfter(lane: Lane, { order, cause }: Tracked['stored'], position: Position): Decimal {
  const closing = lane.closing.get(cause)
  if (closing === undefined || order.kind !== 'close' || position.dust) return ZERO
  const quantity = decimal(position.quantity)
  const held = order.side === 'sell' ? quantity : quantity.negated()
  if (!held.greaterThan(0)) return ZERO
  const rest = closing.ahead > 0 ? decimal(order.quantity ?? '0').minus(decimal(order.filled)) : restOf(closing, order)
  return rest === null || rest.greaterThan(held) ? held : rest
}

/** What is left of what was asked for after its last order; null: all that is held. */
function restOf({ asked, filled }: Closing, order: Order): Decimal | null {
  if (asked === null) return null
  let rest = asked.minus(decimal(order.filled))
  for (const [id, amount] of filled) if (id !== order.id) rest = rest.minus(amount)
  return rest.isNegative() ? ZERO : rest
}

/**
 * A close that has ended while something is left to close is not settled yet: it is in one commit with the order that goes
 * on from it, or with what a person is told. A crash in between is taken up from there.
 */
export function heldOpen(lane: Lane, change: Change): Change {
  const { stored } = change.tracked
  if (!stored.settled || stored.order.kind !== 'close') return change
  const position = change.batch.positions?.at(-1) ?? lane.position
  if (leftAfter(lane, stored, position).isZero()) return change
  const open = { ...stored, settled: false }
  return { ...change, tracked: { ...change.tracked, stored: open }, batch: { ...change.batch, orders: [open] } }
}

/** Whether nothing more will come of an order at the exchange: it has ended, and all that it filled is booked. */
export const isOver = ({ stored: { order }, bookedQuantity }: Tracked): boolean => (
  isFinal(order.state) && bookedQuantity.equals(decimal(order.filled))
)
