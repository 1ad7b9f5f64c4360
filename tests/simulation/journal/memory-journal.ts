import type { Clock } from '#clock'
import type { Position } from '#model'
import type {
  Adjustment, BotRow, ConnectionRow, Journal, JournalBatch, KnownOrder, KnownSignal, Reconciliation, StoredFinding, StoredOrder, Undecided, UnfinishedWork,
} from '#store'
import { GroupCommit } from '../../../src/store/group-commit.ts'
import { toAdjustment, toDecision, toFill, toFinding, toPosition, toSignal, toStoredOrder } from '../../../src/store/rows.ts'
import type { AdjustmentRow, DecisionRow, FillRow, FindingRow, OrderRow, PositionRow, SignalRow, Tables } from '../../../src/store/tables.ts'
import type { MemoryTables } from './memory-tables.ts'
import { memoryWriter, type Disk } from './memory-writer.ts'

/** Matches looked at per wanted delivery, as the databases do. */
const MATCHES = 10

/** What a journal in memory is made of. */
export interface MemoryParts {
  readonly tables: MemoryTables
  readonly disk: Disk
  readonly clock: Clock
  /** Names whose journal it is in the log of the servers. */
  readonly origin: string
  /** Told of each batch in the moment in which it becomes durable. */
  readonly written?: (batch: JournalBatch) => void
}

/**
 * A journal over tables in memory: what the port promises, behind the very group commit of the real ones, whose contract
 * tests it passes.
 */
export class MemoryJournal implements Journal {
  readonly #tables: MemoryTables
  readonly #group: GroupCommit
  readonly #listeners: Parameters<Journal['onFeed']>[0][] = []

