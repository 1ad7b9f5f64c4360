import { cutToStep, ZERO, type Decimal } from '#model'
import type { Chance } from '../world/chance.ts'

/** How badly the exchange's books behave. All of it off: an order is filled at once, and everybody sees it. */
export class FillFaults {
  on = false
  readonly #chance: Chance
  readonly #rate: number

  /** `rate`: how often something goes wrong; absent: as chance will have it. */
  constructor(chance: Chance, rate?: number) {
    this.#chance = chance
    this.#rate = rate ?? chance.pick([0, 0.1, 0.3, 0.6])
  }

  hits(): boolean { return this.on && this.#chance.hits(this.#rate) }
  /** How long a look-up may not see a new order, ms: below the distance of two not-found answers plus their margin. */
  seenLagMs(): number { return this.hits() ? this.#chance.pick([50, 500, 1500, 2500, 2900]) : 0 }
  lagMs(): number { return this.hits() ? this.#chance.pick([20, 300, 2000, 8000]) : 0 }
}

export interface FillPlan {
  readonly parts: readonly { readonly afterMs: number; readonly quantity: Decimal; readonly listLagMs: number; readonly feeLagMs: number }[]
  /** How it ends if it is not filled by then; null: it stays open. */
  readonly ends: { readonly state: 'canceled' | 'expired' | 'rejected'; readonly afterMs: number } | null
  /** Seen at venues: what an order that was reported as ended fills all the same, that long after its end. */
  readonly afterlife: { readonly quantity: Decimal; readonly afterMs: number } | null
}

/** Decides how an accepted market order will be filled: whole or in parts, at once or late, or in the end not. */
export function planFills(chance: Chance, faults: FillFaults, target: Decimal, step: Decimal): FillPlan {
  const kind = faults.hits() ? chance.weighted({ parts: 4, late: 3, partly: 3, nothing: 2, stays: 2, refusedLater: 1 }) : chance.weighted({ whole: 8, parts: 2 })
  if (kind === 'refusedLater') return { parts: [], ends: { state: 'rejected', afterMs: chance.between(1, 100) }, afterlife: null }
  const late = kind === 'late' || kind === 'stays'
  const pieces = kind === 'nothing' ? [] : split(chance, target, step, kind === 'whole' ? 1 : chance.whole(1, 3))
  const left = kind === 'partly' || kind === 'stays' ? pieces.pop() : undefined
  let afterMs = 0
  const parts = pieces.map((quantity) => {
    afterMs += late || faults.hits() ? chance.pick([1, 80, 600, 4000]) : 0
    return { afterMs, quantity, listLagMs: faults.lagMs(), feeLagMs: faults.lagMs() }
  })
  if (kind !== 'partly' && kind !== 'nothing') return { parts, ends: null, afterlife: null }
  const afterlife = left !== undefined && faults.hits() && chance.hits(0.3) ? { quantity: left, afterMs: chance.pick([50, 2000, 30_000]) } : null
  return { parts, afterlife, ends: { state: chance.pick(['canceled', 'expired']), afterMs: afterMs + chance.between(0, 200) } }
}

/** Of an order that the exchange fills in part and then ends by itself: 30 to 90 % of it. */
export function planPart(chance: Chance, target: Decimal, step: Decimal): FillPlan {
  const part = cutToStep(target.times(chance.between(0.3, 0.9).toFixed(3)), step)
  const parts = part.isZero() ? [] : [{ afterMs: chance.pick([0, 0, 100, 900]), quantity: part, listLagMs: 0, feeLagMs: 0 }]
  return { parts, ends: { state: chance.pick(['expired', 'canceled']), afterMs: (parts[0]?.afterMs ?? 0) + chance.between(0, 200) }, afterlife: null }
}

function split(chance: Chance, total: Decimal, step: Decimal, into: number): Decimal[] {
  const pieces: Decimal[] = []
  let rest = total
  for (let piece = 1; piece < into; piece += 1) {
    const part = cutToStep(rest.times(chance.between(0.2, 0.8).toFixed(3)), step)
    if (part.greaterThan(ZERO) && part.lessThan(rest)) {
      pieces.push(part)
      rest = rest.minus(part)
    }
  }
  return [...pieces, rest]
}
