import { exchangeTime } from '../../clock.ts'
import type { World, WireRequest } from '../../venue.ts'
import type { OrderStore } from '../../orders.ts'
import type { Account, Key } from './accounts.ts'
import type { FuturesSymbol } from './futures/symbols.ts'
import type { WeightMeter } from './limits.ts'
import type { Params } from './params.ts'
import type { SpotSymbol } from './spot/symbols.ts'

/** Everything this exchange holds. */
export type Binance = {
  readonly world: World
  readonly keys: Map<string, Key>
  readonly accounts: Map<string, Account>
  readonly spot: Market<SpotSymbol>
  readonly futures: Market<FuturesSymbol>
  nextUid: number
}

export type Market<S> = {
  readonly symbols: Map<string, S>
  readonly orders: OrderStore
  readonly weights: WeightMeter
  /** Counted up with every change of the symbols, so that the big list can be kept as text. */
  version: number
  infoCache: { readonly version: number; readonly text: string } | undefined
  nextOrderId: number
  nextTradeId: number
}

/** A public request. */
export type Call = {
  readonly x: Binance
  readonly params: Params
  readonly request: WireRequest
}

/** A request by a key that was let in. */
export type SignedCall = Call & { readonly key: Key }

export type Endpoint = {
  readonly weight: number
  /** The parameters that /api/v3 knows here; any other is -1104. Absent: not checked, as on /sapi and /fapi. */
  readonly parameters?: ReadonlySet<string>
} & (
  | { readonly rights: null; answer(call: Call): unknown }
  | {
      /** Needed flags of apiRestrictions. */
      readonly rights: readonly string[]
      answer(call: SignedCall): unknown
      /** Which order counter the answer reports. */
      readonly counts?: 'spot' | 'futures'
    }
)

/** "METHOD /path" → endpoint. */
export type Endpoints = Readonly<Record<string, Endpoint>>

/** An answer that is JSON text already. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export function timeOf(x: Binance): number {
  return exchangeTime(x.world.clock)
}
