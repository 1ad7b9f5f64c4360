import type { Clock } from '#clock'
import type { Log } from '#log'
import type { Database } from './engine.ts'
import { GroupCommit, type Fed } from './group-commit.ts'
import { journalReads } from './journal-reads.ts'
import type { Journal } from './journal.ts'
import { LogFollower } from './log-follower.ts'
import { PostgresWriter } from './postgres-writer.ts'
import { sqliteWriter } from './sqlite-writer.ts'

type FeedListener = Parameters<Journal['onFeed']>[0]
type LogListener = Parameters<Journal['onLog']>[0]

/** The journal of a database, with what ends it. */
export interface OpenJournal { readonly journal: Journal; close(): Promise<void> }

/** `lastSeq`: the feed's newest number; what came before is nobody's news. */
export function openJournal(database: Database, clock: Clock, log: Log | undefined, lastSeq: number): OpenJournal {
  const feedListeners = new Set<FeedListener>()
  const logListeners = new Set<LogListener>()
  const tell = <T>(listeners: ReadonlySet<(news: T) => void>, news: T, seq: number): void => {
    for (const listener of listeners) {
      try {
        listener(news)
      } catch (error) {
        // The commit is done: who reads its news cannot undo it, nor keep others from reading.
        log?.error({ err: error, seq }, 'a listener of the feed failed')
      }
    }
  }
  const tellFeed = ({ seq, at, events }: Fed): void => {
    if (events.length > 0) tell(feedListeners, events.map((event, index) => ({ id: `${seq}.${index}`, event, at })), seq)
  }
  const follower = database.engine === 'postgres' ? new LogFollower(database, clock, lastSeq, (entries) => {
    for (const entry of entries) tellFeed(entry)
    tell(logListeners, entries, entries[0]?.seq ?? 0)
  }) : null
  const writer = database.engine === 'sqlite' ? sqliteWriter(database, clock) : new PostgresWriter(database, clock)
  const group = new GroupCommit(writer, follower === null ? tellFeed : (fed) => { follower.own(fed) })
  return {
    journal: {
      ...journalReads(database, clock),
      commit: (batch) => group.commit(batch),
      onFeed: (listener) => {
        feedListeners.add(listener)
        follower?.start()
      },
      onLog: (listener) => {
        logListeners.add(listener)
        follower?.start()
      },
      caughtUp: () => follower?.caughtUp() ?? Promise.resolve(),
    },
    close: async () => {
      await group.close()
      await follower?.end()
    },
  }
}
