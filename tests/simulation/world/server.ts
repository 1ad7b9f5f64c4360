import { createExecution, type Execution } from '#execution'
import { Problem } from '#model'
import type { SignalDraft } from '#signals'
import type { Chance } from './chance.ts'
import { Life } from './life.ts'
import type { World } from './world.ts'

/** How long a server may take to end in peace; what it does not begin any more, the next one takes up. */
const STOPPING_MS = 15_000
/** How long a supervisor takes to have a dead server back, ms. */
const RESTART_MS = [100, 1000, 4000] as const

/** One server process: the real execution between the simulated ports, started anew whenever it dies. */
export class Server {
  lives = 0
  readonly #world: World
  readonly #name: string
  readonly #chance: Chance
  #life: Life | null = null
  #execution: Execution<SignalDraft> | null = null
  #ready = false

  constructor(world: World, name: string, chance: Chance) {
    this.#world = world
    this.#name = name
    this.#chance = chance
  }

  /** The running execution, once it takes signals; null: nobody is there. */
  get running(): { readonly life: Life; readonly execution: Execution<SignalDraft> } | null {
    return this.#life !== null && this.#execution !== null && this.#ready ? { life: this.#life, execution: this.#execution } : null
  }

  start(): void {
    const world = this.#world
    const { tables } = world
    const life = new Life(world, this.#name, this.lives += 1, (dead) => { this.#died(dead) })
    const journal = world.storage.open(life)
    this.#life = life
    this.#ready = false
    const execution = createExecution({
      clock: life.clock, journal, executor: world.executor.portOf(life), installationKey: world.installationKey, shared: world.storage.share(life),
      log: { info: (fields, message) => { world.log('server', () => `${life.origin}: ${message} ${JSON.stringify(fields)}`) }, warn: (fields, message) => { world.log('server', () => `${life.origin} warns: ${message} ${JSON.stringify(fields)}`) } },
      botRow: async (id) => { const row = tables.bots.get(id); return row === undefined ? null : { bot: row.bot, number: row.number } },
      connectionRow: async (id) => tables.connections.get(id) ?? null,
      savePositionMode: async (id, positionMode) => {
        const row = tables.connections.get(id)
        if (row === undefined || !life.alive) return
        tables.connections.set(id, { ...row, connection: { ...row.connection, positionMode } })
        tables.tell({ at: world.time.now, origin: life.origin, events: [], changes: [`connection:${id}`] })
      },
    })
    this.#execution = execution
    world.log('server', `${life.origin} starts`)
    world.disturb(0)
    execution.start().then(() => {
      if (!life.alive) return
      world.log('server', `${life.origin} is ready`)
      this.#ready = true
      world.disturb(0)
    }, (error: unknown) => {
      if (!life.alive) return
      if (!(error instanceof Problem)) world.violate(`the start failed: ${String(error)}`)
      life.kill('its start failed')
    })
  }

  /** Stops in peace, as for an update, and starts anew. */
  restart(): void {
    const running = this.running
    if (running === null) return
    this.#ready = false
    this.#world.log('server', `${this.#name} is asked to end`)
    this.#world.disturb(STOPPING_MS)
    running.execution.stop().then(() => { running.life.kill('stopped') }, (error: unknown) => { this.#world.violate(`stop: ${String(error)}`) })
  }

  #died(life: Life): void {
    if (life !== this.#life) return
    this.#life = null
    this.#execution = null
    this.#ready = false
    const { time, faults } = this.#world
    time.after(this.#chance.between(50, faults.on ? this.#chance.pick(RESTART_MS) : 100), () => { this.start() })
  }
}
