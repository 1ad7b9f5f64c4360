import type { Entry } from './entry.ts'
import { openStateFile } from './state-file.ts'

/** A connection as a restored database has it. */
export interface RestoredRow { readonly connectionId: string; readonly rowVersion: number }

/**
 * Lets older rows in once, after a backup was restored on this machine by somebody who may write the folder: from now on
 * versions below these are refused instead. Tombstones stay. Nothing else may have the folder open. Answers how many
 * older rows were let in, and how many rows are of connections that were deleted here and stay so. What cannot be read
 * is left as it is: the executor then freezes.
 */
export async function admitRestored(folder: string, rows: readonly RestoredRow[]): Promise<{ admitted: number; deleted: number }> {
  const { file, found } = await openStateFile(folder)
  try {
    const older = rows.filter(({ connectionId, rowVersion }) => rowVersion < (file.content.versions.get(connectionId) ?? 1))
    const readable = found === 'clean' || found === 'torn'
    if (readable && older.length > 0) await file.append(older.map((row): Entry => ({ set: 'version', ...row })))
    return { admitted: readable ? older.length : 0, deleted: rows.filter(({ connectionId }) => file.content.gone.has(connectionId)).length }
  } finally {
    await file.close()
  }
}
