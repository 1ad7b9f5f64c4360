import type { Kysely } from 'kysely'
import type { Database } from './engine.ts'
import type { FeedEvent } from './journal.ts'
import { FEED_FLOOR, readMeta } from './meta.ts'
import type { Tables } from './tables.ts'

/** An event with its number; ids grow, and are `<commit>.<index in it>`. */
export interface NumberedEvent { readonly id: string; readonly event: FeedEvent; readonly at: number }

export type EventsSince =
  /** `last`: where to go on, also when none of the events is this user's. `more`: go on at once. */
  | { readonly kind: 'events'; readonly events: readonly NumberedEvent[]; readonly last: string; readonly more: boolean }
  /** Older than what is kept, or not an id of this store: begin anew at `last`. */
  | { readonly kind: 'too_old'; readonly last: string }

export interface Events {
  /** The user's events after that id, oldest first. Looks at a bounded number of commits, answers at most about `limit` events. */
  since(userId: string, lastEventId: string, limit?: number): Promise<EventsSince>
  /** The id of the newest event. */
  last(): Promise<string>
}

/** Commits looked at for one answer; a client that is further behind asks again. */
const COMMITS_AT_ONCE = 500
const EVENTS_AT_ONCE = 500

export function createEvents({ db }: Database): Events {
  return {
    async since(userId, lastEventId, limit = EVENTS_AT_ONCE) {
      const after = readId(lastEventId)
      const [newest, floor] = await Promise.all([last(db), feedFloor(db)])
      const tooOld: EventsSince = { kind: 'too_old', last: newest }
      if (after === null || after.seq < floor || after.seq > (readId(newest)?.seq ?? 0)) return tooOld
      const rows = await db.selectFrom('feed').selectAll().where('seq', '>=', after.seq).orderBy('seq').limit(COMMITS_AT_ONCE).execute()
      const events: NumberedEvent[] = []
      let seen = lastEventId
      for (const { seq, at, events: text } of rows) {
        for (const [index, event] of (JSON.parse(text) as FeedEvent[]).entries()) {
          if (seq === after.seq && index <= after.index) continue
          if (events.length >= limit) return { kind: 'events', events, last: seen, more: true }
          seen = `${seq}.${index}`
          if (event.userId === userId) events.push({ id: seen, event, at })
        }
      }
      return { kind: 'events', events, last: seen, more: rows.length === COMMITS_AT_ONCE }
    },
    last: () => last(db),
  }
}

async function last(db: Kysely<Tables>): Promise<string> {
  const row = await db.selectFrom('feed').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row === undefined ? `${await feedFloor(db)}.0` : `${row.seq}.${Math.max(0, (JSON.parse(row.events) as unknown[]).length - 1)}`
}

/** The first number that is kept or was never given. */
const feedFloor = async (db: Kysely<Tables>): Promise<number> => Number(await readMeta(db, FEED_FLOOR) ?? 0)

function readId(id: string): { readonly seq: number; readonly index: number } | null {
  const match = /^(\d{1,15})\.(\d{1,9})$/.exec(id)
  return match === null ? null : { seq: Number(match[1]), index: Number(match[2]) }
}
