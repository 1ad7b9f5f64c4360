import { freezeKey, Problem, type Freeze, type FreezeScope } from '#model'
import type { Context } from './context.ts'
import type { Elsewhere } from './elsewhere.ts'
import type { WantedFreeze } from './freezes.ts'

interface Thaw { readonly scope: FreezeScope; readonly id: string | null; readonly reason: string; readonly by: string }

const FREEZE = 'freeze'
const THAW = 'thaw'
/** How long a thaw waits for its turn here. */
const TURN_MS = 10_000

/**
 * Freezes over all servers: each has an executor of its own, which holds them. The one that is asked stops first, then
 * tells all through the database; one that is started later hears of what stands. What was told last is what holds in
 * the end, everywhere: each server takes the words of all, its own too, in the order of the commits.
 */
export class FreezesEverywhere {
  readonly #context: Context
  readonly #others: () => Elsewhere | null
  /** What was frozen here and has not come back with the log, by its key: no thaw that was told before lifts it. */
  readonly #underway = new Map<string, number>()

  constructor(context: Context, others: () => Elsewhere | null) {
    this.#context = context
    this.#others = others
  }

  /** See `Freezes.freeze`. */
  async freeze(wanted: WantedFreeze): Promise<Freeze> {
    const here = this.#context.freezes.freeze(wanted, this.#context.clock.now())
    const [held] = await Promise.allSettled([here, this.#tellFreeze(wanted)])
    if (held.status === 'rejected') throw held.reason
    return held.value
  }

  /** See `Freezes.thaw`. Where other servers are, this one too thaws when its turn comes: a database that is away leaves all as it is. */
  async thaw(scope: FreezeScope, id: string | null, reason: string, by: string): Promise<boolean> {
    const others = this.#others()
    if (others === null) return this.#context.freezes.thaw(scope, id, reason, by)
    await others.takeBack(FREEZE, (args) => (args as WantedFreeze).scope === scope && (args as WantedFreeze).id === id)
    const { here } = await others.tell(THAW, { scope, id, reason, by } satisfies Thaw, false)
    try {
      return await this.#soon(here) === true
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      throw new Problem(error.code, `${error.message} The other servers were told; this one may still stop. Thaw once more.`)
    }
  }

  /** What a server told, in its turn; `own`: this one, where what it froze holds already. */
  async told(own: boolean, kind: string, args: unknown): Promise<unknown> {
    const { freezes, clock } = this.#context
    if (kind === FREEZE) return own ? undefined : freezes.freeze(args as WantedFreeze, clock.now())
    if (kind !== THAW) throw new Error(`no server tells of ${kind}`)
    const { scope, id, reason, by } = args as Thaw
    return this.#underway.has(freezeKey(scope, id)) || freezes.thaw(scope, id, reason, by)
  }

  /** A database that is away stops the others too: they can store no order. What is frozen here stays so. */
  async #tellFreeze(wanted: WantedFreeze): Promise<void> {
    const others = this.#others()
    if (others === null) return
    const key = freezeKey(wanted.scope, wanted.id)
    this.#count(key, 1)
    try {
      const { here } = await others.tell(FREEZE, wanted, true)
      const over = (): void => { this.#count(key, -1) }
      here.then(over, over)
    } catch (error) {
      this.#count(key, -1)
      if (!(error instanceof Problem)) throw error
      this.#context.log.warn({ code: error.code }, 'the other servers could not be told of a freeze')
    }
  }

  #count(key: string, more: number): void {
    const count = (this.#underway.get(key) ?? 0) + more
    if (count > 0) this.#underway.set(key, count)
    else this.#underway.delete(key)
  }

  /** Rejects with `unavailable` where it takes too long. */
  #soon<T>(turn: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const stop = this.#context.clock.after(TURN_MS, () => { late.reject(new Problem('unavailable', 'The database does not answer in time.')) })
    return Promise.race([turn, late.promise]).finally(stop)
  }
}
