import { Problem, type Position } from '#model'
import type {
  BotRow, ConnectionRow, FeedEvent, Journal, JournalBatch, KnownOrder, KnownSignal, Reconciliation, StoredFinding, StoredOrder, Undecided, UnfinishedWork,
} from '#store'
import { toDecision, toFill, toFinding, toPosition, toSignal, toStoredOrder } from '../../../src/store/rows.ts'
import type { DecisionRow, FillRow, FindingRow, OrderRow, PositionRow, SignalRow, Tables } from '../../../src/store/tables.ts'
import type { MemoryTables } from './memory-tables.ts'

type FeedListener = Parameters<Journal['onFeed']>[0]

/** When a group is written and when its writers hear of it; a simulation decides both, or that it is not written. */
export interface Disk {
  now(): number
  /** To call `write` once, later, and then `answer`; or `refuse` instead, with nothing written. */
  turn(group: { readonly write: () => void; readonly answer: () => void; readonly refuse: (problem: Problem) => void }): void
}

interface Waiting { readonly batch: JournalBatch; readonly resolve: () => void; readonly reject: (error: unknown) => void }

/** Matches looked at per wanted delivery, as the databases do. */
const MATCHES = 10

/**
 * A journal over tables in memory: what the port promises, with group commit (whatever is handed in while a group is
 * being written goes into the next one, in order). It passes the contract tests of the real ones.
 */
export class MemoryJournal implements Journal {
  readonly #tables: MemoryTables
  readonly #disk: Disk
  readonly #written: (batch: JournalBatch) => void
  readonly #listeners: FeedListener[] = []
  #waiting: Waiting[] = []
  #group: readonly Waiting[] = []
  #busy: Promise<void> | null = null
  #closed = false

  /** `written` is told of each batch in the moment in which it becomes durable. */
  constructor(tables: MemoryTables, disk: Disk, written: (batch: JournalBatch) => void = () => undefined) {
    this.#tables = tables
    this.#disk = disk
    this.#written = written
  }

  commit(batch: JournalBatch): Promise<void> {
    if (this.#closed) return Promise.reject(new Problem('unavailable', 'The store is closed.'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject })
      this.#next()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    while (this.#busy !== null) await this.#busy
  }

  onFeed(listener: FeedListener): void { this.#listeners.push(listener) }

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
      seq: 0,
      signals: signals.filter((row) => row.fanout_done === 0).sort((a, b) => (a.id < b.id ? -1 : 1)).map((row) => ({
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

  #next(): void {
    if (this.#busy !== null || this.#waiting.length === 0) return
    this.#group = this.#waiting
    this.#waiting = []
    this.#busy = new Promise((ended) => {
      const end = (): void => {
        this.#busy = null
        this.#group = []
        ended()
        this.#next()
      }
      const group = this.#group
      let refused: readonly (Error | null)[] = []
      let fed: readonly FeedEvent[] = []
      let seq = 0
      let at = 0
      this.#disk.turn({
        write: () => {
          at = this.#disk.now()
          refused = group.map(({ batch }) => {
            const error = this.#tables.apply(batch)
            if (error === null) this.#written(batch)
            return error
          })
          fed = group.flatMap(({ batch }, index) => (refused[index] === null ? batch.feed ?? [] : []))
          if (fed.length > 0) seq = this.#tables.feed += 1
        },
        answer: () => {
          for (const [index, one] of group.entries()) {
            const error = refused[index] ?? null
            if (error === null) one.resolve()
            else one.reject(error)
          }
          const numbered = fed.map((event, index) => ({ id: `${seq}.${index}`, event, at }))
          if (numbered.length > 0) for (const listener of this.#listeners) listener(numbered)
          end()
        },
        refuse: (problem) => {
          for (const one of group) one.reject(problem)
          end()
        },
      })
    })
  }
}
