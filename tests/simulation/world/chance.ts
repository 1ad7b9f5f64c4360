/**
 * Seeded chance (sfc32): the same seed gives the same numbers on every machine. A simulation has one stream for each
 * purpose, so that what a world consists of does not depend on how its events fall.
 */
export class Chance {
  #a: number
  #b: number
  #c: number
  #d = 1

  constructor(seed: number, purpose: string) {
    let hash = 0x811c9dc5 ^ seed
    for (let index = 0; index < purpose.length; index += 1) hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193)
    this.#a = seed | 0
    this.#b = Math.floor(seed / 2 ** 32) | 0
    this.#c = hash | 0
    for (let round = 0; round < 15; round += 1) this.#next()
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0
    return sum >>> 0
  }

  /** From 0 to below 1. */
  unit(): number { return this.#next() / 2 ** 32 }
  /** True with that probability; draws nothing where there is no doubt. */
  hits(probability: number): boolean { return probability > 0 && (probability >= 1 || this.unit() < probability) }
  between(from: number, to: number): number { return from + this.unit() * (to - from) }
  /** A whole number, both ends included. */
  whole(from: number, to: number): number { return from + Math.floor(this.unit() * (to - from + 1)) }

  pick<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.unit() * list.length)]
    if (one === undefined) throw new Error('nothing to pick from')
    return one
  }

  /** One of the names, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.unit() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      left -= weight
      if (left < 0) return name
    }
    const last = entries.findLast(([, weight]) => weight > 0)
    if (last === undefined) throw new Error('nothing has a weight')
    return last[0]
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let index = 0; index < length; index += 1) bytes[index] = this.#next() & 0xff
    return bytes
  }
}
