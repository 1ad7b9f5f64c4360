import { iso, type Clock } from '#clock'
import type { ExchangeOrder, OrderFacts, ReportedOrder } from '#contract'
import { decimal, isFinal, Problem, type Order } from '#model'
import type { Lane } from './book.ts'
import { take, type Context } from './context.ts'
import { acceptableUntil } from './evidence.ts'
import type { Said } from './inquiry.ts'
import { adopt, change, settleWithoutFills, type Tracked } from './ledger.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { purposeOf } from './lookup.ts'
import type { Resolution } from './resolve.ts'

/** Beyond the exchange's bound: our clock and the exchange's are not the same. */
const MARGIN_MS = 1000
/** The exchange's clock may be behind by that much when orders since ours are asked for. */
const BEFORE_MS = 60_000

/** Whether a word cannot be taken yet: nobody can know that an order is absent while it may still be accepted. */
export function refuseEarly(clock: Clock, said: Said, tracked: Tracked, facts: OrderFacts | undefined): boolean {
  const { order } = tracked.stored
  const until = (acceptableUntil(order, facts) ?? order.notAfter) + MARGIN_MS
  if (said.word.answer !== 'absent' || clock.now() > until) return false
  said.refuse(new Problem('too_early', `The exchange may accept this order until ${iso(until)}; look there after that, then say it again.`))
  return true
}

/**
 * Does what a person says of an order that a look-up of this moment did not find. Null: it stays uncertain. A person's
 * word ends the search; unlike a proof it does not send the order again.
 */
export async function heed(context: Context, lane: Lane, linked: Linked, tracked: Tracked, said: Said): Promise<Resolution | null> {
  const { word } = said
  try {
    if (word.answer === 'absent') return { kind: 'rejected', tracked: await declaredAbsent(context, lane, tracked, word.by) }
    if (word.answer === 'exists') return { kind: 'found', tracked: await adoptNamed(context, lane, linked, tracked, said) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    said.refuse(error)
    return null
  }
  said.done()
  return null
}

async function declaredAbsent(context: Context, lane: Lane, tracked: Tracked, by: string): Promise<Tracked> {
  const at = context.clock.now()
  const text = `${by} says that it is not at the exchange`
  return take(context, lane, change(context.clock, lane, tracked, {
    state: 'failed', rejectCode: 'declared_absent', rejectText: text, settled: true,
    events: [{ event: 'person_said', at, detail: text }, { event: 'failed', at, detail: 'it is not sent again; a new signal may' }],
  }))
}

/** Takes over the order that a person names by the exchange's number, once everything that can be compared fits. */
async function adoptNamed(context: Context, lane: Lane, linked: Linked, tracked: Tracked, { word }: Said): Promise<Tracked> {
  const { order, accountKey } = tracked.stored
  const { exchangeOrderId } = word
  if (exchangeOrderId === null) throw wrong(`No order carries ${order.clientOrderId} at the exchange. Name the one that you see there by its number.`)
  const reported = await reportedOrder(context, linked, tracked, exchangeOrderId)
  const carriers = await context.journal.ordersByClientId(accountKey, [reported.clientOrderId])
  const adopters = (await context.journal.ordersSince(order.connectionId, order.createdAt - BEFORE_MS)).filter((one) => one.order.exchangeOrderId === exchangeOrderId)
  const taken = [...carriers, ...adopters].find((one) => one.order.id !== order.id)
  if (taken !== undefined) throw wrong(`Order ${exchangeOrderId} belongs to another order of ours, ${taken.order.id}.`)
  const misfit = misfitOf(order, reported)
  if (misfit !== null) throw wrong(`Order ${exchangeOrderId} is another one: ${misfit}.`)

  const looked = await withFills(context, linked, tracked, reported)
  const found = looked ?? { ...reported, fills: null }
  const other = reported.clientOrderId === order.clientOrderId ? '' : `, which carries ${reported.clientOrderId}`
  const detail = `${word.by} says that it is order ${exchangeOrderId}${other}; the exchange shows it ${found.state}, ${found.filled} filled`
  const adopted = adopt(context.clock, lane, tracked, found, { event: 'person_said', at: context.clock.now(), detail })
  // Later look-ups go by our own id, which it does not carry: nothing may be left to be looked up.
  const { order: known, settled } = adopted.tracked.stored
  if (!isFinal(known.state) || (looked !== null && !settled)) {
    throw wrong(`Order ${exchangeOrderId} has not ended, or its trades are not listed yet. Cancel it at the exchange, or say it again in a moment.`)
  }
  const booked = await take(context, lane, adopted)
  return settled ? booked : take(context, lane, settleWithoutFills(context.clock, lane, booked))
}

async function reportedOrder(context: Context, linked: Linked, tracked: Tracked, exchangeOrderId: string): Promise<ReportedOrder> {
  const { order } = tracked.stored
  const { orders } = await context.executor.call({
    verb: 'report', connection: envelopeRef(linked), symbols: [order.symbol], since: order.createdAt - BEFORE_MS, purpose: { ...purposeOf(tracked), reason: 'a person named the order' },
  })
  const reported = orders.items.find((one) => one.exchangeOrderId === exchangeOrderId)
  if (reported !== undefined) return reported
  if (!orders.whole) throw new Problem('exchange_unreachable', `The exchange's orders could not all be read (${orders.reason}); try again.`)
  throw wrong(`The exchange shows no order ${exchangeOrderId} of ${order.symbol} since ${iso(order.createdAt)}.`)
}

/** The order with its trades; null: lists show it, and its look-up does not know it any more. */
async function withFills(context: Context, linked: Linked, tracked: Tracked, reported: ReportedOrder): Promise<ExchangeOrder | null> {
  const { order } = tracked.stored
  const answer = await context.executor.call({
    verb: 'lookupOrder', connection: envelopeRef(linked), symbol: order.symbol, clientOrderId: reported.clientOrderId,
    exchangeOrderId: reported.exchangeOrderId, sentAt: order.createdAt, purpose: purposeOf(tracked),
  })
  if (answer.kind === 'found' && answer.order.exchangeOrderId === reported.exchangeOrderId) return answer.order
  if (answer.kind === 'absent') return null
  throw new Problem('exchange_unreachable', `Order ${reported.exchangeOrderId} could not be read${answer.kind === 'unknown' ? ` (${answer.reason})` : ''}; try again.`)
}

/** What does not fit, in words; null: symbol, side, size and time do. */
function misfitOf(order: Order, reported: ReportedOrder): string | null {
  if (reported.symbol !== order.symbol) return `it is for ${reported.symbol}, ours for ${order.symbol}`
  if (reported.side !== order.side) return `it is a ${reported.side}, ours a ${order.side}`
  if (reported.createdAt < order.createdAt - BEFORE_MS) return `it was made at ${iso(reported.createdAt)}, ours at ${iso(order.createdAt)}`
  const sizes = [[order.quantity, reported.quantity, ''], [order.quoteQuantity, reported.quoteQuantity, ' of the quote currency']] as const
  for (const [ours, theirs, unit] of sizes) {
    if (ours === null || theirs === null || decimal(ours).equals(decimal(theirs))) continue
    return `it is for ${theirs}${unit}, ours for ${ours}`
  }
  if ((order.quantity === null) === (reported.quantity === null) || reported.quoteQuantity !== null) return null
  return 'it is sized in another unit than ours'
}

const wrong = (detail: string): Problem => new Problem('invalid_input', detail, { errors: [{ path: 'exchangeOrderId', message: detail }] })
