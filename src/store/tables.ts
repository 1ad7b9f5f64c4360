import type { ColumnType, Generated } from 'kysely'

// The rows as they lie in either database; `migrations/` makes them, `rows.ts` turns them into the model's words.
// Times are epoch ms with fraction (REAL, double precision), amounts decimal text, lists and objects JSON text, yes/no
// 0 or 1: what both databases and their drivers hand out alike.

/** 0 or 1. */
export type Flag = number
/** JSON as text. */
export type Json = string

export interface UserRow {
  id: string; name: string; role: string; created_at: number; disabled_at: number | null
  /** Set: only its id is left of it, because bots and orders point at it. */
  deleted_at: number | null
}

export interface SessionRow {
  id: string; user_id: string; hash: string; previous_hash: string | null; replaced_at: number | null; stage: string; method: string
  created_at: number; last_used_at: number; expires_at: number; fresh_at: number | null; address: string; user_agent: string
}

export interface TotpRow { user_id: string; secret: string; created_at: number; confirmed_at: number | null }

export interface PasskeyRow {
  id: string; user_id: string; name: string; credential_id: string; public_key: string; counter: number; transports: Json
  backed_up: Flag; created_at: number; last_used_at: number | null
}

export interface ChallengeRow { id: string; user_id: string | null; purpose: string; challenge: string; expires_at: number }

export interface InvitationRow { user_id: string; hash: string; forgets_factors: Flag; created_at: number; expires_at: number }

export interface CandleRow { market: string; slot: number; open: string; high: string; low: string; close: string }

export interface TokenRow {
  id: string; user_id: string; name: string; scopes: Json; hash: string; created_at: number; last_used_at: number | null; revoked_at: number | null
}

export interface ConnectionRecord {
  id: string; user_id: string; name: string; exchange: string; market: string
  /** Null once it is deleted. */
  fingerprint: string | null
  account_id: string; position_mode: string | null; status: string; status_detail: string | null; checks: Json
  expires_at: number | null; row_version: number; created_at: number; last_used_at: number | null; deleted_at: number | null
}

export interface WebhookRow {
  id: string; user_id: string; name: string; description: string; hash: string; key_hash: string | null; paused: Flag
  duplicate_window_seconds: number; allowed_senders: Json; rate_limit: Json; created_at: number
}

export interface ShareRow { id: string; webhook_id: string; user_id: string; created_at: number }

export interface BotRecord {
  id: string; number: number; user_id: string; name: string; webhook_id: string; connection_id: string | null
  exchange: string; market: string; symbol: string; base: string; quote: string; amount: string; amount_in: string; direction: string
  max_size: string; on_opposite: string; leverage: number | null; max_signal_age_seconds: number; max_exit_age_seconds: number; exit_at_open: number
  accept_size: Flag; accept_dilution: Flag; paused: Flag; created_at: number
  /** Grows with every change; relinking compares it. */
  version: number
  deleted_at: number | null
}

export interface PositionRow {
  bot_id: string; symbol: string; quantity: string; average_price: string | null; dust: Flag; realized_profit: string; fees: Json
}

export interface SignalRow {
  id: string; webhook_id: string; user_id: string; source: string; received_at: number; symbol: string; side: string; size: string | null
  dilution: Flag; flags: Json; label: string | null; fired_at: number | null; age_from: number; warnings: Json; unsupported_fields: Json
  payload: string; duplicates: number; replay_of: string | null; body_hash: string | null
  /** Ten minutes of its arrival and the start of `body_hash`: what a repeated delivery is found by. */
  body_slot: string | null
  idempotency_key: string | null; fanout: string; fanout_done: Flag
  // PostgreSQL adds `position`, its place in the order of arrival over all servers; only `arrivalOrder` uses it.
}

export interface DecisionRow {
  signal_id: string; bot_id: string; user_id: string; outcome: string; code: string; reason: string; decided_at: number
  plan: string | null; done: Flag; would_send: string | null
}

