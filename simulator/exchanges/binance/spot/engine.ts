import { cut, floorTo, lesser, over, times, type Amount } from '../../../amount.ts'
import { takePolicy, type FillPolicy } from '../../../fills.ts'
import { addOrder, addTrade, markEnded, markOpen, ordersOf, type Order } from '../../../orders.ts'
import { spotBalance, type Account, type Key } from '../accounts.ts'
import { Refusal } from '../refusal.ts'
import { timeOf, type Binance } from '../state.ts'
import { SPOT_DECIMALS, type SpotSymbol } from './symbols.ts'

/** An order whose parameters and filters were checked. */
export type SpotDraft = {
  readonly symbol: SpotSymbol
  readonly side: 'BUY' | 'SELL'
  readonly type: 'MARKET' | 'LIMIT' | 'LIMIT_MAKER'
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK'
  readonly quantity: Amount | null
  readonly quoteQuantity: Amount | null
  /** Base quantity, also where the order is in quote. */
  readonly target: Amount
  readonly price: Amount
  readonly clientOrderId: string
}

const MAXIMUM_OPEN_ORDERS = 200

/** What only the matching engine refuses: a repeated id, a post-only order that would take, missing funds. */
export function checkSpotOrder(x: Binance, account: Account, draft: SpotDraft): void {
  if (draft.symbol.status !== 'TRADING') throw new Refusal(-1013, 'Market is closed.')
  if (!account.canTrade) throw new Refusal(-2010, 'This action is disabled on this account.')
  const mine = ordersOf(x.spot.orders, account.name)
  const same = mine.byClientId.get(draft.clientOrderId)
  // "Orders with the same newClientOrderID can be accepted only when the previous one is filled": rest-api.md.
  if (same !== undefined && same.state === 'open') throw new Refusal(-2010, 'Duplicate order sent.')
  if (draft.type === 'LIMIT_MAKER' && marketable(draft, draft.symbol.price)) {
    throw new Refusal(-2010, 'Order would immediately match and take.')
  }
  if (mine.open.size >= MAXIMUM_OPEN_ORDERS) {
    let open = 0
    for (const order of mine.open) if (order.symbol === draft.symbol.symbol) open += 1
    if (open >= MAXIMUM_OPEN_ORDERS) throw new Refusal(-1013, 'Filter failure: MAX_NUM_ORDERS')
  }
  const [asset, needed] = funds(draft)
  if (spotBalance(account, asset).free < needed) {
    throw new Refusal(-2010, 'Account has insufficient balance for requested action.')
  }
}

/** What the order sets aside: quote for a buy, at its limit; base for a sell. */
function funds(draft: SpotDraft): [asset: string, needed: Amount] {
  if (draft.side === 'SELL') return [draft.symbol.base, draft.target]
  if (draft.quoteQuantity !== null) return [draft.symbol.quote, draft.quoteQuantity]
  return [draft.symbol.quote, times(draft.target, draft.type === 'MARKET' ? draft.symbol.price : draft.price)]
}

/** Takes the order in and matches it. The draft must have passed `checkSpotOrder`. */
export function placeSpotOrder(x: Binance, key: Key, draft: SpotDraft, receivedAt: number): Order {
  const now = timeOf(x)
  const [asset, locked] = funds(draft)
  const balance = spotBalance(key.account, asset)
  balance.free -= locked
  balance.locked += locked
  const order: Order = {
    id: String(x.spot.nextOrderId++),
    apiKey: key.apiKey,
    account: key.account.name,
    market: 'spot',
    symbol: draft.symbol.symbol,
    side: draft.side,
    type: draft.type,
    timeInForce: draft.timeInForce,
    positionSide: 'BOTH',
    reduceOnly: false,
    clientOrderId: draft.clientOrderId,
    quantity: draft.quantity,
    quoteQuantity: draft.quoteQuantity,
    target: draft.target,
    price: draft.price,
    receivedAt,
    createdAt: now,
    updatedAt: now,
    state: 'open',
    held: false,
    filled: 0n,
    cost: 0n,
    locked,
    trades: [],
  }
  addOrder(x.spot.orders, order)
  match(x, key.account, draft.symbol, order, takePolicy(x.world.fills, order))
  return order
}

function match(x: Binance, account: Account, s: SpotSymbol, order: Order, policy: FillPolicy | undefined): void {
  const takes = order.type === 'MARKET' || marketable(order, s.price)
  if (policy !== undefined && takes) {
    fillByPolicy(x, account, s, order, policy)
  } else if (takes) {
    execute(x, account, s, order, order.target, s.price, false)
  } else if (order.timeInForce !== 'GTC') {
    endSpotOrder(x, order, 'expired')
    return
  }
  if (order.state === 'open') markOpen(x.spot.orders, order)
}

