import type { Amount } from '../amount.ts'
import { exchangeTime } from '../clock.ts'
import type { OrderStore } from '../orders.ts'
import type { World } from '../venue.ts'
import type { TradingAccount } from './accounts.ts'

/** As much of a symbol as trading needs. Amounts are base and quote, also where the exchange counts contracts. */
export type Traded = {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly stepSize: Amount
  /** Last price, bid and ask at once: a book without spread and without end. */
  price: Amount
}

/** One market of an exchange. */
export type TradedMarket<S extends Traded> = {
  readonly symbols: Map<string, S>
  readonly orders: OrderStore
  nextTradeId: number
  /** What the spot fee is taken in: by default what is received. */
  readonly feeIn?: 'received' | 'quote'
}

/** Where the market stands: the clock, what a test wants of fills, and whose orders these are. */
export type Place = {
  readonly world: World
  readonly accounts: ReadonlyMap<string, TradingAccount>
}

export function timeAt(place: Place): number {
  return exchangeTime(place.world.clock)
}

/** Whether a limit order at that price would trade now. */
export function marketable(order: { readonly side: 'BUY' | 'SELL'; readonly price: Amount }, price: Amount): boolean {
  return order.side === 'BUY' ? order.price >= price : order.price <= price
}
