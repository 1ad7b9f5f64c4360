import type { Clock } from '#clock'
import type { World } from './world.ts'

/**
 * One run of the server process, from its start to its death. Whatever goes in and out passes here: once it is dead no
 * promise of it ever resolves, no timer fires, and no call has an effect, as if the memory were gone.
 */
export class Life {
  readonly number: number
  readonly clock: Clock
  alive = true
  readonly #world: World
  readonly #die: (life: Life) => void
  readonly #onDeath: (() => void)[] = []
  #diedAt = Infinity

  constructor(world: World, number: number, die: (life: Life) => void) {
    this.#world = world
    this.number = number
    this.#die = die
    const { time } = world
    this.clock = {
      now: () => time.now,
      randomBytes: (length) => world.bytes.bytes(length),
      after: (ms, run) => (this.alive ? time.after(ms, () => { if (this.passes('timer')) run() }) : () => undefined),
      nextTurn: (run) => { if (this.alive) time.after(0, () => { if (this.alive) run() }) },
    }
  }

  /** A place where the process may die; false: it is dead. */
  passes(where: string): boolean {
    if (!this.alive) return false
    if (!this.#world.crashes.hits(this.#world.faults.rate('crash'))) return true
    this.kill(where)
    return false
  }

  kill(where: string): void {
    if (!this.alive) return
    this.alive = false
    this.#diedAt = this.#world.time.now
    this.#world.log('server', `dies (${where})`)
    for (const end of this.#onDeath) end()
    this.#die(this)
  }

  /** How long it has been dead, ms; below 0: it is not. */
  goneForMs(): number { return this.#world.time.now - this.#diedAt }

  onDeath(end: () => void): void { this.#onDeath.push(end) }

  /** Hands a result of the outside in, if there is still somebody to take it. */
  tell(where: string, give: () => void): void {
    if (this.passes(where)) give()
  }
}
