import type { CancelOutcome, LookupOutcome } from '#contract'

/** What a look-up says of an order whose cancel was taken: a cancel is only a request, and what it made of the order has to be seen. */
export function canceled(after: LookupOutcome): CancelOutcome {
  if (after.kind === 'unknown') return { kind: 'unknown', reason: after.reason }
  if (after.kind === 'absent') return { kind: 'unknown', reason: 'the order cannot be seen after its cancel was taken' }
  return after.order.state === 'open' ? { kind: 'unknown', reason: 'the cancel was taken and is not carried out yet' } : { kind: 'canceled', order: after.order }
}
