import type { ReportedOrder, Told } from '#contract'
import { canBecome, decimal, type OrderState } from '#model'
import type { StoredOrder } from '#store'
import type { Compared, Difference } from './difference.ts'

/** What is known of our orders: those that were made since the report's beginning, and whatever else it named. */
export interface OurOrders {
  /** Made on this connection since then, settled or not. */
  readonly since: readonly StoredOrder[]
  /** Of the whole account, by the id that we gave them. */
  readonly byClientId: ReadonlyMap<string, StoredOrder>
  /** Made in this stretch of time, epoch ms, they stand in a whole report for certain. */
  readonly shownFrom: number
  readonly shownUntil: number
  readonly carriesOurMark: (clientOrderId: string) => boolean
}

export interface OrdersCompared extends Compared {
  /** Ended in our books, and not so at the exchange: to be looked up and booked. */
  readonly lived: readonly StoredOrder[]
  /** The exchange's own doing: liquidation, deleveraging, settlement. */
  readonly forced: readonly ReportedOrder[]
  /** Made by people or other programs: none of our business. */
  readonly byHand: readonly ReportedOrder[]
  /** Symbols in which orders of ours have filled something. */
  readonly traded: ReadonlySet<string>
}

/**
 * Compares what our books say of orders with what the exchange reports. Orders of ours that are not settled are left
 * out: their lanes are at work on them. What a report that is not whole does not show is unknown, not absent.
 */
export function compareOrders(ours: OurOrders, told: Told<ReportedOrder>): OrdersCompared {
  const differences: Difference[] = []
  const judged = new Set<string>()
  const [lived, forced, byHand]: [StoredOrder[], ReportedOrder[], ReportedOrder[]] = [[], [], []]
  const byExchangeId = new Map(ours.since.map((stored) => [stored.order.exchangeOrderId, stored]))
  const shown = new Set<string>()
  for (const reported of told.items) {
    const known = ours.byClientId.get(reported.clientOrderId) ?? byExchangeId.get(reported.exchangeOrderId)
    if (known === undefined) {
      if (reported.forced !== null) forced.push(reported)
      else if (ours.carriesOurMark(reported.clientOrderId)) differences.push(unknownOrder(reported))
      else byHand.push(reported)
      continue
    }
    shown.add(known.order.id)
    judged.add(unknownKey(reported)).add(missingKey(known))
    if (!known.settled) continue
    const verdict = judge(known, reported)
    if (verdict === 'lived') lived.push(known)
    else judged.add(differsKey(known))
    if (verdict === 'differs') differences.push(differs(known, reported))
  }
  if (told.whole) {
    for (const stored of ours.since) {
      if (!isShown(stored, ours) || shown.has(stored.order.id)) continue
      judged.add(missingKey(stored))
      differences.push(missing(stored))
    }
  }
  const filled = [...ours.since, ...ours.byClientId.values()].filter(({ order }) => !decimal(order.filled).isZero())
  return { differences, judged, lived, forced, byHand, traded: new Set(filled.map(({ order }) => order.symbol)) }
}

/** `lived`: more happened to it than we have booked, and our books can take it. */
function judge({ order }: StoredOrder, reported: ReportedOrder): 'same' | 'lived' | 'differs' {
  const [booked, filled] = [decimal(order.filled), decimal(reported.filled)]
  if (filled.lessThan(booked)) return 'differs'
  const refused = order.state === 'failed' || order.state === 'rejected'
  const target: OrderState = reported.state === 'rejected' ? 'rejected' : reported.state
  if (refused && reported.state !== 'rejected') return canBecome(order.state, target) ? 'lived' : 'differs'
  // Under another id than ours a look-up does not find it.
  if (filled.greaterThan(booked)) return order.clientOrderId === reported.clientOrderId ? 'lived' : 'differs'
  return reported.state === 'open' ? 'differs' : 'same'
}

const isShown = ({ order, settled }: StoredOrder, { shownFrom, shownUntil }: OurOrders): boolean => (
  settled && order.exchangeOrderId !== null && order.createdAt >= shownFrom && order.createdAt <= shownUntil && order.state !== 'failed' && order.state !== 'rejected'
)

const unknownKey = ({ exchangeOrderId }: ReportedOrder): string => `unknown_order ${exchangeOrderId}`
const missingKey = ({ order }: StoredOrder): string => `order_missing ${order.id}`
const differsKey = ({ order }: StoredOrder): string => `order_differs ${order.id}`

const words = (state: string, filled: string): string => `${state.replaceAll('_', ' ')}, ${filled} filled`

function unknownOrder(reported: ReportedOrder): Difference {
  const theirs = `${reported.side} ${reported.quantity ?? reported.quoteQuantity ?? '?'} ${reported.symbol} as ${reported.clientOrderId}: ${words(reported.state, reported.filled)}`
  return {
    key: unknownKey(reported), code: 'unknown_order', ours: 'no such order', theirs, botId: null, orderId: null,
    detail: `The exchange shows an order ${reported.exchangeOrderId} that carries this installation's mark and is not in its books: ${theirs}. A restored backup, or a second copy of this installation?`,
  }
}

function differs(stored: StoredOrder, reported: ReportedOrder): Difference {
  const { order } = stored
  const [ours, theirs] = [words(order.state, order.filled), words(reported.state, reported.filled)]
  return {
    key: differsKey(stored), code: 'order_differs', ours, theirs, botId: order.botId, orderId: order.id,
    detail: `Order ${order.clientOrderId} (${order.symbol}) is ${ours} in our books and ${theirs} at the exchange.`,
  }
}

function missing(stored: StoredOrder): Difference {
  const { order } = stored
  const ours = words(order.state, order.filled)
  return {
    key: missingKey(stored), code: 'order_missing', ours, theirs: 'no such order', botId: order.botId, orderId: order.id,
    detail: `Order ${order.clientOrderId} (${order.symbol}) is ${ours} in our books, and the exchange does not show it.`,
  }
}
