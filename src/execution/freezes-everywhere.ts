import { Problem, type Freeze, type FreezeScope } from '#model'
import type { Context } from './context.ts'
import type { Elsewhere } from './elsewhere.ts'
import type { WantedFreeze } from './freezes.ts'

interface Thaw { readonly scope: FreezeScope; readonly id: string | null; readonly reason: string; readonly by: string }

const FREEZE = 'freeze'
const THAW = 'thaw'

/**
 * Freezes over all servers: each has an executor of its own, which holds them. The one that is asked stops first, then
 * tells the others through the database; one that is started later hears of what stands.
 */
export class FreezesEverywhere {
  readonly #context: Context
  readonly #others: () => Elsewhere | null

  constructor(context: Context, others: () => Elsewhere | null) {
    this.#context = context
    this.#others = others
  }

  /** See `Freezes.freeze`. */
  async freeze(wanted: WantedFreeze): Promise<Freeze> {
    const here = this.#context.freezes.freeze(wanted, this.#context.clock.now())
    const [held] = await Promise.allSettled([here, this.#tell(FREEZE, wanted, true)])
    if (held.status === 'rejected') throw held.reason
    return held.value
  }

  /** See `Freezes.thaw`. */
  async thaw(scope: FreezeScope, id: string | null, reason: string, by: string): Promise<boolean> {
    const thawed = await this.#context.freezes.thaw(scope, id, reason, by)
    await this.#others()?.takeBack(FREEZE, (args) => (args as WantedFreeze).scope === scope && (args as WantedFreeze).id === id)
    await this.#tell(THAW, { scope, id, reason, by } satisfies Thaw, false)
    return thawed
  }

  /** What another server told. */
  async told(kind: string, args: unknown): Promise<unknown> {
    const { freezes, clock } = this.#context
    if (kind === FREEZE) return freezes.freeze(args as WantedFreeze, clock.now())
    const { scope, id, reason, by } = args as Thaw
    if (kind === THAW) return freezes.thaw(scope, id, reason, by)
    throw new Error(`no server tells of ${kind}`)
  }

  /** A database that is away stops the others too: they can store no order. What is frozen here stays so. */
  async #tell(kind: string, args: unknown, stands: boolean): Promise<void> {
    try {
      await this.#others()?.tell(kind, args, stands)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      this.#context.log.warn({ code: error.code, kind }, 'the other servers could not be told')
    }
  }
}
