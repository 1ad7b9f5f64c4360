import { newId, type Clock } from '#clock'
import type { ExchangeFill, ExchangeOrder } from '#contract'
import {
  bookFill, canBecome, decimal, isFinal, isSurprising, text, ZERO, type Bot, type Decimal, type Fill, type OrderState, type Position,
} from '#model'
import type { Finding, JournalBatch, OrderEvent, StoredOrder } from '#store'
import { findingFed, orderFed } from './feed.ts'

/** An order on its way, with what is known of its fills. Replaced after each commit. */
export interface Tracked {
  readonly stored: StoredOrder
  /** Trade ids that are booked. */
  readonly booked: ReadonlySet<string>
  /** Base, sum of the booked fills. */
  readonly bookedQuantity: Decimal
  /** Base, the part of it that was booked without the exchange's list of trades. */
  readonly assumed: Decimal
}

/** Whose order it is: the bot, and what it holds. */
export interface Holder { readonly bot: Bot; readonly position: Position }

/** A change of an order and all that follows from it: to be committed together, then taken over. */
export interface Change {
  readonly tracked: Tracked
  readonly position: Position
  readonly batch: JournalBatch
}

/** What may change of an order besides its state. */
export interface Patch {
  readonly state?: OrderState
  readonly exchangeOrderId?: string | null
  readonly rejectCode?: string
  readonly rejectText?: string
  readonly notAfter?: number
  readonly needsPerson?: boolean
  readonly settled?: boolean
  readonly events?: readonly OrderEvent[]
}

const TIMELINE_LIMIT = 200
/** Begins the ids of fills that were booked without the exchange's list of trades. */
const ASSUMED = 'assumed-'

/** Moves an order on. A step that the state table does not know is a programmer's error and throws. */
export function change(clock: Clock, holder: Holder, tracked: Tracked, patch: Patch): Change {
  const { order } = tracked.stored
  const state = patch.state ?? order.state
  if (state !== order.state && !canBecome(order.state, state)) throw new Error(`order ${order.id}: ${order.state} cannot become ${state}`)
  const at = clock.now()
  const stored: StoredOrder = {
    ...tracked.stored,
    order: {
      ...order, state,
      exchangeOrderId: patch.exchangeOrderId ?? order.exchangeOrderId,
      rejectCode: patch.rejectCode ?? order.rejectCode,
      rejectText: patch.rejectText ?? order.rejectText,
      notAfter: patch.notAfter ?? order.notAfter,
      needsPerson: state === 'uncertain' && (patch.needsPerson ?? order.needsPerson),
      updatedAt: at,
      version: order.version + 1,
    },
    timeline: [...tracked.stored.timeline, ...patch.events ?? []].slice(-TIMELINE_LIMIT),
    settled: patch.settled ?? tracked.stored.settled,
  }
  const findings = isSurprising(order.state, state) ? [finding(clock, stored, 'order_lived_on', `the order was ${order.state} and is ${state}`)] : []
  return {
    tracked: { ...tracked, stored },
    position: holder.position,
    batch: { orders: [stored], findings, feed: [orderFed(stored), ...findings.map(findingFed)] },
  }
}

/**
 * Takes over what the exchange reports of an order: its state, and those fills that are not booked yet, into order and
 * position. The order is settled once it is final and its fills, with their fees, add up to what it filled.
 */
export function adopt(clock: Clock, holder: Holder, tracked: Tracked, reported: ExchangeOrder, event: OrderEvent): Change {
  const known = tracked.stored.order
  const fills = newFills(clock, tracked, reported.fills ?? [])
  const bookedQuantity = fills.reduce((sum, fill) => sum.plus(decimal(fill.quantity)), tracked.bookedQuantity)
  // Reports come out of order: what was once filled stays so, and only a report that knows as much tells the price.
  const older = decimal(reported.filled).lessThan(decimal(known.filled))
  const filled = larger(larger(decimal(reported.filled), decimal(known.filled)), bookedQuantity)
  const state = stateOf(known.state, reported, filled)
  const settled = isFinal(state) && bookedQuantity.equals(filled)
  const events: OrderEvent[] = [event, ...fills.map((fill) => ({
    event: 'filled', at: clock.now(), detail: `${fill.quantity} at ${fill.price}`,
  }))]
  const base = change(clock, holder, tracked, { state, exchangeOrderId: reported.exchangeOrderId, settled, events })
  const stored: StoredOrder = {
    ...base.tracked.stored,
    order: { ...base.tracked.stored.order, filled: text(filled), averagePrice: older ? known.averagePrice : reported.averagePrice ?? known.averagePrice },
  }
  const position = fills.reduce((held, fill) => bookFill(held, fill, { base: holder.bot.base, quote: holder.bot.quote, spot: holder.bot.market === 'spot' }), holder.position)
  return {
    tracked: {
      stored, bookedQuantity, assumed: tracked.assumed.plus(assumedIn(fills)),
      booked: fills.length === 0 ? tracked.booked : new Set([...tracked.booked, ...fills.map((fill) => fill.tradeId)]),
    },
    position,
    batch: { ...base.batch, orders: [stored], fills, positions: fills.length === 0 ? [] : [position], feed: [orderFed(stored), ...(base.batch.findings ?? []).map(findingFed)] },
  }
}

