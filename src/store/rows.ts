import type { Bot, Connection, Fill, Order, Position, Signal } from '#model'
import type { StoredBot } from './bots.ts'
import type { Adjustment, Decision, Finding, NewSignal, StoredFinding, StoredOrder } from './journal.ts'
import type {
  AdjustmentRow, BotRecord, ConnectionRecord, DecisionRow, FillRow, FindingRow, Flag, KeyUseRow, OrderRow, PositionRow, SignalRow, TokenRow, UserRow, WebhookRow, Tables,
} from './tables.ts'
import { bodySlot, slotOf } from './body-slot.ts'
import type { KeyUse } from './key-uses.ts'
import { profitSlot } from './slots.ts'
import type { Token } from './tokens.ts'
import type { User } from './users.ts'
import type { AllowedSenders, Webhook } from './webhooks.ts'

// Between rows and the model's words, both ways: the only place that knows both spellings. What comes out of a row was
// put in by the same file, so its JSON and its words need no second check.

/** Yes and no as the databases keep it. */
export const flag = (value: boolean): Flag => (value ? 1 : 0)

/** Text that PostgreSQL takes: without NUL, well-formed. Both databases then hold the same. */
export function clean(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole
}
const cleanOrNull = (text: string | null): string | null => (text === null ? null : clean(text))

/** JSON as it lies in the database: shared empty lists, the most frequent ones, cost nothing. */
const toJson = (value: unknown): string => (Array.isArray(value) && value.length === 0 ? '[]' : JSON.stringify(value))
const fromJson = <T>(text: string): T => (text === '[]' ? [] : JSON.parse(text)) as T

export function fromSignal({ signal, bodyHash, fanout, fanoutDone, idempotencyKey }: NewSignal): SignalRow {
  return {
    id: signal.id, webhook_id: signal.webhookId, user_id: signal.userId, source: signal.source, received_at: signal.receivedAt,
    symbol: clean(signal.symbol), side: signal.side, size: signal.size, dilution: flag(signal.dilution), flags: toJson(signal.flags),
    label: cleanOrNull(signal.label), fired_at: signal.firedAt, age_from: signal.ageFrom, warnings: toJson(signal.warnings),
    unsupported_fields: toJson(signal.unsupportedFields), payload: clean(signal.payload), duplicates: signal.duplicates,
    replay_of: signal.replayOf, body_hash: bodyHash,
    body_slot: bodyHash === null ? null : bodySlot(slotOf(signal.receivedAt), bodyHash), idempotency_key: cleanOrNull(idempotencyKey), fanout, fanout_done: flag(fanoutDone),
  }
}

export const toSignal = (row: SignalRow): Signal => ({
  id: row.id, webhookId: row.webhook_id, userId: row.user_id, source: row.source as Signal['source'], receivedAt: row.received_at,
  symbol: row.symbol, side: row.side as Signal['side'], size: row.size, dilution: row.dilution === 1, flags: fromJson(row.flags), label: row.label,
  firedAt: row.fired_at, ageFrom: row.age_from, warnings: fromJson(row.warnings), unsupportedFields: fromJson(row.unsupported_fields),
  payload: row.payload, duplicates: row.duplicates, replayOf: row.replay_of,
})

export const fromDecision = (decision: Decision): DecisionRow => ({
  signal_id: decision.signalId, bot_id: decision.botId, user_id: decision.userId, outcome: decision.outcome, code: decision.code,
  reason: clean(decision.reason), decided_at: decision.decidedAt, plan: decision.plan, done: flag(decision.done), would_send: decision.wouldSend,
})

export const toDecision = (row: DecisionRow): Decision => ({
  signalId: row.signal_id, botId: row.bot_id, userId: row.user_id, outcome: row.outcome as Decision['outcome'], code: row.code,
  reason: row.reason, decidedAt: row.decided_at, plan: row.plan, done: row.done === 1, wouldSend: row.would_send,
})

export function fromOrder({ order, timeline, settled, sendUntil, accountKey, cause }: StoredOrder): OrderRow {
  return {
    id: order.id, user_id: order.userId, bot_id: order.botId, connection_id: order.connectionId, signal_id: order.signalId,
    symbol: order.symbol, exchange: order.exchange, market: order.market, leg: order.leg, kind: order.kind, resend: order.resend,
    account_key: accountKey, client_order_id: order.clientOrderId, exchange_order_id: order.exchangeOrderId, state: order.state,
    side: order.side, position_side: order.positionSide, type: order.type, quantity: order.quantity, quote_quantity: order.quoteQuantity,
    filled: order.filled, average_price: order.averagePrice, reduce_only: flag(order.reduceOnly), reject_code: cleanOrNull(order.rejectCode),
    reject_text: cleanOrNull(order.rejectText), not_after: order.notAfter, needs_person: flag(order.needsPerson),
    created_at: order.createdAt, updated_at: order.updatedAt, version: order.version, timeline: clean(JSON.stringify(timeline)),
    settled: flag(settled), send_until: sendUntil, cause,
  }
}

