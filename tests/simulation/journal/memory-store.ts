import type { Clock } from '#clock'
import type { Bot, Connection } from '#model'
import type { Store } from '#store'
import { toDecision, toFill, toPosition, toSignal, toStoredOrder } from '../../../src/store/rows.ts'
import type { DecisionRow, FillRow, OrderRow, PositionRow, SignalRow } from '../../../src/store/tables.ts'
import { EmbeddedFleet } from './memory-fleet.ts'
import { MemoryJournal } from './memory-journal.ts'
import type { MemoryTables } from './memory-tables.ts'

type Read<T> = (userId: string, id: string) => Promise<T | undefined>

/** The part of a store that the journal's contract tests use, over tables in memory: enough to prove that it is no toy. */
export function memoryStore(tables: MemoryTables, clock: Clock): Store {
  const journal = new MemoryJournal({ tables, clock, origin: 'test', disk: { turn: ({ write, answer }) => { setImmediate(() => { write(); setImmediate(answer) }) } } })
  const all = <R>(table: Parameters<MemoryTables['rows']>[0]): R[] => [...tables.rows(table).values()] as unknown as R[]
  const signal: Read<object> = async (_userId, id) => {
    const row = all<SignalRow>('signals').find((one) => one.id === id)
    if (row === undefined) return undefined
    const decisions = all<DecisionRow>('decisions').filter((one) => one.signal_id === id).map((one) => ({
      decision: toDecision(one), botName: tables.bots.get(one.bot_id)?.bot.name,
      orderIds: all<OrderRow>('orders').filter((order) => order.signal_id === id && order.bot_id === one.bot_id).map((order) => order.id),
    }))
    return { signal: toSignal(row), fanoutDone: row.fanout_done === 1, decisions }
  }
  const order: Read<object> = async (_userId, id) => {
    const row = all<OrderRow>('orders').find((one) => one.id === id)
    return row === undefined ? undefined : { ...toStoredOrder(row), fills: all<FillRow>('fills').filter((fill) => fill.order_id === id).map(toFill) }
  }
  const position: Read<object> = async (_userId, botId) => {
    const row = all<PositionRow>('positions').find((one) => one.bot_id === botId)
    return row === undefined ? undefined : { position: toPosition(row), bot: tables.bots.get(botId) }
  }
  const part = {
    engine: 'memory', journal,
    users: { create: async ({ id }: { id: string }) => { tables.users.add(id) } },
    connections: { create: async (connection: Connection, envelope: string) => { tables.connections.set(connection.id, { connection, envelope }) } },
    webhooks: { create: async () => undefined },
    bots: {
      create: async (bot: Bot) => ({ kind: 'created', bot: tables.addBot(bot) }),
      change: async (_userId: string, id: string, more: Partial<Bot>) => { tables.changeBot(id, more) },
      row: async (id: string) => tables.bots.get(id),
    },
    signals: { get: signal }, orders: { get: order }, positions: { get: position },
    fleet: new EmbeddedFleet(tables, clock),
    idempotency: { claim: async () => undefined },
    close: () => journal.close(),
  }
  return part as unknown as Store
}
