import { z } from 'zod'
import { MARKETS } from '#model'
import { listOf, time } from './common.ts'

export const health = z.object({ status: z.literal('ok'), version: z.string() })
export const ready = z.object({ status: z.literal('ready'), database: z.literal('ok'), executor: z.literal('ok') })

/** A venue that we can trade on. */
export const exchange = z.object({
  id: z.string(),
  name: z.string(),
  markets: z.array(z.enum(MARKETS)),
  credentials: z.array(z.object({ name: z.enum(['apiKey', 'secret', 'passphrase']), label: z.string() })),
  /** Where to make the key and which rights to tick. */
  guide: z.string(),
  /** Keys that are refused, and why, for people. */
  refuses: z.array(z.string()),
  /** Whether it tells what a key may do; where not, connecting needs consent. */
  rights: z.enum(['told', 'unverifiable']),
  /** It is simulated here: no real money moves. True of single exchanges: others of the same installation may be live. */
  simulated: z.boolean(),
  /** The older name of `simulated`. */
  practice: z.boolean(),
  /** Whether `POST /exchanges/:exchange/practice-key` makes a key for it. */
  practiceKeys: z.boolean(),
}).meta({ id: 'Exchange' })
export const exchanges = listOf(exchange)

/** The exchange in a path. */
export const exchangeInPath = z.object({ exchange: z.string().regex(/^[\w-]{1,32}$/) })
/** `POST /exchanges/:exchange/practice-key`: a key of a simulated exchange, in plain; it opens nothing real. */
export const practiceKey = z.object({ credentials: z.object({ apiKey: z.string(), secret: z.string(), passphrase: z.string().optional() }) })

/** The executor's public key, for sealed submission. `publicKey` is base64url. */
export const sealingKey = z.object({ kid: z.string(), suite: z.string(), publicKey: z.string() })

/** How credentials are encrypted. */
export const vault = z.object({ kid: z.string(), suite: z.string(), masterKeyVersion: z.int() })

/** Counts of the caller's own things, by outcome and state where they have one; `lanes`: of the whole process. */
export const stats = z.object({
  connections: z.int(),
  webhooks: z.int(),
  bots: z.int(),
  signals: z.object({ total: z.int(), last24h: z.int() }),
  decisions: z.record(z.string(), z.int()),
  orders: z.record(z.string(), z.int()),
  lanes: z.object({ lanes: z.int(), waiting: z.int(), uncertain: z.int() }),
  at: time,
})