export const toStoredOrder = (row: OrderRow): StoredOrder => ({
  order: {
    id: row.id, userId: row.user_id, botId: row.bot_id, connectionId: row.connection_id, signalId: row.signal_id, symbol: row.symbol,
    exchange: row.exchange, market: row.market as Order['market'], leg: row.leg, kind: row.kind as Order['kind'], resend: row.resend,
    clientOrderId: row.client_order_id, exchangeOrderId: row.exchange_order_id, state: row.state as Order['state'],
    side: row.side as Order['side'], positionSide: row.position_side as Order['positionSide'], type: row.type as Order['type'],
    quantity: row.quantity, quoteQuantity: row.quote_quantity, filled: row.filled, averagePrice: row.average_price,
    reduceOnly: row.reduce_only === 1, rejectCode: row.reject_code, rejectText: row.reject_text, notAfter: row.not_after,
    needsPerson: row.needs_person === 1, createdAt: row.created_at, updatedAt: row.updated_at, version: row.version,
  },
  timeline: fromJson(row.timeline), settled: row.settled === 1, sendUntil: row.send_until, accountKey: row.account_key, cause: row.cause,
})

export const fromFill = (fill: Fill): FillRow => ({
  id: fill.id, order_id: fill.orderId, bot_id: fill.botId, trade_id: clean(fill.tradeId), side: fill.side, price: fill.price,
  quantity: fill.quantity, fee: fill.fee, fee_asset: cleanOrNull(fill.feeAsset), at: fill.at,
})

export const toFill = (row: FillRow): Fill => ({
  id: row.id, orderId: row.order_id, botId: row.bot_id, tradeId: row.trade_id, side: row.side as Fill['side'], price: row.price,
  quantity: row.quantity, fee: row.fee, feeAsset: row.fee_asset, at: row.at,
})

export const fromPosition = (position: Position): PositionRow => ({
  bot_id: position.botId, symbol: position.symbol, quantity: position.quantity, average_price: position.averagePrice, dust: flag(position.dust),
  realized_profit: position.realizedProfit, fees: clean(JSON.stringify(position.fees)),
})

export const toPosition = (row: PositionRow): Position => ({
  botId: row.bot_id, symbol: row.symbol, quantity: row.quantity, averagePrice: row.average_price, dust: row.dust === 1, realizedProfit: row.realized_profit,
  fees: fromJson(row.fees),
})

export const fromAdjustment = (one: Adjustment): AdjustmentRow => ({
  id: one.id, bot_id: one.botId, user_id: one.userId, quantity: one.quantity, reason: clean(one.reason), at: one.at,
})

export const toAdjustment = (row: AdjustmentRow): Adjustment => ({
  id: row.id, botId: row.bot_id, userId: row.user_id, quantity: row.quantity, reason: row.reason, at: row.at,
})

export const fromFinding = (one: Finding): FindingRow => ({
  id: one.id, user_id: one.userId, connection_id: one.connectionId, bot_id: one.botId, order_id: one.orderId, code: one.code,
  detail: clean(one.detail), at: one.at, acknowledged_at: null, key: one.key ?? null, ours: cleanOrNull(one.ours ?? null), theirs: cleanOrNull(one.theirs ?? null),
  closed_at: null,
})

export const toFinding = (row: FindingRow): StoredFinding => ({
  id: row.id, userId: row.user_id, connectionId: row.connection_id, botId: row.bot_id, orderId: row.order_id, code: row.code,
  detail: row.detail, at: row.at, key: row.key, ours: row.ours, theirs: row.theirs, acknowledgedAt: row.acknowledged_at, closedAt: row.closed_at,
})

/** A bot's life-long profit and fees, as they are at that time, epoch ms. */
export const fromProfit = ({ botId, realizedProfit, fees }: Position, at: number): Tables['profit_slots'] => ({
  bot_id: botId, slot: profitSlot(at), realized_profit: realizedProfit, fees: toJson(fees),
})

export const toUser = (row: Pick<UserRow, 'id' | 'name' | 'role' | 'created_at'>): User => ({ id: row.id, name: row.name, role: row.role as User['role'], createdAt: row.created_at })

export const toToken = (row: Omit<TokenRow, 'hash'>): Token => ({
  id: row.id, userId: row.user_id, name: row.name, scopes: fromJson(row.scopes), createdAt: row.created_at, lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
})

