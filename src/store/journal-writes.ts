import type { Fill, Position } from '#model'
import type { Adjustment, Decision, Finding, Held, JournalBatch, NewSignal, StoredOrder } from './journal.ts'
import type { KeyUse } from './key-uses.ts'
import { clean, flag, fromAdjustment, fromDecision, fromFill, fromFinding, fromKeyUse, fromOrder, fromPosition, fromProfit, fromSignal } from './rows.ts'
import type { Tables } from './tables.ts'

/**
 * One kind of row that a batch writes, described once for both databases: SQLite runs a statement per row, PostgreSQL
 * one per group of batches.
 */
export interface Write {
  readonly table: keyof Tables
  /**
   * `upsert`: inserts, or sets all but the keys. `absent`: inserts what is not there yet. `update`: every row must be
   * there, else its batch is refused.
   */
  readonly how: 'insert' | 'upsert' | 'absent' | 'update'
  /** What names a row. */
  readonly keys: readonly string[]
  /** Columns that are set to a value of the row. */
  readonly columns: readonly string[]
  /** Of an update: columns that are counted up instead. */
  readonly add?: readonly string[]
  /** Of an update: the stored version must be one less than the row's. */
  readonly versioned?: boolean
  readonly rows: (batch: JournalBatch) => readonly Row[]
}

export type Row = Readonly<Record<string, string | number | null>>

/** Columns of a row, in the order in which its function names them. */
const NAMES = {
  signals: 'id webhook_id user_id source received_at symbol side size dilution flags label fired_at age_from warnings unsupported_fields payload duplicates replay_of body_hash body_slot idempotency_key fanout fanout_done',
  decisions: 'signal_id bot_id user_id outcome code reason decided_at plan done would_send',
  orders: 'id user_id bot_id connection_id signal_id symbol exchange market leg kind resend account_key client_order_id exchange_order_id state side position_side type quantity quote_quantity filled average_price reduce_only reject_code reject_text not_after needs_person created_at updated_at version timeline settled send_until cause',
  changingOfOrder: 'exchange_order_id state quantity quote_quantity filled average_price reject_code reject_text not_after needs_person updated_at version timeline settled send_until',
  fills: 'id order_id bot_id trade_id side price quantity fee fee_asset at',
  positions: 'bot_id symbol quantity average_price dust realized_profit fees',
  adjustments: 'id bot_id user_id quantity reason at',
  keyUses: 'seq hash at event connection_id user_id order_id bot_id signal_id of_seq outcome reason entry chain',
  findings: 'id user_id connection_id bot_id order_id code detail at acknowledged_at key ours theirs closed_at',
  reconciliations: 'connection_id at tried_at trouble state',
} as const
const split = (names: string): readonly string[] => names.split(' ')
const EMPTY: readonly never[] = []

const rowsOf = <T>(list: readonly T[] | undefined, make: (one: T) => object): readonly Row[] => (
  list === undefined || list.length === 0 ? EMPTY : list.map(make) as unknown as readonly Row[]
)

