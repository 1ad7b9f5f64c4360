import type { Clock } from '#clock'
import type { Order } from '#model'

/** What an order is to the gates: where it goes, with which key, and whether it gets somebody out. */
type Bound = Pick<Order, 'exchange' | 'market' | 'connectionId' | 'kind'>

/** Called when the order that was let through has its answer; entries may follow then. May be called twice. */
export type Pass = () => void

/** Openings let through at once after a pause: all of them at once would bring the next one. */
const ENTRIES_AT_ONCE = 16

interface Gate {
  /** Nothing passes before, epoch ms. */
  until: number
  exits: number
  /** Exits that were let through and have no answer yet. */
  exitsOut: number
  entriesOut: number
  /** Openings that wait, in order of their coming. */
  readonly entries: object[]
  wake: (() => void)[]
}

/**
 * Where orders wait while an exchange wants a pause: a gate for each of its addresses and one for each key. When the pause
 * is over closes go first, all of them; openings follow once the closes have their answers, some at a time.
 */
export class Gates {
  readonly #clock: Clock
  readonly #gates = new Map<string, Gate>()

  constructor(clock: Clock) { this.#clock = clock }

  /** The exchange asked for a pause, of the address or of this key alone. */
  shut(order: Bound, scope: 'address' | 'key', ms: number): void {
    const name = scope === 'address' ? addressOf(order) : order.connectionId
    const gate = this.#gates.get(name) ?? { until: 0, exits: 0, exitsOut: 0, entriesOut: 0, entries: [], wake: [] }
    this.#gates.set(name, gate)
    gate.until = Math.max(gate.until, this.#clock.now() + ms)
  }

  /** Whether a new order has to wait: for the end of a pause, or, an opening, for those that waited before it. */
  holds(order: Bound): boolean {
    if (this.#gates.size === 0) return false
    const now = this.#clock.now()
    return this.#of(order).some((gate) => now < gate.until || (order.kind === 'open' && (gate.exits + gate.exitsOut + gate.entries.length > 0)))
  }

  /** Resolves when the order may go, or when `until` (epoch ms) has passed: then it is too old, and somebody else says so. */
  async pass(order: Bound, until: number | null): Promise<Pass> {
    const gates = this.#of(order)
    const ticket = {}
    const exit = order.kind === 'close'
    for (const gate of gates) if (exit) gate.exits += 1; else gate.entries.push(ticket)
    while (!this.#over(until)) {
      const closed = Math.max(0, ...gates.map((gate) => gate.until))
      const now = this.#clock.now()
      if (now >= closed && (exit || gates.every((gate) => mayEnter(gate, ticket)))) break
      await this.#change(gates, Math.min(now < closed ? closed : Infinity, until ?? Infinity) - now)
    }
    for (const gate of gates) if (exit) { gate.exits -= 1; gate.exitsOut += 1 } else { gate.entries.splice(gate.entries.indexOf(ticket), 1); gate.entriesOut += 1 }
    let out = true
    return () => {
      if (!out) return
      out = false
      for (const gate of gates) if (exit) gate.exitsOut -= 1; else gate.entriesOut -= 1
      this.#stir(gates)
    }
  }

  #of(order: Bound): Gate[] {
    return [addressOf(order), order.connectionId].flatMap((name) => this.#gates.get(name) ?? [])
  }

  #over(until: number | null): boolean { return until !== null && this.#clock.now() >= until }

  /** Resolves after `ms`, or when something passed one of these gates. */
  #change(gates: readonly Gate[], ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = ms === Infinity ? (): void => undefined : this.#clock.after(ms, resolve)
      const wake = (): void => { stop(); resolve() }
      for (const gate of gates) gate.wake.push(wake)
    })
  }

  #stir(gates: readonly Gate[]): void {
    for (const gate of gates) for (const wake of gate.wake.splice(0)) wake()
    for (const [name, { until, exits, exitsOut, entries, entriesOut }] of this.#gates) {
      if (until <= this.#clock.now() && exits + exitsOut + entries.length + entriesOut === 0) this.#gates.delete(name)
    }
  }
}

const addressOf = ({ exchange, market }: Bound): string => `${exchange}:${market}`

const mayEnter = ({ exits, exitsOut, entries, entriesOut }: Gate, ticket: object): boolean => (
  exits + exitsOut === 0 && entries.indexOf(ticket) < ENTRIES_AT_ONCE - entriesOut
)
