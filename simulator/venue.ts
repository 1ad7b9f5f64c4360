import type { IncomingHttpHeaders } from 'node:http'
import type { Amount } from './amount.ts'
import type { Clock } from './clock.ts'
import type { FillPolicy } from './fills.ts'
import type { Order } from './orders.ts'

/** A request as it came over the wire, nothing decoded. */
export type WireRequest = {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** As sent, without the question mark. */
  readonly query: string
  readonly body: string
  readonly headers: IncomingHttpHeaders
  readonly remoteAddress: string
  /** Machine time in ms with a fraction. */
  readonly receivedAt: number
}

export type WireReply = {
  readonly status: number
  /** JSON text unless the headers say otherwise. */
  readonly body: string
  /** Name, value, name, value …; the content type is added where it is missing. */
  readonly headers?: readonly string[]
}

/** What the exchange and its control routes share. */
export type World = {
  readonly clock: Clock
  readonly fills: FillPolicy[]
  /** Every accepted order of every market, in order of arrival. */
  readonly arrived: Order[]
}

/** An account or a further key of one, as the control route takes it; already checked. */
export type AccountRequest = {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string | undefined
  /** Keys with the same account name trade on one account; by default each key has its own. */
  readonly account: string
  readonly permissions: readonly string[]
  readonly ipAllowlist: readonly string[] | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined
  readonly environment: 'live' | 'paper'
  readonly positionMode: 'one-way' | 'hedge' | undefined
  readonly balances: ReadonlyMap<string, Amount>
  /** Rates by name, e.g. spot, futures, crypto. */
  readonly fees: ReadonlyMap<string, Amount>
  /** The exchange's own id for the account, where a test wants to choose it. */
  readonly uid: string | undefined
  /** The exchange's own switches, e.g. canTrade:false, passed on as they are. */
  readonly flags: ReadonlyMap<string, unknown>
}

/** One port of an exchange. */
export type Listener = {
  /** Entries of the printed table: name → path prefix on this port, e.g. {"alpaca:paper": "/paper"}. */
  readonly entries: Readonly<Record<string, string>>
  handle(request: WireRequest): WireReply
}

/** An exchange: what it serves, and what the control routes may do to it. Each folder of exchanges/ makes one. */
export type Venue = {
  readonly listeners: readonly Listener[]
  /** Adds a key, or replaces the one of the same name. Answers what the test may want to know, e.g. the uid. */
  putAccount(request: AccountRequest): Record<string, unknown>
  /** Revokes a key; its account and orders stay. */
  removeKey(apiKey: string): boolean
  /** Sets the price and fills what becomes marketable. False: no such symbol. */
  setPrice(symbol: string, price: Amount, market: 'spot' | 'futures' | undefined): boolean
  /** Adds or changes markets from a body of the markets route. Answers the symbols. Throws BadControl. */
  putMarkets(body: Readonly<Record<string, unknown>>): string[]
  /** Fills `quantity` more of an open order, all of it if undefined. False: no longer open. */
  fillOrder(order: Order, quantity: Amount | undefined): boolean
  /** Ends an open order without the client's doing. False: no longer open. */
  endOrder(order: Order, state: 'canceled' | 'expired'): boolean
  /** Opens or closes the market, where the exchange has hours. False: it has none. */
  setMarketOpen(open: boolean): boolean
  /** Forgets everything and puts the default markets and prices back. */
  reset(): void
}

/** A control request that cannot be served; the sentence says what is wrong with it. */
export class BadControl extends Error {
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}
