import { newId, type Clock } from '#clock'
import type { Database } from './engine.ts'
import type { RequestRow } from './tables.ts'

/** Something that only the owner of a bot's lane can do, asked for by another server. */
export interface LaneRequest { readonly id: string; readonly botId: string; readonly kind: string; readonly args: unknown }

/** What servers ask each other; PostgreSQL tells of each change (`request:<id>` in the log). */
export interface Requests {
  /** Answers the request's id. */
  ask(botId: string, kind: string, args: unknown): Promise<string>
  /** Tells all servers something, under a new id; `stands`: those that come later too, until it is withdrawn. */
  announce(id: string, kind: string, args: unknown, stands: boolean): Promise<void>
  /** What was announced under this id; undefined: it was asked of one, or withdrawn. */
  announced(id: string): Promise<LaneRequest | undefined>
  /** What stands, oldest first. */
  standing(): Promise<readonly LaneRequest[]>
  withdraw(ids: readonly string[]): Promise<void>
  /** A request that nobody took up yet, for the one who owns its lane; undefined: somebody did, or it was withdrawn. */
  open(id: string): Promise<LaneRequest | undefined>
  /** Takes a request up; false: somebody else did, or it was withdrawn. */
  claim(id: string, by: string): Promise<boolean>
  answer(id: string, result: unknown): Promise<void>
  /** What it came to; undefined: nothing yet. */
  result(id: string): Promise<{ readonly result: unknown } | undefined>
}

/** In the place of a bot: said to all servers. */
const ALL = '*'
const WITHDRAWN = 'withdrawn'

const toRequest = (row: RequestRow): LaneRequest => ({ id: row.id, botId: row.bot_id, kind: row.kind, args: JSON.parse(row.args) as unknown })

export function createRequests({ db }: Database, clock: Clock): Requests {
  return {
    async ask(botId, kind, args) {
      const id = newId(clock)
      await db.insertInto('requests').values({ id, bot_id: botId, kind, args: JSON.stringify(args), at: clock.now(), claimed_by: null, result: null }).execute()
      return id
    },
    async announce(id, kind, args, stands) {
      await db.insertInto('requests').values({
        id, bot_id: ALL, kind, args: JSON.stringify(args), at: clock.now(), claimed_by: stands ? null : 'told', result: null,
      }).execute()
    },
    async announced(id) {
      const row = await db.selectFrom('requests').selectAll().where('id', '=', id).where('bot_id', '=', ALL).executeTakeFirst()
      return row === undefined || row.claimed_by === WITHDRAWN ? undefined : toRequest(row)
    },
    async standing() {
      return (await db.selectFrom('requests').selectAll().where('bot_id', '=', ALL).where('claimed_by', 'is', null).orderBy('id').execute()).map(toRequest)
    },
    async withdraw(ids) {
      if (ids.length > 0) await db.updateTable('requests').set({ claimed_by: WITHDRAWN }).where('id', 'in', [...ids]).where('bot_id', '=', ALL).execute()
    },
    async open(id) {
      const row = await db.selectFrom('requests').selectAll().where('id', '=', id).where('bot_id', '<>', ALL).where('claimed_by', 'is', null).executeTakeFirst()
      return row === undefined ? undefined : toRequest(row)
    },
    async claim(id, by) {
      const claimed = await db.updateTable('requests').set({ claimed_by: by }).where('id', '=', id).where('claimed_by', 'is', null).executeTakeFirst()
      return claimed.numUpdatedRows === 1n
    },
    async answer(id, result) {
      await db.updateTable('requests').set({ result: JSON.stringify(result) }).where('id', '=', id).execute()
    },
    async result(id) {
      const row = await db.selectFrom('requests').select('result').where('id', '=', id).executeTakeFirst()
      return row === undefined || row.result === null ? undefined : { result: JSON.parse(row.result) as unknown }
    },
  }
}
