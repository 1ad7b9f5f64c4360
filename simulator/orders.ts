import type { Amount } from './amount.ts'

/** One order as every exchange here keeps it; how it looks on the wire is each exchange's own affair. */
export type Order = {
  /** The exchange's id, as text; ids of one store rise with arrival. */
  readonly id: string
  readonly apiKey: string
  /** The account's name: several keys may trade on one account. */
  readonly account: string
  readonly market: 'spot' | 'futures'
  readonly symbol: string
  readonly side: 'BUY' | 'SELL'
  readonly type: string
  readonly timeInForce: string
  readonly positionSide: 'BOTH' | 'LONG' | 'SHORT'
  readonly reduceOnly: boolean
  readonly clientOrderId: string
  /** Asked for in base; null where it was asked for in quote. */
  readonly quantity: Amount | null
  /** Asked for in quote; null where it was asked for in base. */
  readonly quoteQuantity: Amount | null
  /** Base quantity that the engine works on, also for an order in quote. */
  target: Amount
  /** Limit price; 0 for a market order. */
  readonly price: Amount
  /** Machine time in ms with a fraction, for measuring. */
  readonly receivedAt: number
  /** The exchange's time in ms. */
  readonly createdAt: number
  updatedAt: number
  state: 'open' | 'filled' | 'canceled' | 'expired'
  /** Kept from trading by a test's fill policy until the test lets it go on. */
  held: boolean
  filled: Amount
  /** Quote paid or received, before fees. */
  cost: Amount
  /** What is still set aside for it: quote for a buy, base for a sell, margin on futures. */
  locked: Amount
  readonly trades: Trade[]
}

/** One execution of an order. */
export type Trade = {
  readonly id: number
  readonly order: Order
  readonly price: Amount
  readonly quantity: Amount
  readonly quote: Amount
  readonly fee: Amount
  readonly feeAsset: string
  readonly maker: boolean
  readonly realizedPnl: Amount
  readonly at: number
}

/** What one account has sent to one market. */
export type AccountOrders = {
  /** By client order id, the newest with that id. */
  readonly byClientId: Map<string, Order>
  readonly bySymbol: Map<string, Order[]>
  readonly tradesBySymbol: Map<string, Trade[]>
  readonly open: Set<Order>
}

/** All orders of one market. Every look-up an exchange offers is one or two map reads, also with 100,000 orders. */
export type OrderStore = {
  readonly byId: Map<string, Order>
  readonly accounts: Map<string, AccountOrders>
  readonly openBySymbol: Map<string, Set<Order>>
  /** The list shared by all markets of an exchange: every order in order of arrival. */
  readonly arrived: Order[]
}

export function createOrderStore(arrived: Order[]): OrderStore {
  return { byId: new Map(), accounts: new Map(), openBySymbol: new Map(), arrived }
}

/** Everything the account has sent; made on first use. */
export function ordersOf(store: OrderStore, account: string): AccountOrders {
  let orders = store.accounts.get(account)
  if (orders === undefined) {
    orders = { byClientId: new Map(), bySymbol: new Map(), tradesBySymbol: new Map(), open: new Set() }
    store.accounts.set(account, orders)
  }
  return orders
}

/** Takes in an accepted order. */
export function addOrder(store: OrderStore, order: Order): void {
  store.arrived.push(order)
  store.byId.set(order.id, order)
  const mine = ordersOf(store, order.account)
  mine.byClientId.set(order.clientOrderId, order)
  append(mine.bySymbol, order.symbol, order)
}

/** Notes that an order rests on the book. */
export function markOpen(store: OrderStore, order: Order): void {
  ordersOf(store, order.account).open.add(order)
  let open = store.openBySymbol.get(order.symbol)
  if (open === undefined) store.openBySymbol.set(order.symbol, (open = new Set()))
  open.add(order)
}

/** Notes that an order has ended. */
export function markEnded(store: OrderStore, order: Order): void {
  ordersOf(store, order.account).open.delete(order)
  store.openBySymbol.get(order.symbol)?.delete(order)
}

/** Notes an execution. */
export function addTrade(store: OrderStore, trade: Trade): void {
  trade.order.trades.push(trade)
  append(ordersOf(store, trade.order.account).tradesBySymbol, trade.order.symbol, trade)
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}
