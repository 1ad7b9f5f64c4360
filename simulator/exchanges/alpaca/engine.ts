import { cut, floorTo, lesser, over, plain, times, type Amount } from '../../amount.ts'
import { newUuid } from '../../clock.ts'
import { takePolicy } from '../../fills.ts'
import { addOrder, addTrade, markEnded, markOpen, ordersOf, type Order } from '../../orders.ts'
import { activityId } from './activities.ts'
import type { Asset } from './assets.ts'
import { badField, forbidden, unprocessable } from './refusal.ts'
import { holdingOf, QUANTITY_DECIMALS, timeOf, waitsForOpening, type Account, type Alpaca, type Key } from './state.ts'

const ONE_SHARE = 10n ** 18n

/** An order whose fields were checked. */
export type Draft = {
  readonly asset: Asset
  /** `sell_to_close` and the like, where it was said. */
  readonly intent: string | undefined
  readonly side: 'BUY' | 'SELL'
  readonly type: 'market' | 'limit'
  readonly timeInForce: string
  readonly quantity: Amount | null
  readonly notional: Amount | null
  /** Quantity that the engine works on, also where the order is in money. */
  readonly target: Amount
  readonly limitPrice: Amount
  readonly clientOrderId: string
}

/** What the account or its funds forbid. Sources: Trading API "Orders", 403 and 422 answers. */
export function checkOrder(x: Alpaca, account: Account, draft: Draft): void {
  const { flags } = account
  if (flags.account_blocked || flags.trading_blocked) throw forbidden('account is not allowed to trade')
  if (flags.trade_suspended_by_user) throw forbidden('new orders are rejected by user request')
  const crypto = draft.asset.class === 'crypto'
  if ((crypto ? flags.crypto_status : flags.status) !== 'ACTIVE') {
    throw badField(`${draft.asset.class} orders not allowed for account`)
  }
  if (ordersOf(x.orders, account.name).byClientId.has(draft.clientOrderId)) {
    throw badField('client_order_id must be unique')
  }
  const { asset } = draft
  const inferred = intentOf(account, draft)
  if (draft.intent !== undefined && draft.intent !== inferred) {
    throw unprocessable(`position intent mismatch, inferred: ${inferred}, specified: ${draft.intent}`)
  }
  // "You can open a short position by submitting a sell order for a security that you have no open long position with."
  if (inferred === 'sell_to_open' && flags.shorting_enabled && draft.target % ONE_SHARE === 0n) return
  const [name, needed] = funds(account, draft)
  const holding = holdingOf(account, name)
  const available = holding.total - holding.held
  if (available >= needed) return
  if (crypto) {
    throw forbidden(`insufficient balance for ${name} (requested: ${plain(needed)}, available: ${plain(available)})`, {
      available: plain(available),
      balance: plain(holding.total),
      symbol: name,
    })
  }
  if (draft.side === 'BUY') {
    throw forbidden('insufficient buying power', { buying_power: plain(available), cost_basis: plain(needed) })
  }
  const asked = `(requested: ${plain(needed)}, available: ${plain(available)})`
  throw forbidden(`insufficient qty available for order ${asked}`, {
    available: plain(available),
    existing_qty: plain(holding.total),
    held_for_orders: plain(holding.held),
    symbol: asset.symbol,
  })
}

/** What an order does to the stock's position, which is either long or short: those of the other kind do not go with it. */
function intentOf(account: Account, { asset, side }: Draft): string {
  const { total } = holdingOf(account, asset.base)
  return side === 'BUY' ? (total < 0n ? 'buy_to_close' : 'buy_to_open') : total > 0n ? 'sell_to_close' : 'sell_to_open'
}

/** What the order sets aside: money for a buy, the asset for a sell, nothing where that opens a short position. */
function funds(account: Account, draft: Draft): [asset: string, needed: Amount] {
  if (draft.side === 'SELL') return [draft.asset.base, opensShort(account, draft) ? 0n : draft.target]
  if (draft.notional !== null) return [draft.asset.quote, draft.notional]
  return [draft.asset.quote, times(draft.target, draft.type === 'limit' ? draft.limitPrice : draft.asset.price)]
}

const opensShort = (account: Account, draft: Draft): boolean => account.flags.shorting_enabled && intentOf(account, draft) === 'sell_to_open'

