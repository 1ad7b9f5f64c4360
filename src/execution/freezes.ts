import type { ExecutorPort } from '#contract'
import { freezeKey, freezeOn, Problem, type Freeze, type FreezeScope } from '#model'

/** A stop as somebody asks for it. */
export type WantedFreeze = Omit<Freeze, 'at'>

/** Freezes that wait for the executor; everything can be frozen beyond that. */
const MOST_WANTED = 1000

/** The executor was not reached, or did not say that it holds the freeze. */
const NOT_CONFIRMED: ReadonlySet<string> = new Set(['unavailable', 'exchange_timeout', 'internal'])

/**
 * What is frozen, as this server knows it. The executor holds it, whatever happens here; this copy is for deciding and
 * for not even asking. The executor tells it (a push, in order) whenever it changes, after each connection, and when asked.
 */
export class Freezes {
  readonly #executor: ExecutorPort
  #held: ReadonlyMap<string, Freeze> = new Map()
  /** Asked for here and not confirmed by the executor: it stops this server, and is handed over when it can be. */
  readonly #wanted = new Map<string, Freeze>()
  /** Those that the executor is being asked to hold. */
  readonly #asking = new Set<Freeze>()

  constructor(executor: ExecutorPort) {
    this.#executor = executor
    executor.onPush((push) => {
      if (push.push !== 'freezes') return
      this.#held = new Map(push.freezes.map((freeze) => [freezeKey(freeze.scope, freeze.id), freeze]))
      // In a turn of its own: this one may be that of the answer to the very call.
      if (this.#wanted.size > 0) queueMicrotask(() => { this.#handOver() })
    })
  }

  /** What holds for orders of a connection of that user; null: nothing. */
  on(connectionId: string, userId: string): Freeze | null {
    const held = freezeOn(this.#held, connectionId, userId)
    const wanted = freezeOn(this.#wanted, connectionId, userId)
    return held === null || (held.mode === 'entries' && wanted?.mode === 'all') ? wanted ?? held : held
  }

  /** The freeze of exactly that scope and id. */
  of(scope: FreezeScope, id: string | null): Freeze | null {
    const key = freezeKey(scope, id)
    return this.#wanted.get(key) ?? this.#held.get(key) ?? null
  }

  /**
   * Stops this server at once and then asks the executor to hold it. Rejects with `Problem` `unavailable` where that did
   * not confirm: this server then goes on stopping and hands it over as soon as it can, but a person must not rely on it.
   */
  async freeze(wanted: WantedFreeze, at: number): Promise<Freeze> {
    const key = freezeKey(wanted.scope, wanted.id)
    if (this.#wanted.size >= MOST_WANTED && wanted.scope !== 'all') throw new Problem('unavailable', 'The executor does not answer, and too many freezes wait for it: freeze everything.')
    const freeze: Freeze = { ...wanted, at, mode: this.#wanted.get(key)?.mode === 'all' ? 'all' : wanted.mode }
    this.#wanted.set(key, freeze)
    try {
      return await this.#ask(freeze)
    } catch (error) {
      if (!(error instanceof Problem) || !NOT_CONFIRMED.has(error.code)) throw error
      throw new Problem('unavailable', `The freeze is not confirmed (${error.message}). This server sends nothing that it stops, as long as it runs, and hands it over once the executor answers: call again to be sure.`)
    }
  }

  /** Answers whether anything was frozen there. Rejects with `Problem`; then it still is. */
  async thaw(scope: FreezeScope, id: string | null, reason: string, by: string): Promise<boolean> {
    const key = freezeKey(scope, id)
    const wanted = this.#wanted.get(key)
    // Before the call, or it could be handed over behind it.
    this.#wanted.delete(key)
    try {
      const { thawed } = await this.#executor.call({ verb: 'thaw', scope, id, reason, by })
      return thawed || wanted !== undefined
    } catch (error) {
      if (wanted !== undefined && !this.#wanted.has(key)) this.#wanted.set(key, wanted)
      throw error
    }
  }

  /** Everything that the executor holds, the newest first; asked for. Rejects with `Problem`. */
  async list(): Promise<readonly Freeze[]> {
    return (await this.#executor.call({ verb: 'freezes' })).freezes
  }

  async #ask(freeze: Freeze): Promise<Freeze> {
    const key = freezeKey(freeze.scope, freeze.id)
    const { scope, id, mode, reason, by } = freeze
    this.#asking.add(freeze)
    try {
      // It is told (`freezes`) before it is answered.
      const held = await this.#executor.call({ verb: 'freeze', scope, id, mode, reason, by })
      if (this.#wanted.get(key) === freeze) this.#wanted.delete(key)
      return held
    } catch (error) {
      const refused = error instanceof Problem && !NOT_CONFIRMED.has(error.code)
      if (refused && this.#wanted.get(key) === freeze) this.#wanted.delete(key)
      throw error
    } finally {
      this.#asking.delete(freeze)
    }
  }

  #handOver(): void {
    for (const freeze of this.#wanted.values()) {
      if (this.#asking.has(freeze)) continue
      this.#ask(freeze).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error // what failed is tried again with the executor's next push
      })
    }
  }
}
