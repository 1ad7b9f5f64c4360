import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Settings } from '#config'
import { generateMasterKeys, type KeyProvider } from '#vault'
import { startExecutor } from './children.ts'
import { socketPath } from './data-folder.ts'

/** An executor that runs for a while, and nothing beside it. */
export interface TrialExecutor {
  readonly socketPath: string
  /** Ends it, and removes everything that it wrote. */
  stop(): Promise<void>
}

const STOP_MS = 5000

/**
 * Starts an executor without a server, on a data folder and a master key of its own that go with it: for trying a key
 * out in the very process, and with the very code, that would trade with it. `settings`: where exchanges are reached.
 */
export async function startTrialExecutor(settings: Settings): Promise<TrialExecutor> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'towerflow-trial-')) // mode 0700
  mkdirSync(path.join(dataDir, 'run'), { mode: 0o700 })
  const socket = socketPath(path.join(dataDir, 'run', 'executor.sock'))
  const remove = (): void => {
    socket.remove()
    rmSync(dataDir, { recursive: true, force: true })
  }
  const log = openSync(path.join(dataDir, 'executor.log'), 'a', 0o600)
  try {
    const child = await startExecutor({ ...settings, dataDir, executorSocket: socket.path }, inMemory(), log)
    return {
      socketPath: socket.path,
      stop: async () => {
        if (child.exitCode === null && child.signalCode === null) {
          const gone = new Promise((resolve) => { child.once('exit', resolve) })
          child.kill('SIGTERM')
          const late = setTimeout(() => { child.kill('SIGKILL') }, STOP_MS)
          await gone
          clearTimeout(late)
        }
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  } finally {
    closeSync(log)
  }
}

/** A key ring that nobody keeps: what is sealed with it opens for this one process. */
function inMemory(): KeyProvider {
  const keys = generateMasterKeys()
  const refuse = (): Promise<never> => Promise.reject(new Error('a key for a trial is not kept'))
  return { place: 'memory', load: () => Promise.resolve(keys), create: refuse, rotate: refuse }
}
