import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'

const FILE = 'instance'

/**
 * What names this server among those that share a database, over its restarts: made once and kept in the data folder,
 * whose lock lets one server at a time have it. Machine and place are in it, so that a copy of the folder elsewhere is
 * another server, not this one.
 */
export function instanceOf(dataDir: string): string {
  const file = path.join(dataDir, FILE)
  const kept = read(file)
  const own = kept ?? randomBytes(16).toString('base64url')
  if (kept === null) writeFileSync(file, `${own}\n`, { mode: 0o600 })
  return createHash('sha256').update([own, hostname(), realpathSync(dataDir)].join('\n')).digest('base64url').slice(0, 22)
}

function read(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return text === '' ? null : text // a crash between making and writing it: nobody was told it
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
