import { z } from 'zod'
import { MARKETS } from '#model'
import { decimalText, filterId, filterSymbol, filterTime, id, line, listOf, page, queryFlag, time } from './common.ts'

export const ORDER_STATES = [
  'pending', 'submitting', 'uncertain', 'open', 'canceling', 'filled', 'canceled', 'partially_filled_then_canceled',
  'expired', 'partially_filled_then_expired', 'rejected', 'failed',
] as const

/** (Part of) an order that traded. Quantity in base. */
export const fill = z.object({
  id, price: decimalText, quantity: decimalText, fee: decimalText, feeAsset: z.string().nullable(), at: time,
}).meta({ id: 'Fill' })

/** One thing that happened; `ms` counts from the first. */
export const timelineEntry = z.object({
  event: z.string(), at: time, ms: z.number(), detail: z.string().optional(), orderId: z.string().optional(),
  botId: z.string().optional(),
}).meta({ id: 'TimelineEntry' })

/** One instruction to an exchange. Base and quote amounts; exactly one of the two quantities is set. */
export const order = z.object({
  id,
  botId: z.string(),
  connectionId: z.string(),
  signalId: z.string().nullable(),
  symbol: z.string(),
  exchange: z.string(),
  market: z.enum(MARKETS),
  leg: z.int(),
  kind: z.enum(['open', 'close']),
  resend: z.int(),
  clientOrderId: z.string(),
  exchangeOrderId: z.string().nullable(),
  state: z.enum(ORDER_STATES),
  side: z.enum(['buy', 'sell']),
  positionSide: z.enum(['both', 'long', 'short']),
  type: z.enum(['market']),
  quantity: decimalText.nullable(),
  quoteQuantity: decimalText.nullable(),
  filled: decimalText,
  averagePrice: decimalText.nullable(),
  reduceOnly: z.boolean(),
  rejectCode: z.string().nullable(),
  rejectText: z.string().nullable(),
  notAfter: time,
  needsPerson: z.boolean(),
  createdAt: time,
  updatedAt: time,
  fills: z.array(fill),
  timeline: z.array(timelineEntry),
}).meta({ id: 'Order' })
export type OrderAnswer = z.infer<typeof order>
export const orders = listOf(order)
export const listOrders = page.extend({
  botId: filterId.optional(), connectionId: filterId.optional(), webhookId: filterId.optional(),
  signalId: filterId.optional(),
  symbol: filterSymbol.optional(), state: z.enum(ORDER_STATES).optional(), from: filterTime.optional(),
  to: filterTime.optional(),
})

/** `POST /orders/:id/resolve`: what a person found out about an uncertain order. */
export const resolveOrder = z.strictObject({
  answer: z.enum(['exists', 'absent', 'check']),
  /** With `exists`: the exchange's number of the order, as seen there. */
  exchangeOrderId: line(64).min(1).optional(),
}).refine((body) => body.exchangeOrderId === undefined || body.answer === 'exists', {
  path: ['exchangeOrderId'], message: 'goes with the answer "exists" only',
})

/** An order that a test would have sent, or a preview's next order: everything but the client order id. */
export const wouldSend = z.object({
  connectionId: z.string().nullable().optional(),
  symbol: z.string(),
  exchange: z.string().optional(),
  market: z.enum(MARKETS).optional(),
  leg: z.int().optional(),
  kind: z.enum(['open', 'close']).optional(),
  side: z.enum(['buy', 'sell']),
  positionSide: z.enum(['both', 'long', 'short']).optional(),
  type: z.enum(['market']).optional(),
  quantity: decimalText.nullable(),
  quoteQuantity: decimalText.nullable(),
  reduceOnly: z.boolean().optional(),
}).meta({ id: 'WouldSend' })

/** A difference between our books and the exchange. */
export const finding = z.object({
  id, connectionId: z.string().nullable(), botId: z.string().nullable(), orderId: z.string().nullable(),
  code: z.string(), detail: z.string(),
  /** The two sides of a difference; null where it tells of something that happened. */
  ours: z.string().nullable(), theirs: z.string().nullable(), at: time,
  /** When a person acknowledged it. */
  acknowledgedAt: time.nullable(),
  /** When the difference was gone. */
  closedAt: time.nullable(),
}).meta({ id: 'Finding' })
export const findings = listOf(finding)
export const listFindings = page.extend({
  botId: filterId.optional(), connectionId: filterId.optional(),
  acknowledged: queryFlag.optional(), closed: queryFlag.optional(),
})
