import type { Amount } from '../../amount.ts'
import { exchangeTime } from '../../clock.ts'
import type { Order, OrderStore } from '../../orders.ts'
import type { WireRequest, World } from '../../venue.ts'
import type { Activity } from './activities.ts'
import type { Asset } from './assets.ts'

/** Everything this exchange holds. */
export type Alpaca = {
  readonly world: World
  readonly keys: Map<string, Key>
  readonly accounts: Map<string, Account>
  readonly assets: Map<string, Asset>
  readonly orders: OrderStore
  marketOpen: boolean
  nextTradeId: number
}

export type Key = {
  readonly apiKey: string
  readonly secret: string
  readonly account: Account
  readonly ipAllowlist: ReadonlySet<string> | undefined
  readonly expiresAt: number | undefined
  /** Requests in the running minute, for the X-RateLimit headers. */
  readonly sent: { minute: number; count: number }
}

export type Account = {
  readonly name: string
  readonly id: string
  readonly number: string
  readonly environment: 'live' | 'paper'
  readonly createdAt: number
  /** By currency, coin or stock: USD, BTC, AAPL. */
  readonly holdings: Map<string, Holding>
  readonly activities: Activity[]
  readonly fees: { crypto: Amount; stock: Amount }
  /** What GET /v2/account shows and the engine obeys. */
  readonly flags: AccountFlags
}

export type AccountFlags = {
  status: string
  crypto_status: string
  trading_blocked: boolean
  account_blocked: boolean
  transfers_blocked: boolean
  trade_suspended_by_user: boolean
  /** Margin accounts: selling what is not held opens a short position. */
  shorting_enabled: boolean
}

export type Holding = {
  total: Amount
  /** Set aside for open orders. */
  held: Amount
  averagePrice: Amount
}

export type Call = {
  readonly x: Alpaca
  readonly key: Key
  readonly query: URLSearchParams
  readonly request: WireRequest
  /** What stands in the path after the route. */
  readonly id: string
}

/** Status and body of an answer; a body of undefined is empty. */
export type Answer = { readonly status: number; readonly body: unknown }

/** Digits after the point of a quantity. */
export const QUANTITY_DECIMALS = 9

export function holdingOf(account: Account, asset: string): Holding {
  let holding = account.holdings.get(asset)
  if (holding === undefined) account.holdings.set(asset, (holding = { total: 0n, held: 0n, averagePrice: 0n }))
  return holding
}

export function timeOf(x: Alpaca): number {
  return exchangeTime(x.world.clock)
}

/** A stock order that came while the market was closed waits for its opening. */
export function waitsForOpening(x: Alpaca, order: Order): boolean {
  return !x.marketOpen && x.assets.get(order.symbol)?.class === 'us_equity'
}
