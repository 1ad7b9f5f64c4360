import { newId, type Clock } from '#clock'
import type { Requests } from '#store'
import type { RequestRow } from './memory-tables.ts'
import type { MemoryTables } from './memory-tables.ts'

type LaneRequest = NonNullable<Awaited<ReturnType<Requests['open']>>>

/** In the place of a bot: said to all servers. */
const ALL = '*'

const toRequest = (id: string, { botId, kind, args }: RequestRow): LaneRequest => ({ id, botId, kind, args: JSON.parse(args) as unknown })

/** What servers ask each other, over tables in memory; the log tells of each change. */
export function memoryRequests(tables: MemoryTables, clock: Clock, origin: string): Requests {
  const tell = (id: string): void => { tables.tell({ at: clock.now(), origin, events: [], changes: [`request:${id}`] }) }
  const put = (id: string, botId: string, kind: string, args: unknown, claimedBy: string | null): string => {
    tables.requests.set(id, { botId, kind, args: JSON.stringify(args), claimedBy, result: null })
    tell(id)
    return id
  }
  return {
    async ask(botId, kind, args) { return put(newId(clock), botId, kind, args, null) },
    async announce(id, kind, args, stands) { put(id, ALL, kind, args, stands ? null : 'told') },
    async announced(id) {
      const row = tables.requests.get(id)
      return row?.botId === ALL && row.claimedBy !== 'withdrawn' ? toRequest(id, row) : undefined
    },
    async standing() {
      return [...tables.requests].filter(([, row]) => row.botId === ALL && row.claimedBy === null).map(([id, row]) => toRequest(id, row))
    },
    async withdraw(ids) {
      for (const id of ids) {
        const row = tables.requests.get(id)
        if (row?.botId !== ALL) continue
        tables.requests.set(id, { ...row, claimedBy: 'withdrawn' })
        tell(id)
      }
    },
    async open(id) {
      const row = tables.requests.get(id)
      return row === undefined || row.claimedBy !== null || row.botId === ALL ? undefined : toRequest(id, row)
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
