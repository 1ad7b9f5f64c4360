import type { Caps } from '#contract'
import { decimal, text, type Decimal } from '#model'
import type { Spent } from './content.ts'

const MINUTE_MS = 60_000

/** Counts the entries of one connection against its caps. Times are epoch ms, amounts quote currency. */
export class Meter {
  /** When the entries of the last minute went out, oldest first. */
  #times: number[] = []
  #day: string
  #spent: Decimal

  constructor(spent: Spent | undefined) {
    this.#day = spent?.day ?? ''
    this.#spent = decimal(spent?.notional ?? '0')
  }

  /** What this day's entries came to, for the file. */
  get spent(): Spent {
    return { day: this.#day, notional: text(this.#spent) }
  }

  /**
   * Counts an entry, or says which cap it would exceed; `undo` is for one that was not sent after all. `notional` null:
   * it is not known, and no cap asks for it.
   */
  take(caps: Caps, notional: string | null, now: number): { readonly refused: string } | { readonly undo: () => void } {
    const worth = decimal(notional ?? '0')
    const day = new Date(now).toISOString().slice(0, 10)
    if (day !== this.#day) { this.#day = day; this.#spent = decimal('0') }
    while (this.#times[0] !== undefined && this.#times[0] <= now - MINUTE_MS) this.#times.shift()

    if (caps.ordersPerMinute !== null && this.#times.length >= caps.ordersPerMinute) return { refused: `${caps.ordersPerMinute} entries a minute` }
    if (caps.notionalPerOrder !== null && worth.greaterThan(caps.notionalPerOrder)) {
      return { refused: `${caps.notionalPerOrder} for one entry; this one is worth ${text(worth)}` }
    }
    const total = this.#spent.plus(worth)
    if (caps.notionalPerDay !== null && total.greaterThan(caps.notionalPerDay)) {
      return { refused: `${caps.notionalPerDay} a day (UTC); with this one it would be ${text(total)}` }
    }
    if (caps.ordersPerMinute !== null) this.#times.push(now)
    this.#spent = total
    return {
      undo: () => {
        const at = this.#times.lastIndexOf(now)
        if (at >= 0) this.#times.splice(at, 1)
        if (day === this.#day) this.#spent = this.#spent.minus(worth)
      },
    }
  }
}
