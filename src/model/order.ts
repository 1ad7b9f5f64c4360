/** States of an order; `execution.md` is the text, this table is the law. */
export type OrderState =
  | 'pending' | 'submitting' | 'uncertain' | 'open' | 'canceling'
  | 'filled' | 'canceled' | 'partially_filled_then_canceled' | 'expired' | 'partially_filled_then_expired'
  | 'rejected' | 'failed'

const ENDED = ['filled', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired'] as const
const FOUND = ['open', 'canceling', ...ENDED] as const

const NEXT: Readonly<Record<OrderState, readonly OrderState[]>> = {
  pending: ['submitting', 'failed'],
  submitting: ['uncertain', 'rejected', 'failed', ...FOUND],
  uncertain: ['rejected', 'failed', ...FOUND],
  // Acknowledged, and asked for only when the exchange had forgotten it: nobody can tell what became of it.
  open: ['canceling', 'uncertain', ...ENDED],
  canceling: ['open', 'uncertain', ...ENDED],
  filled: [],
  canceled: ['filled', 'partially_filled_then_canceled'], // a fill that the exchange reported late
  partially_filled_then_canceled: ['filled'],
  expired: ['filled', 'partially_filled_then_expired'],
  partially_filled_then_expired: ['filled'],
  rejected: [...FOUND], // seen at venues: a refusal that was none; adopted, and a finding
  failed: [...FOUND], // proven absent, and found after all; adopted, and a finding
}

/** Whether an order may go from one state to another. */
export const canBecome = (from: OrderState, to: OrderState): boolean => NEXT[from].includes(to)

const FINAL: ReadonlySet<OrderState> = new Set([...ENDED, 'rejected', 'failed'])

/** Whether nothing more is expected of an order in this state. */
export const isFinal = (state: OrderState): boolean => FINAL.has(state)

/** Changes that mean that an order, once thought ended, lived on: legal, and a finding. */
export const isSurprising = (from: OrderState, to: OrderState): boolean => FINAL.has(from) && from !== to

export type Side = 'buy' | 'sell'
/** `both` in one-way mode and on spot; in hedge mode the side of the position that the order opens or closes. */
export type PositionSide = 'both' | 'long' | 'short'
/** What an order is for. A close that is too large for one order has several legs of kind `close`. */
export type LegKind = 'open' | 'close'

/** One instruction to an exchange. Amounts are decimal texts, base or quote as named; times are epoch ms. */
export interface Order {
  readonly id: string
  readonly userId: string
  readonly botId: string
  readonly connectionId: string
  /** Null for a close that its owner asked for without a signal. */
  readonly signalId: string | null
  readonly symbol: string
  readonly exchange: string
  readonly market: 'spot' | 'futures'
  /** Counts the orders that one decision needs: 0, 1, …; `kind` says what this one does. */
  readonly leg: number
  readonly kind: LegKind
  /** How often this leg was sent anew after proof that the send before did not reach the exchange's book. */
  readonly resend: number
  readonly clientOrderId: string
  readonly exchangeOrderId: string | null
  readonly state: OrderState
  readonly side: Side
  readonly positionSide: PositionSide
  readonly type: 'market'
  /** Base; null when the order is sized in quote. */
  readonly quantity: string | null
  /** Quote; null when the order is sized in base. */
  readonly quoteQuantity: string | null
  /** Base. */
  readonly filled: string
  readonly averagePrice: string | null
  readonly reduceOnly: boolean
  readonly rejectCode: string | null
  readonly rejectText: string | null
  /** Neither signed nor sent after this instant. */
  readonly notAfter: number
  /** True once look-ups could not settle it within a minute: somebody has to look. */
  readonly needsPerson: boolean
  readonly createdAt: number
  readonly updatedAt: number
  /** Grows by one with every stored change; updates compare it. */
  readonly version: number
}

/** Whether the fills' fees are all known; an order is settled when it is final and its fills are booked. */
export interface Fill {
  readonly id: string
  readonly orderId: string
  readonly botId: string
  /** The exchange's own trade id: the same one twice counts once. */
  readonly tradeId: string
  readonly side: Side
  readonly price: string
  /** Base. */
  readonly quantity: string
  readonly fee: string
  readonly feeAsset: string | null
  readonly at: number
}
