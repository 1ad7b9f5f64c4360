// Starts the two processes and keeps them running; the only one besides the executor that touches the master key.
import type { Settings } from '#config'
import type { Running, SupervisorOptions } from './run.ts'
import type { TrialExecutor } from './trial.ts'

export { DataFolderError, isLocked, prepareDataFolder } from './data-folder.ts'
export { SupervisorError } from './supervisor-error.ts'
export type { Running, SupervisorOptions } from './run.ts'
export type { TrialExecutor } from './trial.ts'

/**
 * Starts executor and server on the data folder and keeps them running. Resolves when the server answers, or with null
 * where it was asked to stop before that. Rejects with `DataFolderError`, `VaultError`, `SupervisorError`.
 * Loaded when it is called: commands that only look at the data folder need nothing of it.
 */
export async function runSupervisor(settings: Settings, options: SupervisorOptions): Promise<Running | null> {
  return (await import('./run.ts')).runSupervisor(settings, options)
}

/** Starts an executor alone, for trying a key out. Loaded when it is called. */
export async function startTrialExecutor(settings: Settings): Promise<TrialExecutor> {
  return (await import('./trial.ts')).startTrialExecutor(settings)
}