/** Takes the order in; `matchOrder` makes it trade. The draft must have passed `checkOrder`. */
export function takeOrder(x: Alpaca, key: Key, draft: Draft, receivedAt: number): Order {
  const now = timeOf(x)
  const [asset, locked] = funds(key.account, draft)
  holdingOf(key.account, asset).held += locked
  const order: Order = {
    id: newUuid(),
    apiKey: key.apiKey,
    account: key.account.name,
    market: 'spot',
    symbol: draft.asset.symbol,
    side: draft.side,
    type: draft.type.toUpperCase(),
    timeInForce: draft.timeInForce,
    positionSide: 'BOTH',
    reduceOnly: false,
    clientOrderId: draft.clientOrderId,
    quantity: draft.quantity,
    quoteQuantity: draft.notional,
    target: draft.target,
    price: draft.limitPrice,
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
  addOrder(x.orders, order)
  markOpen(x.orders, order)
  return order
}

/** Matches an open order against the price; a stock's order waits while the market is closed. */
export function matchOrder(x: Alpaca, order: Order): void {
  const account = x.accounts.get(order.account)
  const asset = x.assets.get(order.symbol)
  if (account === undefined || asset === undefined || order.state !== 'open') return
  if (waitsForOpening(x, order)) return
  if (order.type === 'LIMIT' && !marketable(order, asset.price)) {
    if (order.timeInForce === 'ioc' || order.timeInForce === 'fok') endOrder(x, order, 'canceled')
    return
  }
  const policy = takePolicy(x.world.fills, order)
  if (policy === undefined) {
    execute(x, account, asset, order, order.target - order.filled, asset.price)
    return
  }
  const step = asset.minTradeIncrement
  const planned = floorTo(times(order.target, policy.fraction), step)
  const part = floorTo(planned / BigInt(policy.parts), step)
  for (let i = 1; i < policy.parts; i += 1) execute(x, account, asset, order, part, asset.price)
  execute(x, account, asset, order, planned - order.filled, asset.price)
  if (order.state !== 'open') return
  if (policy.rest === 'open') order.held = true
  else endOrder(x, order, policy.rest === 'expire' ? 'expired' : 'canceled')
}

function marketable(order: Order, price: Amount): boolean {
  return order.side === 'BUY' ? order.price >= price : order.price <= price
}

/** Books one execution: holdings, average price, the fee in what is received, the activities. */
function execute(x: Alpaca, account: Account, asset: Asset, order: Order, quantity: Amount, price: Amount): void {
  if (quantity <= 0n) return
  const quote = times(quantity, price)
  const buys = order.side === 'BUY'
  const rate = asset.class === 'crypto' ? account.fees.crypto : account.fees.stock
  const fee = cut(times(buys && asset.class === 'crypto' ? quantity : quote, rate), QUANTITY_DECIMALS)
  const things = holdingOf(account, asset.base)
  const money = holdingOf(account, asset.quote)
  const from = buys ? money : things
  const spent = buys ? quote : quantity
  const reserved = lesser(spent, order.locked)
  order.locked -= reserved
  from.held -= reserved
  if (buys) {
    const received = asset.class === 'crypto' ? quantity - fee : quantity
    const worth = times(things.total, things.averagePrice) + times(received, price)
    things.averagePrice = things.total + received > 0n ? over(worth, things.total + received) : 0n
    things.total += received
    money.total -= asset.class === 'crypto' ? quote : quote + fee
  } else {
    things.total -= quantity
    money.total += quote - fee
  }
  order.filled += quantity
  order.cost += quote
  order.updatedAt = timeOf(x)
  const feeAsset = buys && asset.class === 'crypto' ? asset.base : asset.quote
  const at = order.updatedAt
  const id = x.nextTradeId++
  const trade = { id, order, price, quantity, quote, fee, feeAsset, maker: false, realizedPnl: 0n, at }
  addTrade(x.orders, trade)
  const sums = { at, trade, cumulative: order.filled, leaves: order.target - order.filled }
  account.activities.push({ ...sums, id: activityId(at), kind: 'FILL' })
  if (fee > 0n) account.activities.push({ ...sums, id: activityId(at), kind: 'CFEE' })
  if (order.filled === order.target) finish(x, order, 'filled')
}

function finish(x: Alpaca, order: Order, state: 'filled' | 'canceled' | 'expired'): void {
  order.state = state
  order.updatedAt = timeOf(x)
  const account = x.accounts.get(order.account)
  const asset = x.assets.get(order.symbol)
  if (account !== undefined && asset !== undefined) {
    holdingOf(account, order.side === 'BUY' ? asset.quote : asset.base).held -= order.locked
  }
  order.locked = 0n
  markEnded(x.orders, order)
}

/** Ends an open order and frees what it had set aside. False: it is not open. */
export function endOrder(x: Alpaca, order: Order, state: 'canceled' | 'expired'): boolean {
  if (order.state !== 'open') return false
  finish(x, order, state)
  return true
}

/** Fills more of an open order at the current price, whatever the hour. */
export function fillOrder(x: Alpaca, order: Order, quantity: Amount | undefined): boolean {
  const account = x.accounts.get(order.account)
  const asset = x.assets.get(order.symbol)
  if (order.state !== 'open' || account === undefined || asset === undefined) return false
  const rest = order.target - order.filled
  execute(x, account, asset, order, lesser(quantity ?? rest, rest), asset.price)
  return true
}

/** Lets everything that is open and not held trade again: the price moved, or the market opened. */
export function matchOpen(x: Alpaca, symbols: Iterable<string>): void {
  for (const symbol of symbols) {
    for (const order of x.orders.openBySymbol.get(symbol) ?? []) if (!order.held) matchOrder(x, order)
  }
}
