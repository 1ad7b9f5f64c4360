import { cutToStep, decimal, text } from '#model'
import { Chance } from '../world/chance.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import { FIRST_PRICES, venueOf } from './venues.ts'

const STEP_MS = 1000

/** Prices walk a step a second, some worlds calmly, some wildly; the same for every exchange. */
export class Prices {
  readonly #time: VirtualTime
  readonly #seed: number
  readonly #start: number
  readonly #step: number
  readonly #walks = new Map<string, { readonly chance: Chance; readonly prices: number[] }>()

  constructor(time: VirtualTime, seed: number) {
    this.#time = time
    this.#seed = seed
    this.#start = time.now
    this.#step = new Chance(seed, 'prices').pick([0.0005, 0.002, 0.01])
  }

  /** The last price of a market, quote per base, on its tick. */
  of(exchange: string, market: string, symbol: string): string {
    const rules = venueOf(exchange).rules.find((one) => one.market === market && one.symbol === symbol)
    if (rules === undefined) throw new Error(`${exchange} has no ${market} ${symbol}`)
    return text(cutToStep(decimal(this.#walk(rules.base).toFixed(8)), decimal(rules.priceTick)))
  }

  #walk(base: string): number {
    const { chance, prices } = this.#walks.get(base) ?? { chance: new Chance(this.#seed, `price of ${base}`), prices: [FIRST_PRICES[base] ?? 1] }
    this.#walks.set(base, { chance, prices })
    const index = Math.floor((this.#time.now - this.#start) / STEP_MS)
    for (let last = prices.at(-1) ?? 1; prices.length <= index;) {
      last *= 1 + chance.between(-this.#step, this.#step)
      prices.push(last)
    }
    return prices[index] ?? 1
  }
}
