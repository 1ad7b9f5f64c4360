import { Problem } from '#model'
import type { JournalBatch } from '#store'
import { Overtaken } from '../../../src/store/database-trouble.ts'
import type { GroupWriter, Written } from '../../../src/store/group-commit.ts'
import type { MemoryParts } from './memory-journal.ts'
import type { MemoryTables } from './memory-tables.ts'

/** When a group is written and when its writer hears of it; a simulation decides both, or that it is not written. */
export interface Disk {
  /** To call `write` once, later, and then `answer`; or `refuse` instead, with nothing written. */
  turn(group: { readonly write: () => void; readonly answer: () => void; readonly refuse: (problem: Problem) => void }): void
}

/** Writes groups of batches into tables in memory, each batch for itself: a refused one takes nothing with it. */
export function memoryWriter({ tables, disk, clock, origin, written }: MemoryParts): GroupWriter {
  return {
    busy: () => null,
    write: (group) => new Promise<Written>((resolve, reject) => {
      const result: { refused: (Error | null)[]; fed: { seq: number; at: number; events: NonNullable<JournalBatch['feed']> }[] } = { refused: [], fed: [] }
      disk.turn({
        write: () => {
          result.refused = group.map((batch) => {
            const error = overtaken(tables, batch) ?? tables.apply(batch)
            if (error === null) written?.(batch)
            return error
          })
          const stored = group.filter((_batch, index) => result.refused[index] === null)
          if (stored.length === 0) return
          const events = stored.flatMap((batch) => batch.feed ?? [])
          const at = clock.now()
          const seq = tables.tell({ at, origin, events, changes: stored.flatMap((batch) => (batch.positions ?? []).map(({ botId }) => `position:${botId}`)) })
          result.fed = [{ seq, at, events }]
        },
        answer: () => { resolve(result) },
        refuse: reject,
      })
    }),
  }
}

/** Whether what a batch says of leases and signals does not hold any more. */
function overtaken(tables: MemoryTables, { held, unseen }: JournalBatch): Overtaken | null {
  if ((held ?? []).some(({ scope, token }) => tables.leases.get(scope)?.token !== token)) return new Overtaken('a lease is held by another server')
  for (const { signalId, webhookId, bodyHash, idempotencyKey, since, known } of unseen ?? []) {
    for (const row of tables.rows('signals').values()) {
      if (row['webhook_id'] !== webhookId || Number(row['received_at']) < since || row['id'] === signalId || known.includes(String(row['id']))) continue
      if ((bodyHash !== null && row['body_hash'] === bodyHash) || (idempotencyKey !== null && row['idempotency_key'] === idempotencyKey)) return new Overtaken('another server has stored the same signal')
    }
  }
  return null
}
