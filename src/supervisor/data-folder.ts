import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The program cannot run on this data folder; the message says why and what to do. */
export class DataFolderError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DataFolderError'
  }
}

/** Makes the data folder and its `run` folder, for their owner alone (0700)
  . An existing folder that others may enter is closed. */
export function prepareDataFolder(dataDir: string): void {
  try {
    mkdirSync(path.join(dataDir, 'run'), { recursive: true, mode: 0o700 })
    if (process.platform === 'win32') return
    for (const folder of [dataDir, path.join(dataDir, 'run')]) {
      if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700)
    }
  } catch (error) {
    throw new DataFolderError(`The data folder ${dataDir} cannot be made or closed to others (${(
      error as NodeJS.ErrnoException).code ?? 'no code'}). Set TOWERFLOW_DATA_DIR to a folder of yours.`)
  }
}

/** Held locks: a database that nobody refers to would be collected, and its lock with it. */
const held = new Set<DatabaseSync>()

/**
 * Takes the data folder for this process; the answer gives it back. A lock that SQLite holds on a file of its own: the
 * system releases it however the process ends, so that there is no stale one. Throws `DataFolderError` while another
 * process has it.
 */
export function lockDataFolder(dataDir: string): () => void {
  const owner = path.join(dataDir, 'run', 'supervisor.pid')
  const database = new DatabaseSync(path.join(dataDir, 'run', 'lock'), { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode !== 5) throw error // 5: SQLITE_BUSY
    throw new DataFolderError(`Another towerflow is running on ${dataDir}${ownerOf(
      owner)}. Stop it first, or set TOWERFLOW_DATA_DIR to another folder.`)
  }
  held.add(database)
  writeFileSync(owner, `${process.pid}\n`, { mode: 0o600 })
  return () => {
    rmSync(owner, { force: true })
    held.delete(database)
    database.close()
  }
}

/** Whether a supervisor holds the folder now. */
export function isLocked(dataDir: string): boolean {
  if (!existsSync(path.join(dataDir, 'run', 'lock'))) return false
  try {
    lockDataFolder(dataDir)()
    return false
  } catch (error) {
    if (error instanceof DataFolderError) return true
    throw error
  }
}

function ownerOf(file: string): string {
  try {
    return ` (process ${readFileSync(file, 'utf8').trim()})`
  } catch {
    return '' // it has only just begun
  }
}

// The kernel's limit for a socket's path is 108 bytes on Linux, 104 on macOS.
const LONGEST_SOCKET_PATH = 100

/** Where the executor listens: as asked, or, where that path is too long for a socket, in a short private folder. */
export function socketPath(wanted: string): { readonly path: string; remove(): void } {
  if (Buffer.byteLength(wanted) <= LONGEST_SOCKET_PATH) return { path: wanted, remove: () =>
    rmSync(wanted, { force: true }) }
  const folder = mkdtempSync(path.join(Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp', 'towerflow-')) // mode 0700
  return { path: path.join(folder, 'executor.sock'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
