import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock, type Clock } from '#clock'
import { createExecution } from '#execution'
import { connectExecutor } from '#executor-client'
import { createLog } from '#log'
import { createServer, fileFactorKey, openSetup, type ServerParts } from '#server'
import { openStore, type Store } from '#store'
import { Browser } from '../browser.ts'

/** A server in this process, on a real store and over real HTTP, with no executor behind its socket. */
export interface InProcess {
  readonly url: string
  readonly store: Store
  /** The system's clock, and by how much it was put forward. */
  readonly clock: Clock
  readonly setupToken: string
  readonly dataDir: string
  /** Lets time pass at once, ms. */
  pass(ms: number): void
  logged(): string
  /** A browser that looks at it under the address that people use. */
  browser(): Browser
  stop(): Promise<void>
}

export async function startInProcess(
  { url, settings = {}, more = {}, hurry = 1 }: {
    url?: string; settings?: Partial<ServerParts['settings']>; more?: Partial<ServerParts>
    /** Timers run so many times faster. */
    hurry?: number
  } = {},
): Promise<InProcess> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'towerflow-in-process-'))
  let ahead = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead, after: (ms, run) => systemClock.after(ms / hurry, run) }
  let logged = ''
  const log = createLog({ level: 'debug', process: 'test', to: { write: (line) => { logged += line } } })
  const store = await openStore(url === undefined ? { clock, log, dataDir } : { clock, log, url })
  const { key } = await store.meta.installation()
  const executor = connectExecutor(path.join(dataDir, 'none.sock'), clock)
  const execution = createExecution({
    clock, journal: store.journal, executor, log, installationKey: key, botRow: async () => null,
    connectionRow: async () => null, savePositionMode: async () => undefined,
  })
  const setupToken = await openSetup(store, clock) ?? ''
  const server = await createServer({
    store, execution, executor, clock, log, auditFile: path.join(dataDir, 'audit.log'),
    webFolder: path.join(dataDir, 'web'), factorKey: fileFactorKey(path.join(dataDir, 'factors.key'), clock),
    settings: { publicUrl: null, allowPlaintextCredentials: false, trustedProxies: [], ...settings }, ...more,
  })
  const listening = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: listening, store, clock, setupToken, dataDir, pass: (ms) => { ahead += ms }, logged: () => logged,
    browser: () => new Browser(listening, settings.publicUrl ?? listening),
    stop: async () => {
      await server.close()
      executor.close()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
