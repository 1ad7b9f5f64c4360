import { z } from 'zod'
import { FLAGS } from '#model'
import { decimalText, filterId, filterSymbol, filterTime, id, listOf, page, time } from './common.ts'
import { order, timelineEntry, wouldSend } from './order.ts'

/** The payload of a hook or a manual signal; parsed as JSON whatever its content type says. */
export const signalPayload = z.looseObject({
  symbol: z.string(), side: z.string(), size: z.union([z.string(), z.number()]).optional(), key: z.string().optional(),
  dilution: z.boolean().optional(), flag: z.union([
    z.string(), z.array(z.string()),
  ]).optional(), id: z.string().optional(),
  time: z.union([z.string(), z.number()]).optional(), debug: z.unknown().optional(),
}).meta({
  id: 'SignalPayload',
  description: 'Other fields are warnings. One that shapes an order (a stop, a profit, a size, a type, an expiry), says that a '
    + 'position ends or is flat, names the other side or switches something off keeps the signal from opening '
    + '(`unsupported_field`), in any spelling and however deep it stands; a close runs without it. `time` is when the alert '
    + 'fired, in TradingView {{timenow}}: however old it is, it is the signal\'s age.',
})

/** The answer to everything that was stored. */
export const accepted = z.object({ signalId: z.string(), duplicate: z.boolean() })

/** What one bot made of one signal. Of a test, `orders` are those that would have been sent. */
export const decision = z.object({
  botId: z.string(),
  botName: z.string().nullable(),
  outcome: z.enum(['order', 'skipped', 'refused', 'test']),
  code: z.string(),
  reason: z.string(),
  at: time,
  orders: z.array(z.union([order, wouldSend])),
}).meta({ id: 'Decision' })

/** One received payload. Followers of a shared webhook see symbol, side and time of it, and their own decisions. */
export const signal = z.object({
  id,
  webhookId: z.string(),
  source: z.enum(['hook', 'manual', 'replay']).nullable(),
  receivedAt: time,
  symbol: z.string(),
  side: z.enum(['BUY', 'SELL']),
  size: decimalText.nullable(),
  dilution: z.boolean().nullable(),
  flags: z.array(z.enum(FLAGS)),
  /** The payload's `id`. */
  label: z.string().nullable(),
  /** The payload's `time`. */
  firedAt: time.nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  /** How many further deliveries were recognised as this one. */
  duplicates: z.int().nullable(),
  replayOf: z.string().nullable(),
  /** As received, its key redacted; JSON text. */
  payload: z.string().nullable(),
  decisions: z.array(decision),
  /** How many decisions there are; `decisions` holds at most the first 200 (20 in lists). */
  decisionCount: z.int(),
  timeline: z.array(timelineEntry),
}).meta({ id: 'Signal' })
export type SignalAnswer = z.infer<typeof signal>
export const signals = listOf(signal)
export const listSignals = page.extend({
  webhookId: filterId.optional(), botId: filterId.optional(), symbol: filterSymbol.optional(),
  label: filterSymbol.optional(),
  from: filterTime.optional(), to: filterTime.optional(),
})
