import type { PositionMode } from '#model'
import type { Context } from './context.ts'

/** Keeps the position mode in which an account was read; null where it has none, or did not say. Rejects with `Problem`. */
export async function keepMode(context: Context, connectionId: string, mode: PositionMode | null): Promise<void> {
  const linked = context.book.connection(connectionId)
  if (linked === undefined || mode === null || mode === linked.connection.positionMode) return
  await context.savePositionMode(connectionId, mode)
  context.book.putConnection({ connection: { ...linked.connection, positionMode: mode }, envelope: linked.envelope })
}
