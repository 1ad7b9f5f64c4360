import { z } from 'zod'
import { decimalText, warning } from './common.ts'
import { wouldSend } from './order.ts'
import { MARKETS } from '#model'

/** One market rule that an order was held against. */
export const ruleCheck = z.object({
  rule: z.string(), limit: z.string().nullable(), value: z.string().nullable(), ok: z.boolean(), detail: z.string(),
}).meta({ id: 'RuleCheck' })

/** `POST /bots/preview`: what the next order would be, and every market rule that it was checked against. */
export const preview = z.object({
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  exchange: z.string(),
  market: z.enum(MARKETS),
  /** Quote per base, the one that was used. */
  price: decimalText.nullable(),
  outcome: z.enum(['order', 'skipped', 'refused', 'test']),
  code: z.string(),
  reason: z.string(),
  orders: z.array(wouldSend),
  rules: z.array(ruleCheck),
  /** `same_signals`: another bot trades this symbol from this webhook on this account. */
  warnings: z.array(warning),
}).meta({ id: 'Preview' })
