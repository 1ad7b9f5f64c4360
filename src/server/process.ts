import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#clock'
import { readSettings, SettingsError, type Settings } from '#config'
import { createExecution } from '#execution'
import { connectExecutor } from '#executor-client'
import { createLog, type Log } from '#log'
import { Problem } from '#model'
import { NEWER_SCHEMA, openStore } from '#store'
import { fileFactorKey } from './accounts/factor-key.ts'
import { catchUpAudit, copyAudit } from './audit-copy.ts'
import { instanceOf } from './instance.ts'
import { keepChecking } from './key-checks.ts'
import { heedRefusals } from './key-refusals.ts'
import { finishRemovals } from './removing.ts'
import { sentAndUnknown } from './sent-unknown.ts'
import { createServer } from './server.ts'
import { openSetup } from './setup-token.ts'
import { VERSION } from './version.ts'

// The server process: opens the store, takes up unfinished work, listens. It never reads the master key.

const STOP_LIMIT_MS = 11_000
const PRUNE_EVERY_MS = 3_600_000

try {
  await run(readSettings())
} catch (error) {
  const log = createLog({ level: 'fatal', process: 'server' })
  if (error instanceof SettingsError) {
    log.fatal({ mistakes: error.lines }, 'the settings are not valid')
    process.exitCode = 2
  } else if (error instanceof Problem && error.extra['reason'] === NEWER_SCHEMA) {
    log.fatal({ detail: error.message }, 'the database does not fit this program')
    tellParent({ event: 'unfit', unfit: error.message }, () => process.exit(2))
  } else throw error
}

async function run(settings: Settings): Promise<void> {
  const clock = systemClock
  const log = createLog({ level: settings.logLevel, process: 'server' })
  crashOnProgrammerErrors(log)
  // Until the server listens nothing else keeps the process alive: the clock's timers do not.
  setInterval(() => undefined, 60_000)
  endWithParent()
  const instance = instanceOf(settings.dataDir, clock)
  const store = await openStore({
    clock, log, instance, checkpointThread: true,
    ...(settings.databaseUrl === null ? { dataDir: settings.dataDir } : {
      url: settings.databaseUrl, dataDir: settings.dataDir,
    }),
  })
  const installation = await store.meta.installation()
  const executor = connectExecutor(settings.executorSocket, clock)
  const stopCopying = copyAudit({ store, executor, clock, log })
  const auditFile = path.join(settings.dataDir, 'audit.log')
  const execution = createExecution({
    clock, journal: store.journal, executor, log, installationKey: installation.key,
    botRow: async (id) => (await store.bots.row(id)) ?? null,
    connectionRow: async (id) => (await store.connections.row(id)) ?? null,
    savePositionMode: (id, mode) => store.connections.setPositionMode(id, mode),
    restored: { sent: () => sentAndUnknown(store, auditFile), dealtWith: () => store.meta.restoreDealtWith() },
    shared: { fleet: store.fleet, requests: store.requests, me: instance, several: store.engine === 'postgres' },
  })
  const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url))
  const factorKey = fileFactorKey(path.join(settings.dataDir, 'factors.key'), clock)
  const practice = settings.practice ? settings.exchangeUrls : {}
  const server = await createServer({ store, execution, executor, settings, practice, clock, log, auditFile, factorKey, webFolder })
  await execution.start()
  const setupToken = await openSetup(store, clock)
  const url = await server.listen({ host: settings.host, port: settings.port })
  log.info({ url, version: VERSION, engine: store.engine }, 'listening')
  tellParent({ event: 'listening', listening: true, url, setupToken })
  keepTidy()
  heedRefusals({ store, execution, executor, clock, log })
  const stopChecking = keepChecking({ store, execution, executor, clock, log })
  finishRemovals({ store, clock, executor, log }).catch(leftForLater)
  catchUpAudit(store, auditFile).catch((error: unknown) => { log.warn(
    { err: error }, 'the copy of the audit could not be completed',
  ) })

  let stopping = false
  const stop = async (why: string): Promise<void> => {
    if (stopping) return
    stopping = true
    log.info({ why }, 'stopping')
    const late = setTimeout(() => {
      log.warn({}, 'not everything was finished in time; what is open is taken up at the next start')
      process.exit(0)
    }, STOP_LIMIT_MS)
    // No new signals, then what is on the wire, then the store.
    stopChecking()
    await server.close()
    await execution.stop()
    await stopCopying()
    executor.close()
    await store.close()
    clearTimeout(late)
    log.info({}, 'stopped')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { void stop(signal) })

  function leftForLater(error: unknown): void {
    log.warn({ err: error }, 'a deletion that was interrupted could not be finished')
  }

  function keepTidy(): void {
    clock.after(PRUNE_EVERY_MS, () => {
      finishRemovals({ store, clock, executor, log }).catch(leftForLater)
      store.maintenance.prune().catch((error: unknown) => { log.warn(
        { err: error }, 'old rows could not be dropped',
      ) }).finally(keepTidy)
    })
  }
}

/** To the process that started it, where one did: where it listens, or why it cannot run. */
function tellParent(message: Record<string, unknown>, then: () => void = () => undefined): void {
  if (process.send === undefined) then()
  else process.send(message, then)
}

/**
 * The pipe that the supervisor holds ends with it, however it went: a server of a dead installation must not run on.
 * From the first moment, for the start may have to wait; the pipe also keeps the process alive meanwhile.
 */
function endWithParent(): void {
  if (process.send === undefined) return
  process.stdin.on('end', () => process.exit(1)).on('error', () => process.exit(1)).resume()
  process.on('disconnect', () => process.exit(1))
}

/** What nobody foresaw is not survived: the restart takes up where the journal ends. */
function crashOnProgrammerErrors(log: Log): void {
  const crash = (error: unknown): void => {
    log.fatal({ err: error }, 'programmer error: the process ends')
    process.exit(1)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}
