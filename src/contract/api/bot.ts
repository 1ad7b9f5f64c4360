import { z } from 'zod'
import { MARKETS } from '#model'
import {
  decimalText, filterId, filterSymbol, id, line, listOf, name, page, positiveDecimal, queryFlag, signedDecimal, time, warning,
} from './common.ts'

const symbol = line(64).min(1)
const settings = {
  /** Quote or base units, as `amountIn` says; notional, never margin. */
  amount: positiveDecimal,
  amountIn: z.enum(['quote', 'base']),
  /** The side that it does not trade only closes. Spot: `long`. */
  direction: z.enum(['both', 'long', 'short']).optional(),
  /** Largest opening, quote. Default: ten times the amount. */
  maxSize: positiveDecimal.optional(),
  onOpposite: z.enum(['close', 'flip']).optional(),
  leverage: z.int().min(1).max(200).nullish(),
  /** 0: no limit. */
  maxSignalAgeSeconds: z.int().min(0).max(604_800).optional(),
  maxExitAgeSeconds: z.int().min(0).max(604_800).optional(),
  /** An exit that comes while the market is closed is carried out when it opens; its age counts from then. */
  exitAtOpen: z.boolean().optional(),
  /** Whether `size` of a signal counts on a webhook of somebody else. */
  acceptSize: z.boolean().optional(),
  acceptDilution: z.boolean().optional(),
  paused: z.boolean().optional(),
}

/** `POST /bots`. The name defaults to the symbol. */
export const createBot = z.strictObject({
  name: line(100).nullish(), webhookId: z.string().min(1).max(64), connectionId: z.string().min(1).max(64), symbol,
  ...settings,
})
export type CreateBot = z.infer<typeof createBot>
/** `POST /bots/preview`. `botId`: the bot whose settings these shall become; absent: a new one. */
export const previewBot = createBot.extend({ botId: z.string().min(1).max(64).optional() })

/** `PATCH /bots/:id`; `connectionId: null` disconnects. */
export const changeBot = z.strictObject({
  name, webhookId: z.string().min(1).max(64), connectionId: z.string().min(1).max(64).nullable(), symbol, ...settings,
  /** Lets go of a position that stands in the way of the change; recorded. */
  abandonPosition: z.boolean(),
}).partial()
export type ChangeBot = z.infer<typeof changeBot>

/** `DELETE /bots/:id`. */
export const deleteBotQuery = z.object({ abandonPosition: queryFlag.optional() })
export const deleteBotBody = z.strictObject({ abandonPosition: z.boolean().optional() }).nullish()

/** What a bot holds. Base, negative when short; the average in quote per base. */
export const position = z.object({
  botId: id,
  botName: z.string(),
  connectionId: z.string().nullable(),
  exchange: z.string(),
  market: z.enum(MARKETS),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  quantity: decimalText,
  side: z.enum(['flat', 'long', 'short']),
  /** What a close left below the exchange's minimum: counts as flat. */
  dust: z.boolean(),
  averagePrice: decimalText.nullable(),
  /** Quote, after fees. */
  realizedProfit: decimalText,
  /** By asset. */
  fees: z.record(z.string(), decimalText),
}).meta({ id: 'Position' })
export const positions = listOf(position)
export const listPositions = page.extend({
  botId: filterId.optional(), connectionId: filterId.optional(), symbol: filterSymbol.optional(),
})

/** A bot: listens to one webhook and trades one symbol through one connection. */
export const bot = z.object({
  id,
  name: z.string(),
  webhookId: z.string(),
  connectionId: z.string().nullable(),
  exchange: z.string(),
  market: z.enum(MARKETS),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  amount: decimalText,
  amountIn: z.enum(['quote', 'base']),
  direction: z.enum(['both', 'long', 'short']),
  maxSize: decimalText,
  onOpposite: z.enum(['close', 'flip']),
  leverage: z.int().nullable(),
  maxSignalAgeSeconds: z.int(),
  maxExitAgeSeconds: z.int(),
  exitAtOpen: z.boolean(),
  acceptSize: z.boolean(),
  acceptDilution: z.boolean(),
  paused: z.boolean(),
  /** Base, negative when short. */
  position: decimalText,
  createdAt: time,
}).meta({ id: 'Bot' })
export type BotAnswer = z.infer<typeof bot>
/**
 * A bot that was just made or changed. Warning `same_signals`: another one trades the same symbol from the same webhook on
 * the same account.
 */
export const madeBot = bot.extend({ warnings: z.array(warning) }).meta({ id: 'MadeBot' })
export type MadeBotAnswer = z.infer<typeof madeBot>
export const bots = listOf(bot)
export const listBots = page.extend({
  webhookId: filterId.optional(), connectionId: filterId.optional(), symbol: filterSymbol.optional(),
})

/** `POST /bots/:id/position`: books a difference, base, signed, that no order of the bot made. */
export const adjustPosition = z.strictObject({ quantity: signedDecimal, reason: line(500).min(1) })

/** `POST /bots/:id/close`. */
export const closed = z.object({ orderIds: z.array(z.string()) })
