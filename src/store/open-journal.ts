import type { Clock } from '#clock'
import type { Log } from '#log'
import type { Database } from './engine.ts'
import { GroupCommit, type Fed } from './group-commit.ts'
import { journalReads } from './journal-reads.ts'
import type { Journal } from './journal.ts'
import { PostgresWriter } from './postgres-writer.ts'
import { sqliteWriter } from './sqlite-writer.ts'

type FeedListener = Parameters<Journal['onFeed']>[0]

/** The journal of a database, with what ends it. */
export interface OpenJournal { readonly journal: Journal; close(): Promise<void> }

export function openJournal(database: Database, clock: Clock, log: Log | undefined): OpenJournal {
  const listeners = new Set<FeedListener>()
  const onFed = ({ seq, at, events }: Fed): void => {
    const numbered = events.map((event, index) => ({ id: `${seq}.${index}`, event, at }))
    for (const listener of listeners) {
      try {
        listener(numbered)
      } catch (error) {
        // The commit is done: who reads its news cannot undo it, nor keep others from reading.
        log?.error({ err: error, seq }, 'a listener of the feed failed')
      }
    }
  }
  const writer = database.engine === 'sqlite' ? sqliteWriter(database, clock) : new PostgresWriter(database, clock)
  const group = new GroupCommit(writer, onFed)
  return {
    journal: {
      ...journalReads(database, clock),
      commit: (batch) => group.commit(batch),
      onFeed: (listener) => { listeners.add(listener) },
    },
    close: () => group.close(),
  }
}
