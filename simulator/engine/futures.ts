import { cut, floorTo, lesser, magnitude, times, type Amount } from '../amount.ts'
import { takePolicy, type FillPolicy } from '../fills.ts'
import { addOrder, addTrade, markEnded, markOpen, type Order } from '../orders.ts'
import type { TradingAccount } from './accounts.ts'
import { movePosition, positionOf, settingOf } from './margin.ts'
import { marketable, timeAt, type Place, type Traded, type TradedMarket } from './market.ts'
import type { Sender } from './spot.ts'

/** An order whose parameters and rules were checked. */
export type FuturesDraft<S extends Traded = Traded> = {
  readonly symbol: S
  readonly side: 'BUY' | 'SELL'
  readonly type: 'MARKET' | 'LIMIT'
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK' | 'GTX'
  readonly positionSide: 'BOTH' | 'LONG' | 'SHORT'
  readonly reduceOnly: boolean
  readonly quantity: Amount
  readonly price: Amount
  readonly clientOrderId: string
}

/** How much of the order closes what the account holds. */
export function closable(account: TradingAccount, draft: FuturesDraft): Amount {
  const { size } = positionOf(account, draft.symbol.symbol, draft.positionSide)
  const against = size > 0n ? 'SELL' : 'BUY'
  return size !== 0n && draft.side === against ? lesser(magnitude(size), draft.quantity) : 0n
}

/** In hedge mode SELL of the long side and BUY of the short side close, whatever reduceOnly says. */
export function closes(draft: FuturesDraft): boolean {
  if (draft.positionSide === 'BOTH') return draft.reduceOnly
  return (draft.positionSide === 'LONG') === (draft.side === 'SELL')
}

/** Initial margin and the taker's fee of the part that opens or adds. */
export function openingMargin(account: TradingAccount, draft: FuturesDraft, opening: Amount): Amount {
  if (opening <= 0n) return 0n
  const value = times(opening, draft.type === 'MARKET' ? draft.symbol.price : draft.price)
  return value / BigInt(settingOf(account, draft.symbol.symbol).leverage) + times(value, account.fees.futures)
}

/** Takes the order in and matches it. `target`: what it works on; a reduce-only order is cut to the position. */
export function placeFuturesOrder(
  x: Place,
  m: TradedMarket<Traded>,
  key: Sender,
  draft: FuturesDraft,
  target: Amount,
  id: string,
  receivedAt: number,
): Order {
  const now = timeAt(x)
  const opening = closes(draft) ? 0n : target - closable(key.account, draft)
  const order: Order = {
    id,
    apiKey: key.apiKey,
    account: key.account.name,
    market: 'futures',
    symbol: draft.symbol.symbol,
    side: draft.side,
    type: draft.type,
    timeInForce: draft.timeInForce,
    positionSide: draft.positionSide,
    reduceOnly: draft.reduceOnly,
    clientOrderId: draft.clientOrderId,
    quantity: draft.quantity,
    quoteQuantity: null,
    target,
    price: draft.price,
    receivedAt,
    createdAt: now,
    updatedAt: now,
    state: 'open',
    held: false,
    filled: 0n,
    cost: 0n,
    locked: openingMargin(key.account, draft, opening),
    trades: [],
  }
  addOrder(m.orders, order)
  match(x, m, key.account, draft.symbol, order, takePolicy(x.world.fills, order))
  return order
}

function match(x: Place, m: TradedMarket<Traded>, account: TradingAccount, s: Traded, order: Order, policy: FillPolicy | undefined): void {
  const takes = order.type === 'MARKET' || marketable(order, s.price)
  // GTX is post-only: it expires where it would take.
  if (order.timeInForce === 'GTX' && takes) return void endFuturesOrder(x, m, order, 'expired')
  if (policy !== undefined && takes) {
    fillByPolicy(x, m, account, s, order, policy)
  } else if (takes) {
    execute(x, m, account, s, order, order.target, s.price, false)
  } else if (order.timeInForce === 'IOC' || order.timeInForce === 'FOK') {
    return void endFuturesOrder(x, m, order, 'expired')
  }
  if (order.state === 'open') markOpen(m.orders, order)
}

