import type { ChildProcess } from 'node:child_process'
import type { Clock } from '#clock'
import type { Log } from '#log'

/** A process that is kept alive. */
export interface ChildPlan {
  readonly name: string
  /** Starts it once. Throws or rejects where that is impossible. */
  readonly start: () => Promise<ChildProcess>
  /** How long it may take to end after SIGTERM, before it is killed. */
  readonly stopMs: number
}

// A process that dies is started again at once, and if that one dies soon, after 0.1, 0.2, 0.4 … 2 s: orders may be on
// their way, so recovery must not be far. One that has run for five seconds starts over.
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2000
const STEADY_MS = 5000
/** So many deaths in a row without five seconds' run: nothing that a restart could mend. */
const MOST_FAILURES = 30
/** Before it was ready for the first time, it is most likely set up wrongly. */
const MOST_FAILURES_AT_START = 5
/** The exit code with which a child says that its settings are wrong: starting it again would not help. */
const SET_UP_WRONGLY = 2

/** Keeps one child process running: starts it again when it dies, with growing pauses,
  and gives up after too many deaths. */
export class KeptChild {
  readonly name: string
  readonly #plan: ChildPlan
  readonly #clock: Clock
  readonly #log: Log
  readonly #giveUp: (reason: string) => void
  #child: ChildProcess | null = null
  #startedAt = 0
  #failures = 0
  #wasReady = false
  #stopping = false
  #starting: Promise<void> = Promise.resolve()
  #cancelRestart: () => void = () => undefined

  constructor(plan: ChildPlan, clock: Clock, log: Log, giveUp: (reason: string) => void) {
    this.name = plan.name
    this.#plan = plan
    this.#clock = clock
    this.#log = log
    this.#giveUp = giveUp
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** It does its work: from now on deaths are accidents. */
  ready(): void {
    this.#wasReady = true
  }

  start(): Promise<void> {
    this.#starting = this.#startOnce()
    return this.#starting
  }

  async #startOnce(): Promise<void> {
    this.#startedAt = this.#clock.now()
    let child: ChildProcess
    try {
      child = await this.#plan.start()
    } catch (error) {
      this.#died(error instanceof Error ? error.message : 'it could not be started')
      return
    }
    this.#child = child
    let over = false
    const end = (reason: string, code: number | null = null): void => {
      if (over) return
      over = true
      this.#child = null
      if (!this.#stopping) this.#died(reason, code)
    }
    child.once('error', (error) => { if (child.pid === undefined) end(error.message) })
    const exited = (code: number | null, signal: NodeJS.Signals | null): void => {
      end(signal === null ? `it ended with code ${code ?? '?'}` : `it was ended by ${signal}`, code)
    }
    child.once('exit', exited)
    // It may have died while it was still being given what it needs.
    if (child.exitCode !== null || child.signalCode !== null) exited(child.exitCode, child.signalCode)
  }

  /** Asks it to end, kills it where it does not; resolves when it is gone. Never starts it again. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#cancelRestart()
    await this.#starting
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => { child.once('exit', () => resolve()) })
    child.kill('SIGTERM')
    const cancel = this.#clock.after(this.#plan.stopMs, () => {
      this.#log.warn({ child: this.name }, 'does not end; killed')
      child.kill('SIGKILL')
    })
    await gone
    cancel()
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping = true
    this.#cancelRestart()
    this.#child?.kill('SIGKILL')
  }

  #died(reason: string, code: number | null = null): void {
    if (code === SET_UP_WRONGLY) {
      this.#giveUp(`The ${this.name} cannot run as it is set up; its log says why.`)
      return
    }
    const ran = this.#clock.now() - this.#startedAt
    this.#failures = ran >= STEADY_MS ? 1 : this.#failures + 1
    const most = this.#wasReady ? MOST_FAILURES : MOST_FAILURES_AT_START
    if (this.#failures >= most) {
      this.#giveUp(`The ${this.name} died ${this.#failures} times in a row; the last time ${reason}.`)
      return
    }
    const pause = this.#failures === 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 2))
    this.#log.warn({ child: this.name, ranMs: Math.round(ran), pauseMs: pause }, `${reason}; starting it again`)
    this.#cancelRestart = this.#clock.after(pause, () => { void this.start() })
  }
}
