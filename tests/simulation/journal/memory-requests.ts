import { newId, type Clock } from '#clock'
import type { Requests } from '#store'
import type { MemoryTables } from './memory-tables.ts'

/** What servers ask each other, over tables in memory; the log tells of each change. */
export function memoryRequests(tables: MemoryTables, clock: Clock, origin: string): Requests {
  const tell = (id: string): void => { tables.tell({ at: clock.now(), origin, events: [], changes: [`request:${id}`] }) }
  return {
    async ask(botId, kind, args) {
      const id = newId(clock)
      tables.requests.set(id, { botId, kind, args: JSON.stringify(args), claimedBy: null, result: null })
      tell(id)
      return id
    },
    async open(id) {
      const row = tables.requests.get(id)
      return row === undefined || row.claimedBy !== null ? undefined : { id, botId: row.botId, kind: row.kind, args: JSON.parse(row.args) as unknown }
    },
    async claim(id, by) {
      const row = tables.requests.get(id)
      if (row === undefined || row.claimedBy !== null) return false
      tables.requests.set(id, { ...row, claimedBy: by })
      return true
    },
    async answer(id, result) {
      const row = tables.requests.get(id)
      if (row !== undefined) tables.requests.set(id, { ...row, result: JSON.stringify(result) })
      tell(id)
    },
    async result(id) {
      const row = tables.requests.get(id)
      return row === undefined || row.result === null ? undefined : { result: JSON.parse(row.result) as unknown }
    },
  }
}
