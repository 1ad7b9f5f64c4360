import { z } from 'zod'
import { FREEZE_MODES, FREEZE_SCOPES, MARKETS } from '#model'

// The executor's protocol. It knows nothing of its transport: a local socket here, a message bus elsewhere. No verb
// returns a key, withdraws or transfers.

const amount = z.string().regex(/^\d{1,30}(\.\d{1,30})?$/)
const id = z.string().min(1).max(64)
const exchange = z.string().regex(/^[a-z][a-z0-9]{1,31}$/)
const market = z.enum(MARKETS)
const symbol = z.string().min(1).max(64)
const base64url = z.string().max(16_384).regex(/^[A-Za-z0-9_-]*$/)

/** Checks that are told on the way, for one request, and characters of each one's detail. */
export const MOST_CHECKS_TOLD = 24
export const MOST_DETAIL = 2000

/** Which row an envelope belongs to; bound into it as associated data. */
export const envelopeRef = z.object({
  connectionId: id, userId: id, exchange, market, rowVersion: z.int().min(1), envelope: base64url,
})
export type EnvelopeRef = z.infer<typeof envelopeRef>

/** Why a key is used: goes into the audit before the key is touched. */
export const purpose = z.object({
  orderId: id.optional(), botId: id.optional(), signalId: id.optional(), leg: z.int().optional(), reason: z.string().max(100).optional(),
})

export const orderInstruction = z.object({
  clientOrderId: z.string().min(1).max(64),
  symbol,
  side: z.enum(['buy', 'sell']),
  /** Base; exactly one of the two is set. */
  quantity: amount.nullable(),
  quoteQuantity: amount.nullable(),
  reduceOnly: z.boolean(),
  positionSide: z.enum(['both', 'long', 'short']),
  /** Epoch ms: neither signed nor sent later, and the wire deadline is no later. */
  notAfter: z.number(),
})
export type OrderInstruction = z.infer<typeof orderInstruction>

/**
 * Who may send for a lane: a token that only grows, for each scope. Refused (`not_sent`, `fenced`) where a higher one of
 * the same scope was seen before, however long ago.
 */
export const fence = z.object({ scope: id, token: z.int().min(0) })

export const submitOrder = z.object({
  verb: z.literal('submitOrder'), connection: envelopeRef,
  /** Only what says that it closes is held for a close, and then it has to look like one: see the executor's policy. */
  kind: z.enum(['open', 'close']),
  fence: fence.optional(),
  order: orderInstruction, purpose,
})
/** The exchange's own rehearsal of an order, which places none. */
export const testOrder = z.object({ verb: z.literal('testOrder'), connection: envelopeRef, order: orderInstruction, purpose })
export const lookupOrder = z.object({
  verb: z.literal('lookupOrder'), connection: envelopeRef, symbol, clientOrderId: z.string().max(64),
  exchangeOrderId: z.string().max(64).nullable(),
  /** Epoch ms when the order was first sent: how far fills and histories are searched. */
  sentAt: z.number(),
  /** Only fees are missing, and nothing waits for them: yields to orders. */
  background: z.boolean().optional(), purpose,
})
export const cancelOrder = z.object({
  verb: z.literal('cancelOrder'), connection: envelopeRef, symbol, clientOrderId: z.string().max(64), purpose,
})
/** Balances, positions, position mode. */
export const account = z.object({ verb: z.literal('account'), connection: envelopeRef, symbol: symbol.optional(), purpose })
/**
 * What the books are compared with: all open orders and all orders since `since` (epoch ms) of these symbols, balances
 * and positions. `background`: yields to orders, within the exchange's quarter for such work.
 */
export const report = z.object({
  verb: z.literal('report'), connection: envelopeRef, symbols: z.array(symbol).min(1).max(50), since: z.number(),
  background: z.boolean().optional(), purpose,
})
export const setLeverage = z.object({
  verb: z.literal('setLeverage'), connection: envelopeRef, symbol, leverage: z.int().min(1).max(200), purpose,
})
/**
 * One thing that was found out about a key, told while its test still runs, to whoever asked with `progress`. A later one
 * of a name takes the place of the earlier one; the answer holds all of them, uncut.
 */
export const checkTold = z.strictObject({
  name: z.string().regex(/^[a-z_]{1,32}$/), result: z.enum(['pass', 'fail', 'unverifiable']), detail: z.string().max(MOST_DETAIL),
})
export const checkCredentials = z.object({
  verb: z.literal('checkCredentials'), userId: id, connectionId: id, exchange, market, consent: z.boolean(), progress: z.boolean().optional(),
  /** Sealed to the executor's public key, or in plaintext where the installation allows it. */
  sealed: z.object({ kid: z.string().max(64), enc: base64url, ciphertext: base64url }).optional(),
  credentials: z.record(z.string().max(32), z.string().max(8192)).optional(),
})
/** The same test request for a connection that is kept. */
export const checkConnection = z.object({
  verb: z.literal('checkConnection'), connection: envelopeRef, consent: z.boolean(), background: z.boolean().optional(), progress: z.boolean().optional(),
})
/**
 * Market rules. `connection` lends its key where the exchange wants one even for these. `fresh`: as the exchange says them
 * now; the executor asks it at most once in 10 s.
 */
export const markets = z.object({
  verb: z.literal('markets'), exchange, market, connection: envelopeRef.optional(), fresh: z.boolean().optional(),
})
/** One fresh price. */
export const price = z.object({ verb: z.literal('price'), exchange, market, symbol, connection: envelopeRef.optional() })
/** Replaces the set of symbols whose prices (and, for stocks, hours) are pushed about once a second. */
export const watch = z.object({
  verb: z.literal('watch'),
  items: z.array(z.object({ exchange, market, symbols: z.array(symbol).max(5000), connection: envelopeRef.optional() })).max(64),
})
export const describe = z.object({ verb: z.literal('describe') })
/** The tombstone of a deleted connection: on disk when it is answered, and its envelope is refused for ever. */
export const forget = z.object({ verb: z.literal('forget'), connectionId: id })

/** Holds from the moment it is read, on disk when it is answered. `by`: the user who asked. */
export const freeze = z.object({
  verb: z.literal('freeze'), scope: z.enum(FREEZE_SCOPES), id: id.nullable(), mode: z.enum(FREEZE_MODES), reason: z.string().max(200), by: id.nullable(),
})
export const thaw = z.object({
  verb: z.literal('thaw'), scope: z.enum(FREEZE_SCOPES), id: id.nullable(), reason: z.string().max(200), by: id.nullable(),
})
export const freezes = z.object({ verb: z.literal('freezes') })

/** Limits on the entries of one connection; null: none. Closes never count. */
export const capsSchema = z.object({
  /** In any 60 s. */
  ordersPerMinute: z.int().min(1).max(99_999).nullable(),
  /** Quote currency of the symbol, as a bare figure: of one entry, and of all entries of a UTC day. */
  notionalPerOrder: amount.nullable(), notionalPerDay: amount.nullable(),
})
export type Caps = z.infer<typeof capsSchema>
/** Replaces the caps of a connection; null: none but the installation's. */
export const setCaps = z.object({ verb: z.literal('setCaps'), connectionId: id, caps: capsSchema.nullable(), by: id })
export const caps = z.object({ verb: z.literal('caps'), connectionId: id })

export const executorRequest = z.discriminatedUnion('verb', [
  submitOrder, testOrder, lookupOrder, cancelOrder, account, report, setLeverage, checkCredentials, checkConnection, markets, price, watch, describe, forget,
  freeze, thaw, freezes, setCaps, caps,
])
export type ExecutorRequest = z.infer<typeof executorRequest>
