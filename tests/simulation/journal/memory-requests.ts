import { newId, type Clock } from '#clock'
import type { LaneRequest, Requests } from '#store'
import type { MemoryTables } from './memory-tables.ts'

/** In the place of a bot: said to all servers. */
const ALL = '*'

const shown = (id: string, { botId, kind, args }: { readonly botId: string; readonly kind: string; readonly args: string }): LaneRequest => (
  { id, botId, kind, args: JSON.parse(args) as unknown }
)

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
    async announce(kind, args, stands) {
      const id = newId(clock)
      tables.requests.set(id, { botId: ALL, kind, args: JSON.stringify(args), claimedBy: stands ? null : 'told', result: null })
      tell(id)
    },
    async announced(id) {
      const row = tables.requests.get(id)
      return row?.botId === ALL ? shown(id, row) : undefined
    },
    async standing() {
      return [...tables.requests].filter(([, row]) => row.botId === ALL && row.claimedBy === null).map(([id, row]) => shown(id, row))
    },
    async withdraw(ids) {
      for (const id of ids) {
        const row = tables.requests.get(id)
        if (row?.botId === ALL) tables.requests.set(id, { ...row, claimedBy: 'withdrawn' })
      }
    },
    async open(id) {
      const row = tables.requests.get(id)
      return row === undefined || row.botId === ALL || row.claimedBy !== null ? undefined : shown(id, row)
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
