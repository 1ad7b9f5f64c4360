import { z } from 'zod'
import { decimalText, filterId, filterTime, id, time } from './common.ts'

/** What charts are asked with; 30 days up to now by default. `timeZone`: where days begin, an IANA name. */
export const chartRange = z.object({
  from: filterTime.optional(), to: filterTime.optional(), bucket: z.enum(['hour', 'day']).default('day'), timeZone: z.string().max(64).default('UTC'),
})
export const profitRange = chartRange.extend({ botId: filterId.optional() })
export const plainRange = z.object({ from: filterTime.optional(), to: filterTime.optional() })

const range = { from: time, to: time }
const buckets = { ...range, bucket: z.enum(['hour', 'day']), timeZone: z.string() }

/** `GET /stats/activity`: what came and went out, per bucket; buckets in which nothing happened are there too. */
export const activity = z.object({
  ...buckets,
  points: z.array(z.object({
    /** When the bucket begins. */
    at: time, signals: z.int(), orders: z.int(),
    /** Orders that came to nothing: rejected, expired, or proven absent. */
    failed: z.int(),
  })),
}).meta({ id: 'Activity' })

/** `GET /stats/profit`: realized profit per bucket, by quote asset; after fees that were paid in quote or base. */
export const profit = z.object({
  ...buckets,
  /** Whether all bots are in it; else the newest 500. */
  complete: z.boolean(),
  quotes: z.array(z.object({
    quote: z.string(), total: decimalText,
    /** By asset, of the whole range. */
    fees: z.record(z.string(), decimalText),
    points: z.array(z.object({ at: time, profit: decimalText, cumulative: decimalText })),
  })),
  /** Bots that traded in the range, the most profitable first. */
  bots: z.array(z.object({
    id, name: z.string(), quote: z.string(), deleted: z.boolean(), profit: decimalText, fees: z.record(z.string(), decimalText),
  })),
}).meta({ id: 'Profit' })

const latencyFigures = z.object({
  count: z.int(), p50: z.number().nullable(), p90: z.number().nullable(), p99: z.number().nullable(), max: z.number().nullable(),
  /** How many took at most `upTo` ms and more than the one before; the last one has no end. */
  histogram: z.array(z.object({ upTo: z.number().nullable(), count: z.int() })),
})
/** `GET /stats/latency`: milliseconds, of the newest orders of the range (`complete`: of all of them). */
export const latency = z.object({
  ...range, complete: z.boolean(),
  /** From a webhook's last byte until the order's first byte left. */
  toSent: latencyFigures,
  /** From the order's first byte until the exchange had accepted it. */
  toAccepted: latencyFigures,
}).meta({ id: 'Latency' })

/** `GET /bots/:id/chart`: prices as they were seen while the server ran, and the bot's orders that traded. */
export const botChart = z.object({
  symbol: z.string(), base: z.string(), quote: z.string(), ...range,
  /** How long a candle is. */
  candleSeconds: z.int(),
  candles: z.array(z.object({ at: time, open: decimalText, high: decimalText, low: decimalText, close: decimalText })),
  marks: z.array(z.object({
    at: time, orderId: z.string(), signalId: z.string().nullable(), kind: z.enum(['open', 'close']), side: z.enum(['buy', 'sell']),
    price: decimalText, quantity: decimalText,
  })),
}).meta({ id: 'BotChart' })

export const ATTENTION_KINDS = [
  'order_uncertain', 'exit_open', 'finding', 'connection_unhealthy', 'key_expires', 'frozen', 'executor_unavailable', 'no_second_factor',
] as const
/** `GET /attention`: what a person should look at now, the gravest first. */
export const attention = z.object({
  items: z.array(z.object({
    kind: z.enum(ATTENTION_KINDS), severity: z.enum(['critical', 'warning', 'info']), at: time,
    /** For people: what it is and what to do. */
    text: z.string(),
    orderId: z.string().nullable(), findingId: z.string().nullable(), connectionId: z.string().nullable(), botId: z.string().nullable(),
  })),
  /** How many there are of each severity; the list ends at 200. */
  counts: z.object({ critical: z.int(), warning: z.int(), info: z.int() }),
}).meta({ id: 'Attention' })
export type AttentionItem = z.infer<typeof attention>['items'][number]