/**
 * Books what an ended order filled beyond the fills that the exchange lists, at the order's average price and without
 * a fee, so that the position is right even where the exchange's list of trades stays short; a finding says so.
 */
export function settleWithoutFills(clock: Clock, holder: Holder, tracked: Tracked): Change {
  const { order } = tracked.stored
  const missing = decimal(order.filled).minus(tracked.bookedQuantity)
  const price = order.averagePrice ?? holder.position.averagePrice ?? '0'
  const assumed: ExchangeFill = {
    tradeId: `${ASSUMED}${order.version}`, price, quantity: text(missing), fee: '0', feeAsset: null, at: clock.now(),
  }
  const reported: ExchangeOrder = {
    exchangeOrderId: order.exchangeOrderId ?? '', clientOrderId: order.clientOrderId, state: reportedState(order.state), filled: order.filled,
    averagePrice: order.averagePrice, fills: [assumed],
  }
  const adopted = adopt(clock, holder, tracked, reported, { event: 'fills_missing', at: clock.now(), detail: `${text(missing)} booked without trades` })
  const missed = finding(clock, adopted.tracked.stored, 'fills_missing', `${text(missing)} ${holder.bot.base} are booked without the exchange's list of trades; fees are unknown`)
  return { ...adopted, batch: { ...adopted.batch, findings: [...adopted.batch.findings ?? [], missed], feed: [...adopted.batch.feed ?? [], findingFed(missed)] } }
}

/** A difference or surprise that a person should see. */
export function finding(clock: Clock, stored: StoredOrder, code: string, detail: string): Finding {
  const { userId, connectionId, botId, id } = stored.order
  return { id: newId(clock), userId, connectionId, botId, orderId: id, code, detail, at: clock.now() }
}

/** An order that was just made: nothing booked. */
export const track = (stored: StoredOrder, fills: readonly Fill[] = []): Tracked => ({
  stored,
  booked: new Set(fills.map((fill) => fill.tradeId)),
  bookedQuantity: fills.reduce((sum, fill) => sum.plus(decimal(fill.quantity)), ZERO),
  assumed: assumedIn(fills),
})

const assumedIn = (fills: readonly Fill[]): Decimal => (
  fills.reduce((sum, fill) => (fill.tradeId.startsWith(ASSUMED) ? sum.plus(decimal(fill.quantity)) : sum), ZERO)
)

/**
 * What of the reported fills is not booked yet. Where a quantity was booked without its trades, the first ones of the list
 * are those trades: they are covered, and only what goes beyond is booked.
 */
function newFills(clock: Clock, tracked: Tracked, reported: readonly ExchangeFill[]): Fill[] {
  const { order } = tracked.stored
  const seen = new Set(tracked.booked)
  const fills: Fill[] = []
  let covered = tracked.assumed
  for (const { tradeId, price, quantity, fee, feeAsset, at } of covered.isZero() ? reported : reported.toSorted((a, b) => a.at - b.at)) {
    if (seen.has(tradeId) || fee === null) continue // without its fee it is not complete: the look-up brings it
    seen.add(tradeId)
    const rest = tradeId.startsWith(ASSUMED) ? decimal(quantity) : decimal(quantity).minus(covered)
    if (!tradeId.startsWith(ASSUMED)) covered = rest.isNegative() ? rest.negated() : ZERO
    if (!rest.greaterThan(ZERO)) continue
    const whole = rest.equals(decimal(quantity))
    if (!whole && seen.has(`${tradeId}:rest`)) continue
    fills.push({
      id: newId(clock), orderId: order.id, botId: order.botId, tradeId: whole ? tradeId : `${tradeId}:rest`, side: order.side, price, quantity: text(rest),
      fee: whole ? fee : text(decimal(fee).times(rest).dividedBy(decimal(quantity))), feeAsset, at,
    })
  }
  return fills
}

const larger = (a: Decimal, b: Decimal): Decimal => (a.greaterThan(b) ? a : b)

/** Our state for the exchange's; a report that the state table does not allow (an ended order "open" again) changes nothing. */
function stateOf(known: OrderState, reported: ExchangeOrder, filled: Decimal): OrderState {
  const partly = filled.greaterThan(ZERO)
  const canceled = partly ? 'partially_filled_then_canceled' : 'canceled'
  const named = {
    open: known === 'canceling' ? 'canceling' : 'open',
    filled: 'filled',
    canceled,
    expired: partly ? 'partially_filled_then_expired' : 'expired',
    rejected: partly || !canBecome(known, 'rejected') ? canceled : 'rejected',
  } as const
  const state = named[reported.state]
  return canBecome(known, state) ? state : known
}

const reportedState = (state: OrderState): ExchangeOrder['state'] => (
  state === 'filled' ? 'filled' : state.endsWith('expired') ? 'expired' : 'canceled'
)
