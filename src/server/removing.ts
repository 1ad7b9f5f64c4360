import { Problem } from '#model'
import { connectionInUse, ordersUnresolved } from './refusals.ts'
import type { Shared } from './server.ts'

/**
 * Deletes a connection: first the executor's tombstone is on disk, then the sealed key is destroyed. Problems:
 * `not_found`, `connection_in_use`, `orders_unresolved`; `unavailable` without an executor, and then nothing is deleted.
 */
export async function remove({ store, clock, executor, execution }: Shared, userId: string, id: string): Promise<void> {
  const bury = async (): Promise<void> => {
    await executor.call({ verb: 'forget', connectionId: id }).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error
      throw new Problem('unavailable', `The executor did not confirm that it never uses the key again (${error.message}). The connection is not deleted: do it again.`)
    })
  }
  const removed = await store.connections.remove(userId, id, clock.now(), bury)
  if (removed.kind === 'not_found') throw new Problem('not_found', 'There is no such connection.')
  if (removed.kind === 'connection_in_use') throw connectionInUse(removed.bots)
  if (removed.kind === 'orders_unresolved') throw ordersUnresolved(removed.orders)
  await execution.connectionChanged(id)
  await store.journal.commit({ feed: [{ type: 'connection', userId, data: { id, change: 'deleted' } }] })
}

/** Finishes deletions that a crash interrupted; what the executor cannot take now is left to the next time. */
export async function finishRemovals({ store, clock, executor, log }: Pick<Shared, 'store' | 'clock' | 'executor' | 'log'>): Promise<void> {
  for (const id of await store.connections.halfRemoved()) {
    await executor.call({ verb: 'forget', connectionId: id })
    await store.connections.destroy(id, clock.now())
    log.info({ connectionId: id }, 'a deletion that was interrupted is finished')
  }
}