  constructor(parts: MemoryParts) {
    this.#tables = parts.tables
    this.#group = new GroupCommit(memoryWriter(parts), ({ seq, at, events }) => {
      const numbered = events.map((event, index) => ({ id: `${seq}.${index}`, event, at }))
      if (numbered.length > 0) for (const listener of this.#listeners) listener(numbered)
    }, parts.clock)
  }

  commit(batch: JournalBatch): Promise<void> { return this.#group.commit(batch) }

  close(): Promise<void> { return this.#group.close() }

  onFeed(listener: Parameters<Journal['onFeed']>[0]): void { this.#listeners.push(listener) }

  async recognise(wanted: readonly { webhookId: string; bodyHash: string | null; idempotencyKey: string | null }[], since: number): Promise<readonly KnownSignal[]> {
    const found = new Map<string, KnownSignal>()
    const newest = this.#all<SignalRow>('signals').sort((a, b) => b.received_at - a.received_at)
    for (const { webhookId, bodyHash, idempotencyKey } of wanted) {
      const within = newest.filter((row) => row.webhook_id === webhookId && row.received_at >= since)
      const byBody = bodyHash === null ? [] : within.filter((row) => row.body_hash === bodyHash).slice(0, MATCHES)
      const byKey = idempotencyKey === null ? [] : within.filter((row) => row.idempotency_key === idempotencyKey).slice(0, MATCHES)
      for (const row of [...byBody, ...byKey]) {
        found.set(row.id, { id: row.id, webhookId: row.webhook_id, bodyHash: row.body_hash, idempotencyKey: row.idempotency_key, receivedAt: row.received_at })
      }
    }
    return [...found.values()]
  }

  async lastOfSide(webhookId: string, symbol: string, side: 'BUY' | 'SELL', since: number): Promise<number | null> {
    const times = this.#all<SignalRow>('signals')
      .filter((row) => row.webhook_id === webhookId && row.symbol === symbol && row.side === side && row.received_at >= since && !row.flags.includes('TEST'))
      .map((row) => row.received_at)
    return times.length === 0 ? null : Math.max(...times)
  }

  onLog(): void { /* one server has it to itself */ }
  caughtUp(): Promise<void> { return Promise.resolve() }

  async undecided(ids: readonly string[]): Promise<readonly Undecided[]> {
    const decisions = this.#all<DecisionRow>('decisions')
    return this.#all<SignalRow>('signals').filter((row) => ids.includes(row.id)).map((row) => ({
      signal: toSignal(row), fanout: row.fanout, decidedBots: decisions.filter((one) => one.signal_id === row.id).map((one) => one.bot_id),
    }))
  }

  async positionsOf(botIds: readonly string[]): Promise<readonly Position[]> {
    return (await this.positions()).filter((position) => botIds.includes(position.botId))
  }

  async unfinished(): Promise<UnfinishedWork> {
    const signals = this.#all<SignalRow>('signals')
    const decisions = this.#all<DecisionRow>('decisions')
    const orders = this.#all<OrderRow>('orders').sort((a, b) => (a.id < b.id ? -1 : 1))
    const fillsOf = Map.groupBy(this.#all<FillRow>('fills'), (row) => row.order_id)
    const signalOf = new Map(signals.map((row) => [row.id, row]))
    const cause = (id: string | null): ReturnType<typeof toSignal> | null => {
      const row = id === null ? undefined : signalOf.get(id)
      return row === undefined ? null : toSignal(row)
    }
    return {
      seq: this.#tables.log.length,
      signals: signals.filter((row) => row.fanout_done === 0).map((row) => ({
        signal: toSignal(row), fanout: row.fanout, decidedBots: decisions.filter((one) => one.signal_id === row.id).map((one) => one.bot_id),
      })),
      orders: orders.filter((row) => row.settled === 0).map((row) => ({
        ...toStoredOrder(row), fills: (fillsOf.get(row.id) ?? []).map(toFill), signal: cause(row.signal_id),
      })),
      plans: decisions.filter((row) => row.done === 0).sort((a, b) => (a.signal_id < b.signal_id ? -1 : 1)).flatMap((row) => {
        const signal = cause(row.signal_id)
        if (signal === null) return []
        return [{ decision: toDecision(row), signal, orders: orders.filter((one) => one.signal_id === row.signal_id && one.bot_id === row.bot_id).map(toStoredOrder) }]
      }),
    }
  }

  async ordersByClientId(accountKey: string, clientOrderIds: readonly string[]): Promise<readonly KnownOrder[]> {
    const signals = new Map(this.#all<SignalRow>('signals').map((row) => [row.id, row]))
    const fills = this.#all<FillRow>('fills')
    return this.#all<OrderRow>('orders').filter((row) => row.account_key === accountKey && clientOrderIds.includes(row.client_order_id)).map((row) => {
      const signal = signals.get(row.signal_id ?? '')
      return {
        ...toStoredOrder(row), fills: fills.filter((fill) => fill.order_id === row.id).map(toFill), signal: signal === undefined ? null : toSignal(signal),
      }
    })
  }

  async ordersSince(connectionId: string, since: number): Promise<readonly StoredOrder[]> {
    return this.#all<OrderRow>('orders').filter((row) => row.connection_id === connectionId && row.created_at >= since)
      .sort((a, b) => (a.id < b.id ? -1 : 1)).map(toStoredOrder)
  }

  async standingFindings(): Promise<readonly StoredFinding[]> {
    return this.#all<FindingRow>('findings').filter((row) => row.key !== null && row.closed_at === null).map(toFinding)
  }

  async reconciliations(): Promise<readonly Reconciliation[]> {
    return this.#all<Tables['reconciliations']>('reconciliations')
      .map((row) => ({ connectionId: row.connection_id, at: row.at, triedAt: row.tried_at, trouble: row.trouble, state: row.state }))
  }

  async adjustmentsSince(botId: string, since: number): Promise<readonly Adjustment[]> {
    return this.#all<AdjustmentRow>('adjustments').filter((row) => row.bot_id === botId && row.at >= since)
      .sort((a, b) => (a.id < b.id ? -1 : 1)).map(toAdjustment)
  }

  async bots(): Promise<readonly BotRow[]> {
    return [...this.#tables.bots.values()].map(({ bot, number }) => ({ bot, number }))
  }

  async connections(): Promise<readonly ConnectionRow[]> {
    return [...this.#tables.connections.values()].map(({ connection, envelope }) => ({ connection, envelope }))
  }

  async positions(): Promise<readonly Position[]> {
    return this.#all<PositionRow>('positions').map(toPosition)
  }

  #all<R>(table: Parameters<MemoryTables['rows']>[0]): R[] { return [...this.#tables.rows(table).values()] as unknown as R[] }
}
