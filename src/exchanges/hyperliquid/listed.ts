import type { Market } from '#model'
import type { Desk } from '../desk.ts'

/** One market as actions and answers name it. */
export interface Listed {
  readonly symbol: string
  /** `BTC`; on spot `@107`, or `PURR/USDC`. */
  readonly coin: string
  readonly asset: number
  /** Digits of a size behind the point. */
  readonly decimals: number
}

export interface Lists { readonly bySymbol: ReadonlyMap<string, Listed>; readonly byCoin: ReadonlyMap<string, Listed> }

const lists = new WeakMap<Desk, Partial<Record<Market, Lists>>>()

/** To be called with every list that was read. */
export function keepListed(desk: Desk, market: Market, all: readonly Listed[]): void {
  lists.set(desk, { ...lists.get(desk), [market]: { bySymbol: new Map(all.map((one) => [one.symbol, one])), byCoin: new Map(all.map((one) => [one.coin, one])) } })
}

/** As the last list said; null: nobody read one yet. */
export const keptListed = (desk: Desk, market: Market): Lists | null => lists.get(desk)?.[market] ?? null
