import type { Clock } from '#clock'
import type { World } from './world.ts'

/**
 * One run of a server process, from its start to its death. Whatever goes in and out passes here: once it is dead no
 * promise of it ever resolves, no timer fires, and no call has an effect, as if the memory were gone. While it is stopped
 * (SIGSTOP) everything waits, and comes all at once when it wakes up.
 */
export class Life {
  /** Of its server, the same over all its lives. */
  readonly name: string
  readonly number: number
  readonly clock: Clock
  alive = true
  readonly #world: World
  readonly #die: (life: Life) => void
  readonly #onDeath: (() => void)[] = []
  #diedAt = Infinity
  #pausedUntil = 0

  constructor(world: World, name: string, number: number, die: (life: Life) => void) {
    this.#world = world
    this.name = name
    this.number = number
    this.#die = die
    const { time } = world
    this.clock = {
      now: () => time.now,
      randomBytes: (length) => world.bytes.bytes(length),
      after: (ms, run) => {
        let canceled = false
        if (this.alive) time.after(ms, () => { this.#awake(() => { if (!canceled && this.passes('timer')) run() }) })
        return () => { canceled = true }
      },
      nextTurn: (run) => { if (this.alive) time.after(0, () => { this.#awake(run) }) },
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
    this.#world.log('server', `${this.name} dies (${where})`)
    for (const end of this.#onDeath) end()
    this.#die(this)
  }

  /** Stops the process for a while; it does not know. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.time.now + ms)
    this.#world.disturb(ms)
    this.#world.log('server', () => `${this.name} is stopped for ${Math.round(ms)} ms`)
  }

  /** For how long it is still stopped, ms; 0: it is not. */
  pausedMs(): number { return Math.max(0, this.#pausedUntil - this.#world.time.now) }

  /** Of this life alone: what it wrote into the log of the servers. */
  get origin(): string { return `${this.name}#${this.number}` }

  /** How long it has been dead, ms; below 0: it is not. */
  goneForMs(): number { return this.#world.time.now - this.#diedAt }

  onDeath(end: () => void): void { this.#onDeath.push(end) }

  /** Hands a result of the outside in, as soon as it is awake, if there is still somebody to take it. */
  tell(where: string, give: () => void): void {
    this.#awake(() => { if (this.passes(where)) give() })
  }

  #awake(run: () => void): void {
    if (!this.alive) return
    const ms = this.pausedMs()
    if (ms > 0) this.#world.time.after(ms, () => { this.#awake(run) })
    else run()
  }
}
