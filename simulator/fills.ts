import type { Amount } from './amount.ts'
import type { Order } from './orders.ts'

/** How the next matching orders are to be filled, set by a test; without one an order fills whole. */
export type FillPolicy = {
  readonly market?: 'spot' | 'futures'
  readonly symbol?: string
  readonly side?: 'BUY' | 'SELL'
  /** Part that is filled at once, from 0 to 1. */
  readonly fraction: Amount
  /** What becomes of the rest: it stays open until the test completes it, or it ends. */
  readonly rest: 'open' | 'expire' | 'cancel'
  /** Into how many executions the filled part is split. */
  readonly parts: number
  times: number
}

/** Takes the first policy that fits this order, counting down its uses. */
export function takePolicy(
  policies: FillPolicy[],
  order: Pick<Order, 'market' | 'symbol' | 'side'>,
): FillPolicy | undefined {
  if (policies.length === 0) return undefined
  const at = policies.findIndex(
    (policy) =>
      (policy.market === undefined || policy.market === order.market) &&
      (policy.symbol === undefined || policy.symbol === order.symbol) &&
      (policy.side === undefined || policy.side === order.side),
  )
  const policy = policies[at]
  if (policy === undefined) return undefined
  policy.times -= 1
  if (policy.times === 0) policies.splice(at, 1)
  return policy
}
