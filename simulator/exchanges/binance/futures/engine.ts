import { cut, floorTo, lesser, magnitude, times, type Amount } from '../../../amount.ts'
import { takePolicy, type FillPolicy } from '../../../fills.ts'
import { addOrder, addTrade, markEnded, markOpen, ordersOf, type Order } from '../../../orders.ts'
import type { Account, Key } from '../accounts.ts'
import { Refusal } from '../refusal.ts'
import { timeOf, type Binance } from '../state.ts'
import { marginSums, movePosition, positionOf, settingOf } from './margin.ts'
import type { FuturesSymbol } from './symbols.ts'

/** An order whose parameters and rules were checked. */
export type FuturesDraft = {
  readonly symbol: FuturesSymbol
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
export function closable(account: Account, draft: FuturesDraft): Amount {
  const { size } = positionOf(account, draft.symbol.symbol, draft.positionSide)
  const against = size > 0n ? 'SELL' : 'BUY'
  return size !== 0n && draft.side === against ? lesser(magnitude(size), draft.quantity) : 0n
}

/** In hedge mode SELL of the long side and BUY of the short side close, whatever reduceOnly says. */
export function closes(draft: FuturesDraft): boolean {
  if (draft.positionSide === 'BOTH') return draft.reduceOnly
  return (draft.positionSide === 'LONG') === (draft.side === 'SELL')
}

/**
 * What only the engine refuses. Answers the quantity that it works on: a one-way reduce-only order is cut to the
 * position; in hedge mode a closing order above the position is refused.
 * Source: USD-M error codes -2019, -2022, -4116.
 */
export function checkFuturesOrder(x: Binance, account: Account, draft: FuturesDraft): Amount {
  if (draft.symbol.status !== 'TRADING') throw new Refusal(-4108, 'This symbol is not in trading status.')
  if (!account.canTrade) throw new Refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401)
  const mine = ordersOf(x.futures.orders, account.name)
  if (mine.byClientId.get(draft.clientOrderId)?.state === 'open') {
    throw new Refusal(-4116, 'ClientOrderId is duplicated.')
  }
  const closing = closable(account, draft)
  if (closes(draft)) {
    const tooMuch = draft.positionSide !== 'BOTH' && closing < draft.quantity
    if (closing === 0n || tooMuch) throw new Refusal(-2022, 'ReduceOnly Order is rejected.')
    return closing
  }
  const needed = openingMargin(account, draft, draft.quantity - closing)
  if (needed > 0n && needed > marginSums(x, account, draft.symbol.quote).available) {
    throw new Refusal(-2019, 'Margin is insufficient.')
  }
  return draft.quantity
}

/** Initial margin and the taker's fee of the part that opens or adds. */
function openingMargin(account: Account, draft: FuturesDraft, opening: Amount): Amount {
  if (opening <= 0n) return 0n
  const value = times(opening, draft.type === 'MARKET' ? draft.symbol.price : draft.price)
  return value / BigInt(settingOf(account, draft.symbol.symbol).leverage) + times(value, account.fees.futures)
}

/** Takes the order in and matches it. `target` is what `checkFuturesOrder` answered. */
export function placeFuturesOrder(
  x: Binance,
  key: Key,
  draft: FuturesDraft,
  target: Amount,
  receivedAt: number,
): Order {
  const now = timeOf(x)
  const opening = closes(draft) ? 0n : target - closable(key.account, draft)
  const order: Order = {
    id: String(draft.symbol.firstOrderId + BigInt(x.futures.nextOrderId++)),
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
  addOrder(x.futures.orders, order)
  match(x, key.account, draft.symbol, order, takePolicy(x.world.fills, order))
  return order
}

function match(x: Binance, account: Account, s: FuturesSymbol, order: Order, policy: FillPolicy | undefined): void {
  const takes = order.type === 'MARKET' || marketable(order, s.price)
  // GTX is post-only: it expires where it would take.
  if (order.timeInForce === 'GTX' && takes) return void endFuturesOrder(x, order, 'expired')
  if (policy !== undefined && takes) {
    fillByPolicy(x, account, s, order, policy)
  } else if (takes) {
    execute(x, account, s, order, order.target, s.price, false)
  } else if (order.timeInForce === 'IOC' || order.timeInForce === 'FOK') {
    return void endFuturesOrder(x, order, 'expired')
  }
  if (order.state === 'open') markOpen(x.futures.orders, order)
}

function marketable(order: Pick<Order, 'side' | 'price'>, price: Amount): boolean {
  return order.side === 'BUY' ? order.price >= price : order.price <= price
}

function fillByPolicy(x: Binance, account: Account, s: FuturesSymbol, order: Order, policy: FillPolicy): void {
  const planned = floorTo(times(order.target, policy.fraction), s.stepSize)
  const part = floorTo(planned / BigInt(policy.parts), s.stepSize)
  for (let i = 1; i < policy.parts; i += 1) execute(x, account, s, order, part, s.price, false)
  execute(x, account, s, order, planned - order.filled, s.price, false)
  if (order.state !== 'open') return
  if (policy.rest === 'open') order.held = true
  else endFuturesOrder(x, order, policy.rest === 'expire' ? 'expired' : 'canceled')
}

/** Books one execution: the position, its profit and the fee in the margin asset's wallet, the order's sums. */
function execute(
  x: Binance,
  account: Account,
  s: FuturesSymbol,
  order: Order,
  quantity: Amount,
  price: Amount,
  maker: boolean,
): void {
  if (quantity <= 0n) return
  const now = timeOf(x)
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
  const id = x.futures.nextTradeId++
  addTrade(x.futures.orders, { id, order, price, quantity, quote, fee, feeAsset: s.quote, maker, realizedPnl, at: now })
  if (order.filled === order.target) finish(x, order, 'filled')
}

function finish(x: Binance, order: Order, state: 'filled' | 'canceled' | 'expired'): void {
  order.state = state
  order.updatedAt = timeOf(x)
  order.locked = 0n
  markEnded(x.futures.orders, order)
}

/** Ends an open order and frees its margin. False: it is not open. */
export function endFuturesOrder(x: Binance, order: Order, state: 'canceled' | 'expired'): boolean {
  if (order.state !== 'open') return false
  finish(x, order, state)
  return true
}

/** Fills more of an open order; what would close more than is left of the position expires. */
export function fillFuturesOrder(x: Binance, order: Order, quantity: Amount | undefined, maker = false): boolean {
  const account = x.accounts.get(order.account)
  const s = x.futures.symbols.get(order.symbol)
  if (order.state !== 'open' || account === undefined || s === undefined) return false
  const rest = order.target - order.filled
  const draft = { ...order, symbol: s, quantity: rest } as FuturesDraft
  const most = closes(draft) ? closable(account, draft) : rest
  const price = maker ? order.price : s.price
  execute(x, account, s, order, lesser(quantity ?? rest, most), price, maker)
  if (order.state === 'open' && most < rest) finish(x, order, 'expired')
  return true
}

/** Sets the price and fills the resting orders that it reaches, at their limits, as makers. */
export function setFuturesPrice(x: Binance, s: FuturesSymbol, price: Amount): void {
  s.price = price
  for (const order of x.futures.orders.openBySymbol.get(s.symbol) ?? []) {
    if (!order.held && order.type !== 'MARKET' && marketable(order, price)) fillFuturesOrder(x, order, undefined, true)
  }
}
