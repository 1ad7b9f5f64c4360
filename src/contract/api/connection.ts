import { z } from 'zod'
import { FREEZE_MODES, FREEZE_SCOPES, MARKETS } from '#model'
import { problem } from './problem.ts'
import { id, line, listOf, named, page, positiveDecimal, time, warning } from './common.ts'

const base64url = z.string().min(1).max(16_384).regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding')

/** Credentials sealed with HPKE to the executor's public key; the server cannot open them. */
export const sealed = z.strictObject({ kid: z.string().min(1).max(64), enc: base64url, ciphertext: base64url })

const credential = z.string().min(1).max(8192)
/** Plaintext credentials, where the installation allows them. */
export const credentials = z.strictObject({ apiKey: credential, secret: credential, passphrase: credential.optional() })

/** `POST /connections`. Exactly one of `sealed` and `credentials`. A blank name is made by the system. */
export const createConnection = z.strictObject({
  name: line(100).nullish(),
  exchange: z.string().min(1).max(32),
  market: z.enum(MARKETS),
  /** Accepts rights that this exchange cannot report. */
  consent: z.boolean().optional(),
  sealed: sealed.optional(),
  credentials: credentials.optional(),
}).refine(
  (body) => (body.sealed === undefined) !== (body.credentials === undefined), 'needs either `sealed` or `credentials`',
)

export const check = z.object({
  name: z.string(), result: z.enum(['pass', 'fail', 'unverifiable']), detail: z.string(),
})

/** One exchange API key, for one exchange and one market. Holds no part of the key. */
export const connection = z.object({
  id,
  name: z.string(),
  exchange: z.string(),
  market: z.enum(MARKETS),
  /** Its exchange is simulated here: no real money moves. */
  simulated: z.boolean(),
  /** Recognises the key; tells nothing about it. */
  fingerprint: z.string(),
  /** `frozen`: an explicit freeze holds for it (`freeze` says which); else whether the exchange takes the key. */
  status: z.enum(['active', 'unhealthy', 'frozen']),
  statusDetail: z.string().nullable(),
  freeze: z.object({ scope: z.enum(FREEZE_SCOPES), mode: z.enum(FREEZE_MODES), reason: z.string(), at: time }).nullable(),
  checks: z.array(check),
  expiresAt: time.nullable(),
  bots: z.array(named),
  createdAt: time,
  lastUsedAt: time.nullable(),
  /** When its books were last compared with the exchange. */
  reconciledAt: time.nullable(),
  /** What kept the last try from being a whole comparison. */
  reconcileTrouble: z.string().nullable(),
}).meta({ id: 'Connection' })
export type ConnectionAnswer = z.infer<typeof connection>

export const connections = listOf(connection)

/**
 * A line of the answer to who wants a test as it goes (`Accept: application/x-ndjson`). The first names the connection,
 * which `POST /connections` has yet to make; then each check as soon as it is known, a later one of a name in place of the
 * earlier one; the last says what came of it.
 */
export const testLine = z.union([
  z.object({ begun: z.object({ id }) }),
  z.object({ check }),
  z.object({ connection }),
  z.object({ problem }),
]).meta({ id: 'TestLine' })
export type TestLine = z.infer<typeof testLine>
export const listConnections = page

/** `POST /connections/:id/relink`: moves all bots to another connection of the same exchange and market. */
export const relink = z.strictObject({ to: z.string().min(1).max(64), abandonPosition: z.boolean().optional() })
/** `warnings`: of the first 100 of them, where another bot there trades the same symbol from the same webhook. */
export const relinked = z.object({ moved: z.int(), bots: z.array(named), warnings: z.array(warning).optional() })

const cap = {
  ordersPerMinute: z.int().min(1).max(99_999).nullable(),
  notionalPerOrder: positiveDecimal.nullable(),
  notionalPerDay: positiveDecimal.nullable(),
}
/** `PUT /connections/:id/caps`: limits on its entries; null: none. Amounts are bare figures of the symbol's quote currency. */
export const putCaps = z.strictObject(cap)
/** `ceiling`: of the installation, from its settings. The stricter of the two holds. */
export const caps = z.object({ ...cap, ceiling: z.object(cap) }).meta({ id: 'Caps' })
export type CapsAnswer = z.infer<typeof caps>

/** One use of a key, from the executor's audit. */
export const auditEntry = z.object({
  id,
  at: time,
  connectionId: z.string().nullable(),
  /** What was asked of the executor: `submitOrder`, `checkCredentials`, … */
  action: z.string(),
  orderId: z.string().nullable(),
  botId: z.string().nullable(),
  signalId: z.string().nullable(),
  reason: z.string().nullable(),
  outcome: z.string().nullable(),
}).meta({ id: 'AuditEntry' })
export const auditEntries = listOf(auditEntry)
export const listAudit = page

/** `POST /audit/verify`: the executor's own file against the server's copy. */
export const auditComparison = z.object({
  /** The file's chain is unbroken and the copy contradicts it nowhere. */
  ok: z.boolean(),
  entries: z.int(),
  /** Crashes that left something out, said so by the executor. Not tampering. */
  gaps: z.int(),
  head: z.object({ seq: z.int(), hash: z.string() }),
  copied: z.int(),
  /** Entries of the file that the copy lacks: written while the server was away. */
  missing: z.int(),
  problems: z.array(z.object({ seq: z.int(), problem: z.string() })),
})
