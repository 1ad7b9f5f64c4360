import { iso } from '#clock'
import type { api } from '#contract'
import { Problem, type Freeze, type FreezeScope } from '#model'
import type { FeedEvent } from '#store'
import type { Caller } from './auth.ts'
import type { Shared } from './server.ts'
import { invalidInput } from './validation.ts'

/** What somebody wants to stop or let go. */
interface Target { readonly scope: FreezeScope; readonly id?: string | null | undefined }

/** A target that exists and is the caller's to stop; `userId`: whose it is, null: everybody's. */
interface Found { readonly scope: FreezeScope; readonly id: string | null; readonly name: string | null; readonly userId: string | null }

const USERS_AT_ONCE = 200

/**
 * Stops orders: own connections and oneself, as an administrator everybody's. Problems: `not_found`, `forbidden`,
 * `unavailable` where the executor did not confirm it.
 */
export async function freeze(shared: Shared, caller: Caller, { mode, reason, ...target }: api.FreezeWanted): Promise<api.FreezeAnswer> {
  const { scope, id, name, userId } = await find(shared, caller, target)
  // What an administrator stopped stays his: nobody makes it his own, and thaws it, by stopping it once more.
  const before = shared.execution.freezeOf(scope, id)
  const by = before === null || caller.user.role === 'admin' ? caller.userId : before.by
  const held = await shared.execution.freeze({ scope, id, mode, reason, by })
  await tell(shared, userId, 'frozen', { scope, id, name, mode: held.mode, reason })
  return showFreeze(held, name)
}

/**
 * Lifts one freeze. What an administrator stopped, or the executor itself, an administrator lifts. Problems:
 * `not_found` where nothing is frozen, `forbidden`, `unavailable`.
 */
export async function thaw(shared: Shared, caller: Caller, { mode, reason, ...target }: api.ThawWanted): Promise<api.FreezeAnswer> {
  const { scope, id, name, userId } = await find(shared, caller, target)
  const held = (await shared.execution.freezes()).find((one) => one.scope === scope && one.id === id)
    ?? shared.execution.freezeOf(scope, id) ?? undefined
  if (held !== undefined && held.by !== caller.userId && caller.user.role !== 'admin') {
    throw new Problem('forbidden', 'An administrator froze this; only an administrator can thaw it.')
  }
  if (held === undefined || (mode !== undefined && mode !== held.mode)) throw new Problem('not_found', 'Nothing is frozen there.')
  await shared.execution.thaw(scope, id, reason ?? '', caller.userId)
  await tell(shared, userId, 'thawed', { scope, id, name, mode: held.mode, reason: reason ?? '' })
  return showFreeze(held, name)
}

/** What is frozen and concerns the caller: everybody's, his own, his connections'; an administrator sees all. */
export async function visibleFreezes(shared: Shared, caller: Caller): Promise<readonly Freeze[]> {
  const all = await shared.execution.freezes()
  if (caller.user.role === 'admin') return all
  const visible = await Promise.all(all.map(async ({ scope, id }) => (
    scope === 'all' || id === caller.userId || (scope === 'connection' && await shared.store.connections.get(caller.userId, id ?? '') !== undefined)
  )))
  return all.filter((_, index) => visible[index])
}

/** A freeze as an answer, with the name of what is frozen where it still has one. */
export async function shownFreeze(shared: Shared, one: Freeze): Promise<api.FreezeAnswer> {
  const { scope, id } = one
  const name = id === null ? null : scope === 'user' ? (await shared.store.users.get(id))?.name
    : (await shared.store.connections.row(id))?.connection.name
  return showFreeze(one, name ?? null)
}

const showFreeze = ({ scope, id, mode, reason, at, by }: Freeze, name: string | null): api.FreezeAnswer => (
  { scope, id, name, mode, reason, at: iso(at), by }
)

async function find({ store }: Shared, caller: Caller, { scope, id }: Target): Promise<Found> {
  const isAdmin = caller.user.role === 'admin'
  if (scope === 'all') {
    if (id !== undefined && id !== null) throw invalidInput([{ path: 'id', message: 'must be absent: all has no id' }])
    if (!isAdmin) throw new Problem('forbidden', 'Only an administrator may stop everybody, or let everybody go.')
    return { scope, id: null, name: null, userId: null }
  }
  if (scope === 'user') {
    const user = id === undefined || id === null || id === caller.userId ? caller.user : isAdmin ? await store.users.get(id) : undefined
    if (user === undefined) throw new Problem('not_found', 'There is no such user, or he is not yours to stop.')
    return { scope, id: user.id, name: user.name, userId: user.id }
  }
  if (id === undefined || id === null) throw invalidInput([{ path: 'id', message: 'is needed: which connection' }])
  const connection = isAdmin ? (await store.connections.row(id))?.connection : (await store.connections.get(caller.userId, id))?.connection
  if (connection === undefined) throw new Problem('not_found', 'There is no such connection.')
  return { scope, id, name: connection.name, userId: connection.userId }
}

/** Tells whoever it concerns, in the feed. It holds already: a database that is away keeps nobody from stopping. */
async function tell({ store, log }: Shared, userId: string | null, code: 'frozen' | 'thawed', what: Readonly<Record<string, unknown>>): Promise<void> {
  const events = (users: readonly string[]): FeedEvent[] => users.flatMap((user) => [
    { type: 'notice', userId: user, data: { code, ...what } },
    ...what['scope'] === 'connection' ? [{ type: 'connection' as const, userId: user, data: { id: what['id'], name: what['name'], change: code } }] : [],
  ])
  try {
    if (userId !== null) { await store.journal.commit({ feed: events([userId]) }); return }
    let cursor: string | undefined
    do {
      const page = await store.users.list({ limit: USERS_AT_ONCE, cursor })
      await store.journal.commit({ feed: events(page.items.map((user) => user.id)) })
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    log.warn({ code, err: error }, 'the notice of a freeze or thaw could not be stored')
  }
}
