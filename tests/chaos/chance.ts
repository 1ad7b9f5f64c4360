/** Chance that a seed decides: the same seed draws the same plan; what the machine makes of it differs from run to run. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number
  between(least: number, most: number): number
  /** One of them, by weight. */
  pick<T>(table: readonly (readonly [weight: number, item: T])[]): T
  /** Another source of chance, independent of how often this one is asked from now on. */
  split(): Chance
}

/** Mulberry32: small, and good enough to choose what to break. */
export function seeded(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    pick(table) {
      let at = next() * table.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, item] of table) {
        at -= weight
        if (at < 0) return item
      }
      const last = table.at(-1)
      if (last === undefined) throw new Error('there is nothing to choose from')
      return last[1]
    },
    split: () => seeded(Math.floor(next() * 2 ** 32)),
  }
}
