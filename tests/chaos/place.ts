import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { LAUNCHER } from '../cli/command.ts'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import { childrenOf } from '../supervisor/installation.ts'
import { pause, request } from './http.ts'
import type { ChaosOptions, Victim } from './options.ts'

type Zone = 'server' | 'executor'

/** An installation as `towerflow start` runs it, whose processes may be killed at any time and come back. */
export interface Place {
  readonly name: string
  readonly url: string
  readonly folder: string
  readonly setupToken: string
  /** Where its processes log. */
  readonly logFile: string
  /** Kills at once, and sees to it that what nobody else starts again is started. Answers what has to be new afterwards. */
  kill(victim: Victim): Promise<Killed>
  /** Resolves when what was killed runs again and database and executor answer. */
  back(killed: Killed): Promise<void>
  ready(): Promise<void>
  stop(): Promise<void>
  /** Removes its data; not called where they are evidence. */
  remove(): void
}

/** `gone`: pids that must not be there any more. */
export interface Killed { readonly victim: Victim; readonly at: number; readonly gone: ReadonlySet<number> }

/** What one start may take on a loaded machine. */
const START_MS = 180_000
const START_TRIES = 3

export async function startPlace(name: string, options: ChaosOptions, exchangeUrl: string, port: number, env: Readonly<Record<string, string>>): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), `towerflow-chaos-${name}-`))
  const postgres = options.database === 'postgres' ? await startPostgres({ durable: true }) : null
  const logFile = path.join(folder, 'log')
  const place = new Processes(name, folder, logFile, port, postgres, {
    TOWERFLOW_DATA_DIR: path.join(folder, 'data'), TOWERFLOW_PORT: String(port), TOWERFLOW_LOG_LEVEL: 'info',
    TOWERFLOW_EXCHANGE_URLS: JSON.stringify({ binance: exchangeUrl }), TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: 'true',
    ...postgres === null ? {} : { TOWERFLOW_DATABASE_URL: await postgres.createDatabase() }, ...env,
  })
  try {
    await place.start()
    await place.ready()
  } catch (error) {
    await place.stop()
    throw error
  }
  return place
}

class Processes implements Place {
  readonly name: string
  readonly folder: string
  readonly logFile: string
  readonly url: string
  setupToken = ''
  readonly #postgres: TestPostgres | null
  readonly #env: Readonly<Record<string, string>>
  #supervisor: ChildProcess | null = null
  #starting: Promise<void> = Promise.resolve()
  #stopping = false

  constructor(name: string, folder: string, logFile: string, port: number, postgres: TestPostgres | null, env: Readonly<Record<string, string>>) {
    this.name = name
    this.folder = folder
    this.logFile = logFile
    this.url = `http://127.0.0.1:${port}`
    this.#postgres = postgres
    this.#env = env
  }

  async start(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const log = openSync(this.logFile, 'a')
      const child = spawn(process.execPath, [LAUNCHER, 'start', '--json'], { env: { ...clean(), ...this.#env }, stdio: ['ignore', 'pipe', log, 'ipc'] })
      closeSync(log)
      this.#supervisor = child
      try {
        const { setupToken } = JSON.parse(await firstLine(child)) as { setupToken?: string }
        if (setupToken !== undefined) this.setupToken = setupToken
        return
      } catch (error) {
        child.kill('SIGKILL')
        if (tries >= START_TRIES || this.#stopping) throw new Error(`${this.name} did not start; see ${this.logFile}`, { cause: error })
      }
    }
  }

  async kill(victim: Victim): Promise<Killed> {
    const at = performance.now()
    const gone = new Set<number>()
    const killed = { victim, at, gone }
    if (victim === 'postgres') {
      if (this.#postgres === null) throw new Error('there is no PostgreSQL to kill')
      await this.#postgres.kill()
      this.#starting = this.#postgres.startAgain()
      return killed
    }
    const supervisor = this.#supervisor
    if (supervisor?.pid === undefined) throw new Error(`${this.name} does not run`)
    if (victim !== 'supervisor') {
      for (const zone of victim === 'both' ? ['server', 'executor'] as const : [victim]) this.#killChild(supervisor.pid, zone, gone)
      return killed
    }
    const exit = new Promise((resolve) => { supervisor.once('exit', resolve) })
    supervisor.kill('SIGKILL')
    gone.add(supervisor.pid)
    await exit
    this.#starting = this.start()
    return killed
  }

  async back({ victim, gone }: Killed): Promise<void> {
    await this.#starting
    if (victim === 'server' || victim === 'executor' || victim === 'both') {
      const zones: readonly Zone[] = victim === 'both' ? ['server', 'executor'] : [victim]
      await until(`${this.name}: ${victim} runs again; see ${this.logFile}`, () => zones.every((zone) => {
        const pid = this.#pidOf(zone)
        return pid !== undefined && !gone.has(pid)
      }), 2)
    }
    await this.ready()
  }

  ready(): Promise<void> {
    return until(`${this.name} is ready; see ${this.logFile}`, async () => {
      const answer = await request('GET', `${this.url}/api/v1/ready`, undefined, { timeoutMs: 5000 })
      return answer.kind === 'answered' && answer.status === 200
    }, 10)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#starting.catch(() => undefined) // it failed before, and whoever waited for it was told
    const supervisor = this.#supervisor
    if (supervisor !== null && supervisor.exitCode === null && supervisor.signalCode === null) {
      const exit = new Promise((resolve) => { supervisor.once('exit', resolve) })
      supervisor.kill('SIGTERM')
      await exit
    }
    await this.#postgres?.stop()
  }

  remove(): void { rmSync(this.folder, { recursive: true, force: true }) }

  #killChild(supervisor: number, zone: Zone, gone: Set<number>): void {
    const pid = this.#pidOf(zone, supervisor)
    if (pid === undefined) return // it is being started again just now
    gone.add(pid)
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  #pidOf(zone: Zone, supervisor = this.#supervisor?.pid): number | undefined {
    try {
      return childrenOf(supervisor ?? 0).find((child) => child.file.endsWith(`src/${zone}/main.ts`))?.pid
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined // a process ended while it was looked at
      throw error
    }
  }
}

/** This process's environment without what concerns Towerflow or the test runner. */
const clean = (): Record<string, string | undefined> => Object.fromEntries(Object.entries(process.env)
  .filter(([name]) => !/^(TOWERFLOW_|VITEST|NODE_OPTIONS|FORCE_COLOR)/.test(name)))

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text)
    })
    child.once('exit', (code, signal) => { reject(new Error(`it ended with ${code ?? signal}`)) })
  })
}

async function until(what: string, holds: () => boolean | Promise<boolean>, everyMs: number): Promise<void> {
  const end = performance.now() + START_MS
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`not within ${START_MS / 1000} s: ${what}`)
    await pause(everyMs)
  }
}
