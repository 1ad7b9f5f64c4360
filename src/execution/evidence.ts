import { iso } from '#clock'
import type { LookupOutcome, OrderFacts } from '#contract'
import type { Order } from '#model'

/** What is known of an order that nobody can account for: for the person who has to look. */
export interface Evidence {
  readonly asked: string
  readonly answered: string
  /** ISO 8601: later the exchange cannot accept it any more; null: the exchange names no bound. */
  readonly acceptableUntil: string | null
}

/** Until when the exchange may still accept the order, epoch ms on its clock; null: it names no bound. */
export const acceptableUntil = (order: Pick<Order, 'notAfter'>, facts: OrderFacts | undefined): number | null => (
  facts === undefined || facts.lateAcceptMs === null ? null : order.notAfter + facts.lateAcceptMs
)

/** `answer` null: not one look-up has come back yet. */
export function evidenceOf(order: Order, facts: OrderFacts | undefined, looked: { readonly times: number; readonly since: number; readonly answer: LookupOutcome | null }): Evidence {
  const until = acceptableUntil(order, facts)
  return {
    asked: `${order.side} ${order.quantity ?? `for ${order.quoteQuantity ?? '?'}`} ${order.symbol} as ${order.clientOrderId}: looked up ${looked.times} times since ${iso(looked.since)}`,
    answered: saidOf(looked.answer, facts),
    acceptableUntil: until === null ? null : iso(until),
  }
}

/** The evidence in one sentence, for the order's timeline. */
export const inWords = ({ asked, answered, acceptableUntil: until }: Evidence): string => (
  `${asked}; ${answered}; ${until === null ? 'the exchange names no end to when it may still accept it' : `it could be accepted until ${until}`}`
)

function saidOf(answer: LookupOutcome | null, facts: OrderFacts | undefined): string {
  if (answer === null) return 'no look-up has come back yet'
  if (answer.kind === 'unknown') return `the last look-up got no answer (${answer.reason})`
  if (answer.kind === 'found') return 'the exchange knows it'
  const missing = facts === undefined ? [] : unasked(answer.checked, facts)
  const why = !answer.withinMemory ? 'that is longer ago than its look-ups remember'
    : missing.length > 0 ? `of ${missing.join(', ')} there was no answer` : 'that is no proof yet'
  return `the exchange does not show it (${answer.checked.join(', ')}), and ${why}`
}

/** The look-ups that the facts demand and that are not among those that were made. */
export const unasked = (checked: readonly string[], facts: OrderFacts): string[] => (
  facts.lookups.filter((alternatives) => !alternatives.some((name) => checked.includes(name))).map((alternatives) => alternatives.join(' or '))
)
