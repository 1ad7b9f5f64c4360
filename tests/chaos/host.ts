import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { LAUNCHER } from '../cli/command.ts'
import { childrenOf } from '../supervisor/installation.ts'
import { pause, request } from './http.ts'

export type Zone = 'server' | 'executor'

/** What one start, or coming back after a kill, may take on a loaded machine. */
const START_MS = 180_000
const START_TRIES = 3

/** `towerflow start` with its two children, any of which may be killed at any time. */
export class Host {
  readonly url: string
  setupToken = ''
  readonly #logFile: string
  readonly #env: Readonly<Record<string, string>>
  #supervisor: ChildProcess | null = null
  #starting: Promise<void> = Promise.resolve()
  #stopping = false

  constructor(port: number, logFile: string, env: Readonly<Record<string, string>>) {
    this.url = `http://127.0.0.1:${port}`
    this.#logFile = logFile
    this.#env = { ...env, TOWERFLOW_PORT: String(port) }
  }

  async start(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const log = openSync(this.#logFile, 'a')
      // In a group of its own, which Ctrl-C does not reach: the campaign ends it, or takes it along by the fourth stream.
      const child = spawn(process.execPath, [LAUNCHER, 'start', '--json'], { env: { ...clean(), ...this.#env }, detached: true, stdio: ['ignore', 'pipe', log, 'ipc'] })
      closeSync(log)
      this.#supervisor = child
      try {
        const { setupToken } = JSON.parse(await firstLine(child)) as { setupToken?: string }
        if (setupToken !== undefined) this.setupToken = setupToken
        return
      } catch (error) {
        child.kill('SIGKILL')
        if (tries >= START_TRIES || this.#stopping) throw new Error(`it did not start; see ${this.#logFile}`, { cause: error })
      }
    }
  }

  /** Sends a signal to these children; answers their pids. One that is being started again just now is not there to get it. */
  signal(zones: readonly Zone[], signal: NodeJS.Signals): Set<number> {
    const pids = zones.map((zone) => this.#pidOf(zone)).filter((pid) => pid !== undefined)
    for (const pid of pids) {
      try {
        process.kill(pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
    return new Set(pids)
  }

  /** Kills the supervisor, whose children then end by themselves, and starts it again. Resolves when it is dead. */
  async killAll(): Promise<void> {
    await this.#starting
    const supervisor = this.#supervisor
    if (supervisor?.pid === undefined) throw new Error(`it does not run; see ${this.#logFile}`)
    const exit = new Promise((resolve) => { supervisor.once('exit', resolve) })
    supervisor.kill('SIGKILL')
    await exit
    this.#starting = this.start()
  }

  /** Resolves when other processes than `gone` run in these zones. */
  async replaced(zones: readonly Zone[], gone: ReadonlySet<number>): Promise<void> {
    await this.#starting
    await until(`${zones.join(' and ')} run again; see ${this.#logFile}`, () => zones.every((zone) => {
      const pid = this.#pidOf(zone)
      return pid !== undefined && !gone.has(pid)
    }), 2)
  }

  /** Resolves when database and executor answer. */
  async ready(): Promise<void> {
    await this.#starting
    await until(`${this.url} is ready; see ${this.#logFile}`, async () => {
      const answer = await request('GET', `${this.url}/api/v1/ready`, undefined, { timeoutMs: 5000 })
      return answer.kind === 'answered' && answer.status === 200
    }, 10)
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#starting.catch(() => undefined) // it failed before, and whoever waited for it was told
    const supervisor = this.#supervisor
    if (supervisor === null || supervisor.exitCode !== null || supervisor.signalCode !== null) return
    const exit = new Promise((resolve) => { supervisor.once('exit', resolve) })
    this.signal(['server', 'executor'], 'SIGCONT')
    supervisor.kill('SIGTERM')
    await exit
  }

  #pidOf(zone: Zone): number | undefined {
    try {
      return childrenOf(this.#supervisor?.pid ?? 0).find((child) => child.file.endsWith(`src/${zone}/main.ts`))?.pid
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