/** Everything that a batch may write, in an order in which rows find those that they refer to. */
export const WRITES: readonly Write[] = [
  {
    table: 'signals', how: 'insert', keys: ['id'], columns: split(NAMES.signals),
    rows: (batch) => rowsOf<NewSignal>(batch.signals, fromSignal),
  },
  {
    table: 'signals', how: 'update', keys: ['id'], columns: [], add: ['duplicates'],
    rows: (batch) => rowsOf(batch.duplicates, (id) => ({ id, duplicates: 1 })),
  },
  {
    table: 'decisions', how: 'insert', keys: ['signal_id', 'bot_id'], columns: split(NAMES.decisions),
    rows: (batch) => rowsOf<Decision>(batch.decisions, fromDecision),
  },
  {
    table: 'decisions', how: 'update', keys: ['signal_id', 'bot_id'], columns: ['code', 'reason', 'plan', 'done'],
    rows: (batch) => rowsOf(batch.decisionUpdates, ({ signalId, botId, code, reason, plan, done }) => (
      { signal_id: signalId, bot_id: botId, code, reason: clean(reason), plan, done: flag(done) })),
  },
  {
    table: 'signals', how: 'update', keys: ['id'], columns: ['fanout_done'],
    rows: (batch) => rowsOf(batch.fanoutDone, (id) => ({ id, fanout_done: 1 })),
  },
  {
    table: 'orders', how: 'insert', keys: ['id'], columns: split(NAMES.orders),
    rows: (batch) => rowsOf<StoredOrder>(batch.newOrders, fromOrder),
  },
  {
    table: 'traded_on', how: 'absent', keys: ['connection_id', 'bot_id'], columns: ['connection_id', 'bot_id'],
    rows: (batch) => rowsOf<StoredOrder>(batch.newOrders, ({ order }) => ({ connection_id: order.connectionId, bot_id: order.botId })),
  },
  {
    table: 'orders', how: 'update', keys: ['id'], columns: split(NAMES.changingOfOrder), versioned: true,
    rows: (batch) => rowsOf<StoredOrder>(batch.orders, fromOrder),
  },
  {
    table: 'fills', how: 'insert', keys: ['id'], columns: split(NAMES.fills),
    rows: (batch) => rowsOf<Fill>(batch.fills, fromFill),
  },
  {
    table: 'positions', how: 'upsert', keys: ['bot_id'], columns: split(NAMES.positions),
    rows: (batch) => rowsOf<Position>(batch.positions, fromPosition),
  },
  {
    table: 'profit_slots', how: 'upsert', keys: ['bot_id', 'slot'], columns: ['bot_id', 'slot', 'realized_profit', 'fees'],
    rows: (batch) => rowsOf(batch.fills === undefined || batch.fills.length === 0 ? EMPTY : batch.positions, (position) => (
      fromProfit(position, bookedAt(batch)))),
  },
  {
    table: 'adjustments', how: 'insert', keys: ['id'], columns: split(NAMES.adjustments),
    rows: (batch) => rowsOf<Adjustment>(batch.adjustments, fromAdjustment),
  },
  {
    table: 'findings', how: 'insert', keys: ['id'], columns: split(NAMES.findings),
    rows: (batch) => rowsOf<Finding>(batch.findings, fromFinding),
  },
  {
    table: 'key_uses', how: 'absent', keys: ['seq', 'hash'], columns: split(NAMES.keyUses),
    rows: (batch) => rowsOf<KeyUse>(batch.keyUses, fromKeyUse),
  },
  {
    table: 'findings', how: 'update', keys: ['id'], columns: ['detail', 'ours', 'theirs', 'closed_at'],
    rows: (batch) => rowsOf(batch.findingUpdates, ({ id, detail, ours, theirs, closedAt }) => (
      { id, detail: clean(detail), ours: ours ?? null, theirs: theirs ?? null, closed_at: closedAt })),
  },
  {
    table: 'reconciliations', how: 'upsert', keys: ['connection_id'], columns: split(NAMES.reconciliations),
    rows: (batch) => rowsOf(batch.reconciliations, ({ connectionId, at, triedAt, trouble, state }) => (
      { connection_id: connectionId, at, tried_at: triedAt, trouble: trouble === null ? null : clean(trouble), state: clean(state) })),
  },
]

/** When what a batch books was booked, epoch ms: by our clock where an order changed with it. */
const bookedAt = ({ orders = [], newOrders = [], fills = [] }: JournalBatch): number => (
  Math.max(...[...orders, ...newOrders].map(({ order }) => order.updatedAt), ...fills.map((fill) => fill.at)))

/** How many rows a batch writes, its feed counted as one. */
export function weight(batch: JournalBatch): number {
  let rows = 1
  for (const list of Object.values(batch) as (readonly unknown[] | undefined)[]) rows += list?.length ?? 0
  return rows - (batch.feed?.length ?? 0) - (batch.held?.length ?? 0) - (batch.unseen?.length ?? 0)
}

/** The leases that a group is written under, each once. */
export function leasesOf(group: readonly JournalBatch[]): readonly Held[] {
  const all = new Map<string, Held>()
  for (const { held } of group) for (const one of held ?? []) all.set(`${one.scope} ${one.token}`, one)
  return [...all.values()]
}