export const fromConnection = (one: Connection): ConnectionRecord => ({
  id: one.id, user_id: one.userId, name: clean(one.name), exchange: one.exchange, market: one.market, fingerprint: one.fingerprint,
  account_id: clean(one.accountId), position_mode: one.positionMode, status: one.status, status_detail: cleanOrNull(one.statusDetail),
  checks: toJson(one.checks), expires_at: one.expiresAt, row_version: one.rowVersion, created_at: one.createdAt,
  last_used_at: one.lastUsedAt, deleted_at: null,
})

export const toConnection = (row: ConnectionRecord): Connection => ({
  id: row.id, userId: row.user_id, name: row.name, exchange: row.exchange, market: row.market as Connection['market'],
  fingerprint: row.fingerprint ?? '', accountId: row.account_id, positionMode: row.position_mode as Connection['positionMode'],
  status: row.status as Connection['status'], statusDetail: row.status_detail, checks: fromJson(row.checks), expiresAt: row.expires_at,
  rowVersion: row.row_version, createdAt: row.created_at, lastUsedAt: row.last_used_at,
})

export const fromWebhook = (one: Webhook): WebhookRow => ({
  id: one.id, user_id: one.userId, name: clean(one.name), description: clean(one.description), hash: one.hash, key_hash: one.keyHash,
  paused: flag(one.paused), duplicate_window_seconds: one.duplicateWindowSeconds, allowed_senders: JSON.stringify(one.allowedSenders),
  rate_limit: JSON.stringify(one.rateLimit), created_at: one.createdAt,
})

export const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.id, userId: row.user_id, name: row.name, description: row.description, hash: row.hash, keyHash: row.key_hash,
  paused: row.paused === 1, duplicateWindowSeconds: row.duplicate_window_seconds, allowedSenders: JSON.parse(row.allowed_senders) as AllowedSenders,
  rateLimit: fromJson(row.rate_limit), createdAt: row.created_at,
})

/** What a bot is set to; `number`, `version` and `deleted_at` are the store's own. */
export const fromBot = (bot: Bot): Omit<BotRecord, 'number' | 'version' | 'deleted_at'> => ({
  id: bot.id, user_id: bot.userId, name: clean(bot.name), webhook_id: bot.webhookId, connection_id: bot.connectionId, exchange: bot.exchange,
  market: bot.market, symbol: clean(bot.symbol), base: bot.base, quote: bot.quote, amount: bot.amount, amount_in: bot.amountIn,
  direction: bot.direction, max_size: bot.maxSize, on_opposite: bot.onOpposite, leverage: bot.leverage,
  max_signal_age_seconds: bot.maxSignalAgeSeconds, max_exit_age_seconds: bot.maxExitAgeSeconds, exit_at_open: flag(bot.exitAtOpen), accept_size: flag(bot.acceptSize),
  accept_dilution: flag(bot.acceptDilution), paused: flag(bot.paused), created_at: bot.createdAt,
})

export const toBot = (row: BotRecord): StoredBot => ({
  bot: {
    id: row.id, userId: row.user_id, name: row.name, webhookId: row.webhook_id, connectionId: row.connection_id, exchange: row.exchange,
    market: row.market as Bot['market'], symbol: row.symbol, base: row.base, quote: row.quote, amount: row.amount,
    amountIn: row.amount_in as Bot['amountIn'], direction: row.direction as Bot['direction'], maxSize: row.max_size,
    onOpposite: row.on_opposite as Bot['onOpposite'], leverage: row.leverage, maxSignalAgeSeconds: row.max_signal_age_seconds,
    maxExitAgeSeconds: row.max_exit_age_seconds, exitAtOpen: row.exit_at_open === 1, acceptSize: row.accept_size === 1, acceptDilution: row.accept_dilution === 1,
    paused: row.paused === 1, createdAt: row.created_at,
  },
  number: row.number, version: row.version,
})

export const fromKeyUse = (use: KeyUse & { readonly chain?: string }): KeyUseRow => ({
  chain: use.chain ?? '',
  seq: use.seq, hash: use.hash, at: use.at, event: use.event, connection_id: use.connectionId, user_id: use.userId, order_id: use.orderId,
  bot_id: use.botId, signal_id: use.signalId, of_seq: use.of, outcome: use.outcome, reason: use.reason, entry: use.entry,
})

export const toKeyUse = (row: KeyUseRow): KeyUse => ({
  seq: row.seq, hash: row.hash, at: row.at, event: row.event, connectionId: row.connection_id, userId: row.user_id, orderId: row.order_id,
  botId: row.bot_id, signalId: row.signal_id, of: row.of_seq, outcome: row.outcome, reason: row.reason, entry: row.entry,
})