function fillByPolicy(x: Place, m: TradedMarket<Traded>, account: TradingAccount, s: Traded, order: Order, policy: FillPolicy): void {
  const planned = floorTo(times(order.target, policy.fraction), s.stepSize)
  const part = floorTo(planned / BigInt(policy.parts), s.stepSize)
  for (let i = 1; i < policy.parts; i += 1) execute(x, m, account, s, order, part, s.price, false)
  execute(x, m, account, s, order, planned - order.filled, s.price, false)
  if (order.state !== 'open') return
  if (policy.rest === 'open') order.held = true
  else endFuturesOrder(x, m, order, policy.rest === 'expire' ? 'expired' : 'canceled')
}

/** Books one execution: the position, its profit and the fee in the margin asset's wallet, the order's sums. */
function execute(
  x: Place,
  m: TradedMarket<Traded>,
  account: TradingAccount,
  s: Traded,
  order: Order,
  quantity: Amount,
  price: Amount,
  maker: boolean,
): void {
  if (quantity <= 0n) return
  const now = timeAt(x)
  const quote = times(quantity, price)
  const change = order.side === 'BUY' ? quantity : -quantity
  const realizedPnl = cut(movePosition(account, s.symbol, order.positionSide, change, price, now), 8)
  const fee = cut(times(quote, account.fees.futures), 8)
  const { wallets } = account.futures
  wallets.set(s.quote, (wallets.get(s.quote) ?? 0n) + realizedPnl - fee)
  order.locked -= (order.locked * quantity) / (order.target - order.filled)
  order.filled += quantity
  order.cost += quote
  order.updatedAt = now
  const id = m.nextTradeId++
  addTrade(m.orders, { id, order, price, quantity, quote, fee, feeAsset: s.quote, maker, realizedPnl, at: now })
  if (order.filled === order.target) finish(x, m, order, 'filled')
}

function finish(x: Place, m: TradedMarket<Traded>, order: Order, state: 'filled' | 'canceled' | 'expired'): void {
  order.state = state
  order.updatedAt = timeAt(x)
  order.locked = 0n
  markEnded(m.orders, order)
}

/** Ends an open order and frees its margin. False: it is not open. */
export function endFuturesOrder(x: Place, m: TradedMarket<Traded>, order: Order, state: 'canceled' | 'expired'): boolean {
  if (order.state !== 'open') return false
  finish(x, m, order, state)
  return true
}

/** Fills more of an open order; what would close more than is left of the position expires. */
export function fillFuturesOrder(x: Place, m: TradedMarket<Traded>, order: Order, quantity: Amount | undefined, maker = false): boolean {
  const account = x.accounts.get(order.account)
  const s = m.symbols.get(order.symbol)
  if (order.state !== 'open' || account === undefined || s === undefined) return false
  const rest = order.target - order.filled
  const draft = { ...order, symbol: s, quantity: rest } as FuturesDraft
  const most = closes(draft) ? closable(account, draft) : rest
  const price = maker ? order.price : s.price
  execute(x, m, account, s, order, lesser(quantity ?? rest, most), price, maker)
  if (order.state === 'open' && most < rest) finish(x, m, order, 'expired')
  return true
}

/** Sets the price and fills the resting orders that it reaches, at their limits, as makers. */
export function setFuturesPrice(x: Place, m: TradedMarket<Traded>, s: Traded, price: Amount): void {
  s.price = price
  for (const order of m.orders.openBySymbol.get(s.symbol) ?? []) {
    if (!order.held && order.type !== 'MARKET' && marketable(order, price)) fillFuturesOrder(x, m, order, undefined, true)
  }
}