export interface OrderRow {
  id: string; user_id: string; bot_id: string; connection_id: string; signal_id: string | null
  symbol: string; exchange: string; market: string; leg: number; kind: string; resend: number; account_key: string; client_order_id: string
  exchange_order_id: string | null; state: string; side: string; position_side: string; type: string; quantity: string | null
  quote_quantity: string | null; filled: string; average_price: string | null; reduce_only: Flag; reject_code: string | null
  reject_text: string | null; not_after: number; needs_person: Flag; created_at: number; updated_at: number; version: number
  timeline: Json; settled: Flag; send_until: number | null; cause: string
}

export interface FillRow {
  id: string; order_id: string; bot_id: string; trade_id: string; side: string; price: string; quantity: string; fee: string
  fee_asset: string | null; at: number
}

export interface AdjustmentRow { id: string; bot_id: string; user_id: string; quantity: string; reason: string; at: number }

export interface FindingRow {
  id: string; user_id: string; connection_id: string | null; bot_id: string | null; order_id: string | null; code: string; detail: string
  at: number; acknowledged_at: number | null
  /** Names a difference that can stand; null: something that happened. */
  key: string | null; ours: string | null; theirs: string | null
  /** When the difference was gone. */
  closed_at: number | null
}

export interface RejectionRow {
  id: string; webhook_id: string; at: number; code: string; status: number; detail: string; sender: string; content_type: string | null; body: string
}

export interface KeyUseRow {
  seq: number; hash: string; at: number; event: string; connection_id: string | null; user_id: string | null; order_id: string | null
  bot_id: string | null; signal_id: string | null; of_seq: number | null; outcome: string | null; reason: string | null; entry: Json
  /** Whose audit it is a copy of: one executor's chain of entries is told from another's by its server. */
  chain: string
}

export interface IdempotencyRow {
  scope: string; key: string; request_hash: string; result: Json | null; created_at: number
  /** The id of what is made; null: from before there were any. */
  thing: string | null
}

/** A server that is there: `session` is one run of it, `until` a time of the database's clock. */
export interface ServerRow { id: string; session: string; until: number }

/** What one server at a time may hold: `lane-<shard>`; and `fleet`, whose token grows whenever a server comes or goes. */
export interface LeaseRow { scope: string; owner: string | null; session: string | null; token: number; until: number }

/** What a server asks the owner of a bot's lane to do. */
export interface RequestRow { id: string; bot_id: string; kind: string; args: Json; at: number; claimed_by: string | null; result: Json | null }

/** Every table. */
export interface Tables {
  meta: { key: string; value: string }
  users: UserRow
  tokens: TokenRow
  passwords: { user_id: string; hash: string; changed_at: number }
  sessions: SessionRow
  totp: TotpRow
  totp_uses: { user_id: string; step: number }
  passkeys: PasskeyRow
  recovery_codes: { user_id: string; hash: string; used_at: number | null }
  challenges: ChallengeRow
  invitations: InvitationRow
  connections: ConnectionRecord
  envelopes: { connection_id: string; envelope: string }
  webhooks: WebhookRow
  shares: ShareRow
  bots: BotRecord
  /** Every webhook that a bot ever listened to, since when. */
  listenings: { bot_id: string; webhook_id: string; since: number }
  positions: PositionRow
  signals: SignalRow
  decisions: DecisionRow
  orders: OrderRow
  /** Every connection that a bot ever had an order on: orders of a connection are found by it. */
  traded_on: { connection_id: string; bot_id: string }
  fills: FillRow
  adjustments: AdjustmentRow
  findings: FindingRow
  reconciliations: { connection_id: string; at: number | null; tried_at: number; trouble: string | null; state: Json }
  /**
   * One row per commit; `events` holds the events of that commit, in order. On PostgreSQL also `origin`, the server that
   * made it, and `changes`, what else the other servers have to read anew: a list of `<kind>:<id>`.
   */
  feed: { seq: Generated<number>; at: number; events: ColumnType<Json, Json, never>; origin: Generated<string | null>; changes: Generated<Json | null> }
  rejections: RejectionRow
  key_uses: KeyUseRow
  idempotency: IdempotencyRow
  servers: ServerRow
  leases: LeaseRow
  requests: RequestRow
  profit_slots: { bot_id: string; slot: number; realized_profit: string; fees: Json }
  candles: CandleRow
}