function marketable(order: Pick<Order, 'side' | 'price'>, price: Amount): boolean {
  return order.side === 'BUY' ? order.price >= price : order.price <= price
}

function fillByPolicy(x: Binance, account: Account, s: SpotSymbol, order: Order, policy: FillPolicy): void {
  const planned = floorTo(times(order.target, policy.fraction), s.stepSize)
  const part = floorTo(planned / BigInt(policy.parts), s.stepSize)
  for (let i = 1; i < policy.parts; i += 1) execute(x, account, s, order, part, s.price, false)
  execute(x, account, s, order, planned - order.filled, s.price, false)
  if (order.state !== 'open') return
  if (policy.rest === 'open') order.held = true
  else endSpotOrder(x, order, policy.rest === 'expire' ? 'expired' : 'canceled')
}

/** Books one execution: balances, fee in what is received (source: the account's trade list), the order's sums. */
function execute(
  x: Binance,
  account: Account,
  s: SpotSymbol,
  order: Order,
  quantity: Amount,
  price: Amount,
  maker: boolean,
): void {
  if (quantity <= 0n) return
  const quote = times(quantity, price)
  const base = spotBalance(account, s.base)
  const money = spotBalance(account, s.quote)
  const buys = order.side === 'BUY'
  const fee = cut(times(buys ? quantity : quote, account.fees.spot), SPOT_DECIMALS)
  const spent = buys ? quote : quantity
  const from = buys ? money : base
  const reserved = lesser(spent, order.locked)
  order.locked -= reserved
  from.locked -= reserved
  from.free -= spent - reserved
  if (buys) base.free += quantity - fee
  else money.free += quote - fee
  order.filled += quantity
  order.cost += quote
  order.updatedAt = timeOf(x)
  const feeAsset = buys ? s.base : s.quote
  const id = x.spot.nextTradeId++
  const at = order.updatedAt
  addTrade(x.spot.orders, { id, order, price, quantity, quote, fee, feeAsset, maker, realizedPnl: 0n, at })
  if (order.filled === order.target) finish(x, order, 'filled')
}

function finish(x: Binance, order: Order, state: 'filled' | 'canceled' | 'expired'): void {
  order.state = state
  order.updatedAt = timeOf(x)
  const account = x.accounts.get(order.account)
  const s = x.spot.symbols.get(order.symbol)
  if (account !== undefined && s !== undefined && order.locked > 0n) {
    const balance = spotBalance(account, order.side === 'BUY' ? s.quote : s.base)
    balance.locked -= order.locked
    balance.free += order.locked
  }
  order.locked = 0n
  markEnded(x.spot.orders, order)
}

/** Ends an open order and frees what it had set aside. False: it is not open. */
export function endSpotOrder(x: Binance, order: Order, state: 'canceled' | 'expired'): boolean {
  if (order.state !== 'open') return false
  finish(x, order, state)
  return true
}

/** Fills more of an open order at the current price, or at its limit where that is worse for the market. */
export function fillSpotOrder(x: Binance, order: Order, quantity: Amount | undefined): boolean {
  const account = x.accounts.get(order.account)
  const s = x.spot.symbols.get(order.symbol)
  if (order.state !== 'open' || account === undefined || s === undefined) return false
  const price = order.type === 'MARKET' || marketable(order, s.price) ? s.price : order.price
  const rest = order.target - order.filled
  const free = order.side === 'BUY' ? spotBalance(account, s.quote).free + order.locked : rest * 2n
  const affordable = order.side === 'BUY' ? floorTo(over(free, price), s.stepSize) : rest
  execute(x, account, s, order, lesser(lesser(quantity ?? rest, rest), affordable), price, order.type !== 'MARKET')
  // A market order whose money no longer buys the rest at the new price ends as the engine would end it.
  if (order.state === 'open' && affordable < rest) finish(x, order, 'expired')
  return true
}

/** Sets the price and fills the resting orders that it reaches, at their limits, as makers. */
export function setSpotPrice(x: Binance, s: SpotSymbol, price: Amount): void {
  s.price = price
  for (const order of x.spot.orders.openBySymbol.get(s.symbol) ?? []) {
    const account = x.accounts.get(order.account)
    if (order.held || order.type === 'MARKET' || account === undefined || !marketable(order, price)) continue
    execute(x, account, s, order, order.target - order.filled, order.price, true)
  }
}
