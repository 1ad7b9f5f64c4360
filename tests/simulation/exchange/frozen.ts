import type { ExecutorAnswers, ExecutorPush, ExecutorRequest } from '#contract'
import { freezeKey, freezeOn, type Freeze } from '#model'
import type { Life } from '../world/life.ts'
import type { World } from '../world/world.ts'

type Freezes = Map<string, Freeze>
type Verb = ExecutorRequest & { verb: 'freeze' | 'thaw' | 'freezes' }

/** What the executor holds frozen, on its disk, and what each life of a server has been told of it or asked for itself. */
export class Frozen {
  readonly #world: World
  readonly #held: Freezes = new Map()
  readonly #told = new Map<Life, Freezes>()
  readonly #asked = new Map<Life, Freezes>()

  constructor(world: World) { this.#world = world }

  /** What a life asks for stops it at once, whatever becomes of the question. */
  asks(life: Life, request: ExecutorRequest): void {
    const asked = this.#asked.get(life) ?? new Map<string, Freeze>()
    this.#asked.set(life, asked)
    if (request.verb === 'freeze') asked.set(freezeKey(request.scope, request.id), this.#freezeOf(request))
    else if (request.verb === 'thaw') asked.delete(freezeKey(request.scope, request.id))
  }

  /** The executor has confirmed a freeze to whoever asked: from now on it holds as long as it is told. */
  confirms(life: Life, { scope, id }: { scope: Freeze['scope']; id: string | null }): void { this.#asked.get(life)?.delete(freezeKey(scope, id)) }

  /** `changed` tells all lives. */
  answer(request: Verb, changed: () => void): ExecutorAnswers['freeze' | 'thaw' | 'freezes'] {
    if (request.verb === 'freezes') return { freezes: [...this.#held.values()] }
    const key = freezeKey(request.scope, request.id)
    if (request.verb === 'thaw') {
      const thawed = this.#held.delete(key)
      changed()
      return { thawed }
    }
    const before = this.#held.get(key)
    const freeze = before?.mode === 'all' ? before : this.#freezeOf(request)
    this.#held.set(key, freeze)
    changed()
    return freeze
  }

  /** Tells one life what is frozen; from now on it knows. */
  tell(life: Life, push: (push: ExecutorPush) => void): void {
    const freezes = [...this.#held.values()]
    life.tell('freezes', () => {
      this.#told.set(life, new Map(freezes.map((freeze) => [freezeKey(freeze.scope, freeze.id), freeze])))
      push({ push: 'freezes', freezes })
    })
  }

  /** Whether the executor refuses an order. */
  stops(order: { connectionId: string; userId: string }, kind: 'open' | 'close'): boolean { return bars(freezeOn(this.#held, order.connectionId, order.userId), kind) }

  /** Whether that life of a server must not even ask. */
  isKnownTo(life: Life, order: { connectionId: string; userId: string }, kind: 'open' | 'close'): boolean {
    return [this.#told.get(life), this.#asked.get(life)].some((freezes) => freezes !== undefined && bars(freezeOn(freezes, order.connectionId, order.userId), kind))
  }

  #freezeOf({ scope, id, mode, reason, by }: ExecutorRequest & { verb: 'freeze' }): Freeze { return { scope, id, mode, reason, by, at: this.#world.time.now } }
}

const bars = (freeze: Freeze | null, kind: 'open' | 'close'): boolean => freeze !== null && (freeze.mode === 'all' || kind === 'open')
