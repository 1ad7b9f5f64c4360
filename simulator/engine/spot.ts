import { cut, floorTo, lesser, over, times, type Amount } from '../amount.ts'
import { takePolicy, type FillPolicy } from '../fills.ts'
import { addOrder, addTrade, markEnded, markOpen, type Order } from '../orders.ts'
import { spotBalance, type TradingAccount } from './accounts.ts'
import { marketable, timeAt, type Place, type Traded, type TradedMarket } from './market.ts'

/** Fees are cut to so many decimals. */
const DECIMALS = 8

/** Whose order it is. */
export type Sender = { readonly apiKey: string; readonly account: TradingAccount }

/** An order whose parameters and filters were checked. */
export type SpotDraft<S extends Traded = Traded> = {
  readonly symbol: S
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

/** What the order sets aside: quote for a buy, at its limit; base for a sell. */
export function funds(draft: SpotDraft): [asset: string, needed: Amount] {
  if (draft.side === 'SELL') return [draft.symbol.base, draft.target]
  if (draft.quoteQuantity !== null) return [draft.symbol.quote, draft.quoteQuantity]
  return [draft.symbol.quote, times(draft.target, draft.type === 'MARKET' ? draft.symbol.price : draft.price)]
}

/** Takes the order in and matches it. The exchange has checked the draft, funds included. */
export function placeSpotOrder(
  x: Place,
  m: TradedMarket<Traded>,
  key: Sender,
  draft: SpotDraft,
  id: string,
  receivedAt: number,
): Order {
  const now = timeAt(x)
  const [asset, locked] = funds(draft)
  const balance = spotBalance(key.account, asset)
  balance.free -= locked
  balance.locked += locked
  const order: Order = {
    id,
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
  addOrder(m.orders, order)
  match(x, m, key.account, draft.symbol, order, takePolicy(x.world.fills, order))
  return order
}

function match(x: Place, m: TradedMarket<Traded>, account: TradingAccount, s: Traded, order: Order, policy: FillPolicy | undefined): void {
  const takes = order.type === 'MARKET' || marketable(order, s.price)
  if (policy !== undefined && takes) {
    fillByPolicy(x, m, account, s, order, policy)
  } else if (takes) {
    execute(x, m, account, s, order, order.target, s.price, false)
  } else if (order.timeInForce !== 'GTC') {
    endSpotOrder(x, m, order, 'expired')
    return
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
  else endSpotOrder(x, m, order, policy.rest === 'expire' ? 'expired' : 'canceled')
}

/** Books one execution: balances, fee in what is received (source: the account's trade list), the order's sums. */
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
  const quote = times(quantity, price)
  const base = spotBalance(account, s.base)
  const money = spotBalance(account, s.quote)
  const buys = order.side === 'BUY'
  const inBase = buys && m.feeIn !== 'quote'
  const fee = cut(times(inBase ? quantity : quote, account.fees.spot), DECIMALS)
  const spent = buys ? quote : quantity
  const from = buys ? money : base
  const reserved = lesser(spent, order.locked)
  order.locked -= reserved
  from.locked -= reserved
  from.free -= spent - reserved
  if (buys) base.free += quantity
  else money.free += quote
  const feeAsset = inBase ? s.base : s.quote
  spotBalance(account, feeAsset).free -= fee
  order.filled += quantity
  order.cost += quote
  order.updatedAt = timeAt(x)
  const id = m.nextTradeId++
  const at = order.updatedAt
  addTrade(m.orders, { id, order, price, quantity, quote, fee, feeAsset, maker, realizedPnl: 0n, at })
  if (order.filled === order.target) finish(x, m, order, 'filled')
}

function finish(x: Place, m: TradedMarket<Traded>, order: Order, state: 'filled' | 'canceled' | 'expired'): void {
  order.state = state
  order.updatedAt = timeAt(x)
  const account = x.accounts.get(order.account)
  const s = m.symbols.get(order.symbol)
  if (account !== undefined && s !== undefined && order.locked > 0n) {
    const balance = spotBalance(account, order.side === 'BUY' ? s.quote : s.base)
    balance.locked -= order.locked
    balance.free += order.locked
  }
  order.locked = 0n
  markEnded(m.orders, order)
}

/** Ends an open order and frees what it had set aside. False: it is not open. */
export function endSpotOrder(x: Place, m: TradedMarket<Traded>, order: Order, state: 'canceled' | 'expired'): boolean {
  if (order.state !== 'open') return false
  finish(x, m, order, state)
  return true
}

/** Fills more of an open order at the current price, or at its limit where that is worse for the market. */
export function fillSpotOrder(x: Place, m: TradedMarket<Traded>, order: Order, quantity: Amount | undefined): boolean {
  const account = x.accounts.get(order.account)
  const s = m.symbols.get(order.symbol)
  if (order.state !== 'open' || account === undefined || s === undefined) return false
  const price = order.type === 'MARKET' || marketable(order, s.price) ? s.price : order.price
  const rest = order.target - order.filled
  const free = order.side === 'BUY' ? spotBalance(account, s.quote).free + order.locked : rest * 2n
  const affordable = order.side === 'BUY' ? floorTo(over(free, price), s.stepSize) : rest
  execute(x, m, account, s, order, lesser(lesser(quantity ?? rest, rest), affordable), price, order.type !== 'MARKET')
  // A market order whose money no longer buys the rest at the new price ends as the engine would end it.
  if (order.state === 'open' && affordable < rest) finish(x, m, order, 'expired')
  return true
}

/** Sets the price and fills the resting orders that it reaches, at their limits, as makers. */
export function setSpotPrice(x: Place, m: TradedMarket<Traded>, s: Traded, price: Amount): void {
  s.price = price
  for (const order of m.orders.openBySymbol.get(s.symbol) ?? []) {
    const account = x.accounts.get(order.account)
    if (order.held || order.type === 'MARKET' || account === undefined || !marketable(order, price)) continue
    execute(x, m, account, s, order, order.target - order.filled, order.price, true)
  }
}
