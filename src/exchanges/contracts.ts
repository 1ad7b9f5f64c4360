import { decimal, Problem, text, type MarketRules } from '#model'

/** Base per contract, by symbol, as the last list of markets said. Exact decimals. */
export class ContractSizes {
  readonly #load: () => Promise<readonly MarketRules[]>
  #sizes: ReadonlyMap<string, string> | null = null

  /** `load`: the exchange's `markets`, for an order that comes before anybody asked for the list. */
  constructor(load: () => Promise<readonly MarketRules[]>) {
    this.#load = load
  }

  /** To be called with every list that was read. */
  keep(rules: readonly MarketRules[]): void {
    this.#sizes = new Map(rules.map(({ symbol, contractSize }) => [symbol, contractSize]))
  }

  /** Null: no such symbol. Rejects as `load` does; kept after the first list, so that orders do not wait for it. */
  async of(symbol: string): Promise<string | null> {
    if (this.#sizes === null) this.keep(await this.#load())
    return this.#sizes?.get(symbol) ?? null
  }

  /** The same for what ends in an outcome: null also where the list cannot be had now. */
  async known(symbol: string): Promise<string | null> {
    try {
      return await this.of(symbol)
    } catch (error) {
      if (error instanceof Problem) return null
      throw error
    }
  }
}

/** Contracts that make this quantity (base), exactly; null: it is not a whole number of steps of `step` contracts. */
export function contractsOf(quantity: string, size: string, step = '1'): string | null {
  const contracts = decimal(quantity).dividedBy(decimal(size))
  // A quotient without end is cut: what comes back the same was exact.
  if (!contracts.times(decimal(size)).equals(decimal(quantity)) || !contracts.modulo(decimal(step)).isZero()) return null
  return text(contracts)
}

/** Base quantity of so many contracts. */
export const baseOf = (contracts: string, size: string): string => text(decimal(contracts).times(decimal(size)))
