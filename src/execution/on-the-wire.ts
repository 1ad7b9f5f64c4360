import type { Bot } from '#model'

/**
 * Orders of one exchange and market that may be with the executor when a fan-out hands it more. Twice its sockets to one
 * host: more would only lie there, each with its key open and its deadline running, in front of everybody else's.
 */
const FAN_OUT_LIMIT = 256

type Venue = Pick<Bot, 'exchange' | 'market'>

/** What has its own way out to an exchange: a slow one must not hold up the others. */
export const venueOf = ({ exchange, market }: Venue): string => `${exchange}:${market}`

/** Counts the orders that are with the executor, so that large fan-outs go no faster than the exchange takes them. */
export class OnTheWire {
  readonly #counts = new Map<string, number>()
  /** Fan-outs that wait for room: each looks again whenever an order has ended. */
  #waiting: (() => void)[] = []

  /** Counts one order while `submit` runs. Every submit ends by its deadline, whatever the exchange does. */
  async during<T>(of: Venue, submit: () => Promise<T>): Promise<T> {
    const venue = venueOf(of)
    this.#counts.set(venue, this.#count(venue) + 1)
    try {
      return await submit()
    } finally {
      this.#counts.set(venue, this.#count(venue) - 1)
      for (const look of this.#waiting.splice(0)) look()
    }
  }

  /** Resolves when there is room for so many more orders of a fan-out. */
  async room(venue: string, orders: number): Promise<void> {
    while (this.#count(venue) > 0 && this.#count(venue) + orders > FAN_OUT_LIMIT) {
      await new Promise<void>((resolve) => { this.#waiting.push(resolve) })
    }
  }

  #count(venue: string): number { return this.#counts.get(venue) ?? 0 }
}
