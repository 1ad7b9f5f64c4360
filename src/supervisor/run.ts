import { writeSync } from 'node:fs'
import { sleep, systemClock } from '#clock'
import type { Settings } from '#config'
import { createLog } from '#log'
import { fileKeyProvider } from '#vault'
import { startExecutor, startServer, type ChildOutput } from './children.ts'
import { lockDataFolder, prepareDataFolder, socketPath } from './data-folder.ts'
import { KeptChild } from './kept-child.ts'
import { untilPortIsFree, untilPredecessorIsGone, untilReady } from './surroundings.ts'
import { SupervisorError } from './supervisor-error.ts'

export interface SupervisorOptions {
  /** Tells a person something: where the master key was made. */
  readonly note: (text: string) => void
  /** Resolves when the process is asked to stop while it is still starting. */
  readonly stopped: Promise<unknown>
  /** Where logs go: a descriptor, by default standard error, so that standard output holds answers alone. */
  readonly output?: ChildOutput
}

/** A running installation. */
export interface Running {
  /** Where the server listens. */
  readonly url: string
  /** For `POST /setup`; null once there is a user. */
  readonly setupToken: string | null
  /** Resolves when a process could not be kept running; both are stopped by then. */
  readonly failed: Promise<SupervisorError>
  /** Ends the server, then the executor, and gives the data folder back. */
  stop(): Promise<void>
  /** Ends both at once. */
  kill(): void
}

// The server finishes what is on the wire; the executor then has nothing more to do.
const SERVER_STOP_MS = 12_000
const EXECUTOR_STOP_MS = 5_000
const READY_MS = 60_000

/** See the room's front door. */
export async function runSupervisor(wanted: Settings, options: SupervisorOptions): Promise<Running | null> {
  prepareDataFolder(wanted.dataDir)
  const unlock = lockDataFolder(wanted.dataDir)
  const socket = socketPath(wanted.executorSocket)
  const settings: Settings = { ...wanted, executorSocket: socket.path }
  const awake = setInterval(() => undefined, 60_000) // between two starts of a child nothing else keeps us alive
  let released = false
  const release = (): void => {
    if (released) return
    released = true
    clearInterval(awake)
    socket.remove()
    unlock()
  }
  try {
    await untilPredecessorIsGone(socket.path)
    await untilPortIsFree(settings.host, settings.port)
    const keys = fileKeyProvider(settings.masterKeyFile)
    if (await keys.load() === null) {
      await keys.create()
      options.note(firstStart(settings.masterKeyFile))
    }
    return await runChildren(settings, options, keys, release)
  } catch (error) {
    release()
    throw error
  }
}

async function runChildren(settings: Settings, options: SupervisorOptions, keys: ReturnType<typeof fileKeyProvider>,
  release: () => void): Promise<Running | null> {
  const output = options.output ?? process.stderr.fd
  const log = createLog({ level: settings.logLevel, process: 'supervisor',
    to: { write: (line) => { writeSync(output, line) } } })
  const failure = Promise.withResolvers<SupervisorError>()
  const listening = Promise.withResolvers<Listening>()
  let unfit: string | null = null
  const fail = (died: string): void => {
    const reason = unfit ?? died
    log.fatal({ reason }, 'stopping: a process cannot be kept running')
    void stop().then(() => failure.resolve(new SupervisorError(reason)))
  }
  const executor = new KeptChild({ name: 'executor', stopMs: EXECUTOR_STOP_MS, start: () =>
    startExecutor(settings, keys, output) }, systemClock, log, fail)
  const server = new KeptChild({
    name: 'server', stopMs: SERVER_STOP_MS,
    start: async () => {
      const child = await startServer(settings, output)
      child.on('message', (message) => {
        if (isListening(message)) listening.resolve(message)
        else if (isUnfit(message)) unfit = message.unfit
      })
      return child
    },
  }, systemClock, log, fail)
  const stopNow = async (): Promise<void> => {
    await server.stop()
    await executor.stop()
    release()
  }
  let stopping: Promise<void> | null = null
  const stop = (): Promise<void> => (stopping ??= stopNow())
  await Promise.all([executor.start(), server.start()])
  const late = sleep(systemClock, READY_MS).then(() =>
    new SupervisorError(`The server was not ready within ${READY_MS / 1000} s.`))
  const ready = listening.promise.then(async (said) => {
    await untilReady(said.url, READY_MS)
    for (const child of [executor, server]) child.ready()
    return said
  })
  const first = await Promise.race([ready, failure.promise, late, options.stopped.then(() => null)])
  if (first === null || first instanceof Error) {
    await stop()
    if (first === null) return null
    throw first
  }
  return {
    url: first.url, setupToken: first.setupToken ?? null, failed: failure.promise, stop,
    kill: () => { server.kill(); executor.kill(); release() },
  }
}

/** What the server says once it listens. */
interface Listening { readonly listening: true; readonly url: string; readonly setupToken?: string | null }

const isListening = (message: unknown): message is Listening =>
  typeof message === 'object' && message !== null && 'listening' in message && 'url' in message
    && typeof message.url === 'string'

/** What it says when it cannot run as things are, before it ends for good. */
const isUnfit = (message: unknown): message is { readonly unfit: string } =>
  typeof message === 'object' && message !== null && 'unfit' in message && typeof message.unfit === 'string'

const firstStart = (file: string): string => [
  `A master key was made: ${file}`,
  'It encrypts every exchange key that is connected here. Keep a copy somewhere else, apart from the backups:',
  'if it is lost, every connection becomes unreadable and has to be connected anew, and backups never contain it.',
].join('\n')
