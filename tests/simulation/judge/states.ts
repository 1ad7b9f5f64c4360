import type { OrderState } from '#model'

const ENDED: readonly OrderState[] = ['filled', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired']
const FOUND: readonly OrderState[] = ['open', 'canceling', ...ENDED]

/** The judge's own copy of the state table (execution.md, "States of an order"): a changed law is found, not followed. */
export const LEGAL: Readonly<Record<OrderState, readonly OrderState[]>> = {
  pending: ['submitting', 'failed'],
  submitting: ['uncertain', 'rejected', 'failed', ...FOUND],
  uncertain: ['rejected', 'failed', ...FOUND],
  open: ['canceling', 'uncertain', ...ENDED],
  canceling: ['open', 'uncertain', ...ENDED],
  filled: [],
  canceled: ['filled', 'partially_filled_then_canceled'],
  partially_filled_then_canceled: ['filled'],
  expired: ['filled', 'partially_filled_then_expired'],
  partially_filled_then_expired: ['filled'],
  rejected: FOUND,
  failed: FOUND,
}
