import type { Arrival, Execution } from '#execution'
import { Problem } from '#model'
import type { SignalDraft } from '#signals'
import type { Chance } from './chance.ts'
import type { Life } from './life.ts'
import { Server } from './server.ts'
import type { World } from './world.ts'

/** The servers of an installation: one, or two that share a database. Whoever comes is served by any of them. */
export class Servers {
  readonly all: readonly Server[]
  readonly #world: World
  readonly #chance: Chance

  constructor(world: World, chance: Chance, count: number) {
    this.#world = world
    this.#chance = chance
    this.all = Array.from({ length: count }, (_, index) => new Server(world, `server-${index + 1}`, chance))
  }

  get lives(): number { return this.all.reduce((sum, server) => sum + server.lives, 0) }

  /** Whether each of them takes signals, and none is stopped. */
  get allRun(): boolean { return this.all.every(({ running }) => running !== null && running.life.pausedMs() === 0) }

  start(): void { for (const server of this.all) server.start() }

  /** Stops one in peace, as for an update, and starts it anew. */
  restartOne(): void { this.#any()?.restart() }

  /** Stops one for a while, unnoticed by itself (SIGSTOP). */
  pauseOne(ms: number): void { this.#any()?.running?.life.pause(ms) }

  /** Whether a bot's lane is at work on any of them. */
  isBusy(botId: string): boolean { return this.all.some(({ running }) => running?.execution.busy(botId) === true) }

  /** Does something with a running execution; what it rejects with must be a `Problem`. */
  ask(what: string, work: (execution: Execution<SignalDraft>, life: Life) => Promise<unknown>): void {
    const running = this.#any()?.running
    if (running === undefined || running === null) return
    this.#world.log('person', what)
    work(running.execution, running.life).catch((error: unknown) => {
      if (running.life.alive && !(error instanceof Problem)) this.#world.violate(`${what}: ${String(error)}`)
    })
  }

  /** Delivers a signal; answers later, if somebody is there to answer. `late`: the server is stopped, and reads it when it wakes up. */
  deliver(arrival: Arrival<SignalDraft>, answered: (signalId: string | null) => void): 'nobody' | 'late' | 'there' {
    const running = this.#any()?.running
    if (running === undefined || running === null) return 'nobody'
    const { life, execution } = running
    life.tell('an arrival', () => {
      execution.accept({ ...arrival, receivedAt: life.clock.now() }).then(({ signalId }) => {
        if (!life.passes('before a 202')) return
        this.#world.judge.acknowledges(signalId)
        answered(signalId)
      }, (error: unknown) => {
        if (!life.alive) return
        if (!(error instanceof Problem)) this.#world.violate(`accept: ${String(error)}`)
        answered(null)
      })
    })
    return life.pausedMs() > 0 ? 'late' : 'there'
  }

  /** A process ends by a mistake of its own. */
  crashed(error: unknown): void {
    this.#world.violate(`a programmer's error: ${error instanceof Error ? error.stack ?? error.message : String(error)}`)
  }

  #any(): Server | undefined {
    const there = this.all.filter(({ running }) => running !== null)
    return there.length > 1 ? this.#chance.pick(there) : there[0]
  }
}
