import { z } from 'zod'
import { id, line, listOf, name, named, page, time, withheld } from './common.ts'

const address = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])

/** Who may send: anybody, TradingView's published addresses, or a list of addresses and CIDR ranges. */
export const allowedSenders = z.union([z.enum(['any', 'tradingview']), z.array(address).min(1).max(100)], {
  error: 'must be "any", "tradingview" or a list of 1 to 100 addresses and CIDR ranges',
})
export const rateLimit = z.strictObject({
  perSecond: z.number().min(0.1).max(10_000), burst: z.int().min(1).max(100_000),
})

const settings = {
  description: line(1000).optional(),
  /** `true` makes a key and shows it once; a text is the key; `false` removes it. */
  key: z.union([z.boolean(), z.string().max(200)]).optional(),
  paused: z.boolean().optional(),
  /** 0 switches the recognition of duplicates off. */
  duplicateWindowSeconds: z.int().min(0).max(86_400).optional(),
  allowedSenders: allowedSenders.optional(),
  rateLimit: rateLimit.optional(),
}

/** `POST /webhooks`. */
export const createWebhook = z.strictObject({ name: line(100).nullish(), ...settings })
/** `PATCH /webhooks/:id`. */
export const changeWebhook = z.strictObject({ name: name.optional(), ...settings })

/** `POST /webhooks/:id/rotate`: a new address, a new key, or both. */
export const rotateWebhook = z.strictObject({ hash: z.boolean().optional(), key: z.boolean().optional() })
  .refine((body) => body.hash === true || body.key === true, 'needs `hash`, `key` or both')

/** An address that receives signals. To those it is shared with, only name and description are shown. */
export const webhook = z.object({
  id,
  name: z.string(),
  description: z.string(),
  access: z.enum(['owner', 'shared']),
  /** Where to send signals to; null for those it is shared with. */
  url: z.string().nullable(),
  hash: z.string().nullable(),
  keyProtected: z.boolean().nullable(),
  /** Shown once, when it was made. */
  key: z.string().optional(),
  withheld,
  paused: z.boolean().nullable(),
  duplicateWindowSeconds: z.int().nullable(),
  allowedSenders: z.union([z.enum(['any', 'tradingview']), z.array(z.string())]).nullable(),
  rateLimit: z.object({ perSecond: z.number(), burst: z.number() }).nullable(),
  /** The caller's own bots that listen. */
  bots: z.array(named),
  createdAt: time.nullable(),
}).meta({ id: 'Webhook' })
export type WebhookAnswer = z.infer<typeof webhook>
export const webhooks = listOf(webhook)
export const listWebhooks = page

/** `POST /webhooks/:id/shares`: another user of the installation, by id or name. */
export const createShare = z.union([
  z.strictObject({ userId: z.string().min(1).max(64) }),
  z.strictObject({ userName: name }),
])
export const share = z.object({ id, userId: z.string(), userName: z.string(), createdAt: time }).meta({ id: 'Share' })
export const shares = listOf(share)
export const shareId = z.object({ id: z.string().regex(/^[\w-]{1,64}$/), shareId: z.string().regex(/^[\w-]{1,64}$/) })

/** A delivery that was not accepted; what it held is cut and redacted. */
export const rejection = z.object({
  at: time, code: z.string(), status: z.int(), detail: z.string(), sender: z.string(),
  contentType: z.string().nullable(), body: z.string(),
}).meta({ id: 'Rejection' })
export const rejections = listOf(rejection)
