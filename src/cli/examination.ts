import { existsSync, statSync } from 'node:fs'
import { effectiveSettings, readClientSettings, readSettings, SettingsError, type Settings } from '#config'
import { isLocked } from '#supervisor'
import { reach } from './api.ts'
import { PROGRAM } from './called.ts'
import { Unreachable } from './failure.ts'

export interface Check {
  readonly name: string
  /** `note`: nothing is broken, but somebody should know. */
  readonly result: 'ok' | 'note' | 'failed'
  readonly detail: string
}

export interface Examination {
  readonly settings: ReturnType<typeof effectiveSettings>
  readonly checks: readonly Check[]
}

const DEADLINE_MS = 5000

/** Looks at this machine and at the server. Changes nothing,
  and reads no secret: of the master key's file only the mode. */
export async function examine(): Promise<Examination> {
  const checks: Check[] = [nodeVersion()]
  let settings: Settings
  try {
    settings = readSettings()
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return { settings: [], checks: [...checks,
      ...error.lines.map((line): Check => ({ name: 'settings', result: 'failed', detail: line }))] }
  }
  checks.push(dataFolder(settings), masterKey(settings), await database(settings), exposure(settings),
    ...await server(settings))
  return { settings: effectiveSettings(), checks }
}

function nodeVersion(): Check {
  const major = Number(process.versions.node.split('.')[0])
  return { name: 'node', result: major >= 24 ? 'ok' : 'failed', detail: `${process.version} at ${process.execPath}` }
}

const notYet = (name: string, file: string): Check =>
  ({ name, result: 'note', detail: `${file} is not there yet; the first start makes it` })

function dataFolder({ dataDir }: Settings): Check {
  const name = 'data folder'
  if (!existsSync(dataDir)) return notYet(name, dataDir)
  const mode = statSync(dataDir).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const detail = `others may enter ${dataDir} (mode ${mode.toString(8)}): chmod 700 ${dataDir}`
    return { name, result: 'failed', detail }
  }
  const use = isLocked(dataDir) ? 'in use by a running towerflow' : 'not in use'
  return { name, result: 'ok', detail: `${dataDir}, ${use}` }
}

const KEEP = 'Keep a copy apart from the backups, which never contain it; without it no connection can be read'

function masterKey({ masterKeyFile }: Settings): Check {
  const name = 'master key'
  if (!existsSync(masterKeyFile)) return notYet(name, masterKeyFile)
  if (process.platform !== 'win32' && (statSync(masterKeyFile).mode & 0o077) !== 0) {
    return { name, result: 'failed', detail: `others may read ${masterKeyFile}: chmod 600 ${masterKeyFile}` }
  }
  return { name, result: 'ok', detail: `${masterKeyFile}. ${KEEP}` }
}

async function database({ databaseUrl, dataDir }: Settings): Promise<Check> {
  const name = 'database'
  if (databaseUrl === null) return { name, result: 'ok', detail: `embedded, in ${dataDir}` }
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: DEADLINE_MS,
    query_timeout: DEADLINE_MS })
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return { name, result: 'ok', detail: `PostgreSQL ${rows[0]?.server_version ?? ''}` }
  } catch (error) {
    // The library's own text may quote the address, password and all.
    return { name, result: 'failed', detail: `PostgreSQL cannot be reached or refuses (${(error as { code?: string })
      .code ?? 'no code'})` }
  } finally {
    await client.end().catch(() => undefined)
  }
}

function exposure(settings: Settings): Check {
  const name = 'exposure'
  const local = ['127.0.0.1', '::1', 'localhost'].includes(settings.host)
  if (settings.allowPlaintextCredentials) return { name, result: 'note',
    detail: 'keys may be submitted in plaintext: the server process sees them' }
  if (!local && !(settings.publicUrl ?? '').startsWith('https:')) {
    return { name, result: 'note',
      detail: `listens on ${settings.host} without https:// in TOWERFLOW_PUBLIC_URL: put a proxy with TLS in front` }
  }
  return { name, result: 'ok',
    detail: local ? 'reachable from this machine only; webhooks from outside need a proxy with TLS'
    : `behind ${settings.publicUrl ?? ''}` }
}

async function server(settings: Settings): Promise<Check[]> {
  const { url } = readClientSettings()
  const ask = (route: string): Promise<Response> =>
    reach(url, `${url}/api/v1${route}`, { signal: AbortSignal.timeout(DEADLINE_MS) })
  try {
    const { version } = await (await ask('/health')).json() as { version?: string }
    const ready = await ask('/ready')
    const { detail } = await ready.json() as { detail?: string }
    return [
      { name: 'server', result: 'ok', detail: `${url} answers, version ${version ?? 'unknown'}` },
      ready.ok
        ? { name: 'ready', result: 'ok', detail: 'database and executor answer' }
        : { name: 'ready', result: 'failed', detail: detail ?? `HTTP ${ready.status}` },
    ]
  } catch (error) {
    const name = 'server'
    const failed = (detail: string): Check[] => [{ name, result: 'failed', detail }]
    if (error instanceof SyntaxError) return failed(`${url} is something else than towerflow`)
    if (!(error instanceof Unreachable)) throw error
    const said = `${url}: ${error.message}`
    if (isLocked(settings.dataDir)) return failed(`${said}, though the data folder is in use: is TOWERFLOW_URL right?`)
    return [{ name, result: 'note', detail: `${said}; "${PROGRAM} start" starts it` }]
  }
}
