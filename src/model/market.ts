/** `futures` means linear, stablecoin-margined perpetuals. One connection serves one market. */
export const MARKETS = ['spot', 'futures'] as const
export type Market = (typeof MARKETS)[number]

/**
 * What an exchange demands of orders for one symbol. All quantities are in **base** units also where the exchange
 * counts contracts (its adapter converts), all notionals in quote; decimal texts.
 */
export interface MarketRules {
  readonly exchange: string
  readonly market: Market
  /** The exchange's own spelling: `BTCUSDT`, `BTC/USD`, `AAPL`. It is also what bots, orders and positions carry. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly assetClass: 'crypto' | 'stock'
  /** False while the exchange does not take orders for it (halted, delisting). */
  readonly trading: boolean
  /** Smallest increment of a market order's quantity, base. */
  readonly quantityStep: string
  readonly minQuantity: string
  /** Largest single market order, base; null: none stated. */
  readonly maxQuantity: string | null
  /** Smallest order value, quote; null: none. */
  readonly minNotional: string | null
  /** Whether `minNotional` also holds for reduce-only orders. */
  readonly minNotionalOnClose: boolean
  readonly priceTick: string
  /** Base per contract; `"1"` where the exchange counts base units itself. */
  readonly contractSize: string
  /** Step of a market buy sized in quote, where the exchange has such an order; else null. */
  readonly quoteStep: string | null
  /** Whether spot market buys can be sized in quote alone: a base amount is converted by price before. Absent: no. */
  readonly buysByQuoteOnly?: boolean
  /** `calendar`: only while the exchange's calendar says open (stocks); `always` otherwise. */
  readonly hours: 'always' | 'calendar'
}
