import { describe, expect, it } from 'vitest'
import { canBecome, isFinal, isSurprising, type OrderState } from './order.ts'

const STATES: readonly OrderState[] = [
  'pending', 'submitting', 'uncertain', 'open', 'canceling', 'filled', 'canceled', 'partially_filled_then_canceled', 'expired',
  'partially_filled_then_expired', 'rejected', 'failed',
]
const ENDED: readonly OrderState[] = ['filled', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired']
const FOUND: readonly OrderState[] = ['open', 'canceling', ...ENDED]

// Written out by hand, against `execution.md`, "States of an order".
const LEGAL: Readonly<Record<OrderState, readonly OrderState[]>> = {
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

describe('states of an order', () => {
  it.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))('%s to %s is as written', (from, to) => {
    expect(canBecome(from, to)).toBe(LEGAL[from].includes(to))
  })

  it('every state but pending is reachable, and none leads to itself or back to pending', () => {
    for (const to of STATES) {
      expect(STATES.some((from) => canBecome(from, to))).toBe(to !== 'pending')
      expect(canBecome(to, to)).toBe(false)
    }
  })

  it('what is final stays ended except for what an exchange reported late', () => {
    expect(STATES.filter(isFinal)).toEqual([...ENDED, 'rejected', 'failed'])
    for (const from of STATES.filter(isFinal)) {
      for (const to of STATES.filter((state) => canBecome(from, state))) expect(isSurprising(from, to)).toBe(true)
    }
    expect(isSurprising('submitting', 'open')).toBe(false)
    expect(isSurprising('filled', 'filled')).toBe(false)
  })

  it('an order never goes back to before it was sent', () => {
    for (const from of STATES) for (const to of ['pending', 'submitting'] as const) {
      if (canBecome(from, to)) expect(['pending', 'submitting']).toContain(from)
    }
  })
})
