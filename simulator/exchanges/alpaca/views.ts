import { cut, fixed, over, plain, times, type Amount } from '../../amount.ts'
import type { Order } from '../../orders.ts'
import { assetView, type Asset } from './assets.ts'
import { waitsForOpening, type Account, type Alpaca } from './state.ts'

export function statusOf(x: Alpaca, order: Order): string {
  if (order.state !== 'open') return order.state
  if (order.filled > 0n) return 'partially_filled'
  return waitsForOpening(x, order) ? 'accepted' : 'new'
}

/** Microseconds as Alpaca writes them. */
function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`
}

/**
 * The order. `fresh`: as the answer to its own POST shows it, before the market has seen it.
 * Source: Trading API, order entity.
 */
export function orderView(x: Alpaca, order: Order, fresh = false) {
  const asset = x.assets.get(order.symbol)
  const filled = fresh ? 0n : order.filled
  const state = fresh ? 'open' : order.state
  const status = fresh ? (waitsForOpening(x, order) ? 'accepted' : 'pending_new') : statusOf(x, order)
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: stamp(order.createdAt),
    updated_at: stamp(fresh ? order.createdAt : order.updatedAt),
    submitted_at: stamp(order.createdAt),
    filled_at: state === 'filled' ? stamp(order.updatedAt) : null,
    expired_at: state === 'expired' ? stamp(order.updatedAt) : null,
    canceled_at: state === 'canceled' ? stamp(order.updatedAt) : null,
    failed_at: null,
    replaced_at: null,
    replaced_by: null,
    replaces: null,
    asset_id: asset?.id ?? '',
    symbol: order.symbol,
    asset_class: asset?.class ?? '',
    notional: order.quoteQuantity === null ? null : plain(order.quoteQuantity),
    qty: order.quantity === null ? null : plain(order.quantity),
    filled_qty: plain(filled),
    filled_avg_price: filled === 0n ? null : plain(cut(over(order.cost, order.filled), 9)),
    order_class: '',
    order_type: order.type.toLowerCase(),
    type: order.type.toLowerCase(),
    side: order.side.toLowerCase(),
    position_intent: order.side === 'BUY' ? 'buy_to_open' : 'sell_to_close',
    time_in_force: order.timeInForce,
    limit_price: order.price === 0n ? null : plain(order.price),
    stop_price: null,
    status,
    extended_hours: false,
    legs: null,
    trail_percent: null,
    trail_price: null,
    hwm: null,
    subtag: null,
    source: null,
    expires_at: order.timeInForce === 'day' ? stamp(order.createdAt + 86_400_000) : null,
  }
}

/** What is held of an asset, as a position. Crypto positions have the symbol without its slash. */
export function positionView(account: Account, asset: Asset) {
  const holding = account.holdings.get(asset.base) ?? { total: 0n, held: 0n, averagePrice: 0n }
  const cost = times(holding.total, holding.averagePrice)
  const value = times(holding.total, asset.price)
  const part = cost === 0n ? 0n : over(value - cost, cost)
  return {
    asset_id: asset.id,
    symbol: asset.symbol.replace('/', ''),
    exchange: asset.exchange,
    asset_class: asset.class,
    asset_marginable: assetView(asset).marginable,
    qty: plain(holding.total),
    qty_available: plain(holding.total - holding.held),
    avg_entry_price: plain(cut(holding.averagePrice, 9)),
    side: holding.total < 0n ? 'short' : 'long',
    market_value: plain(cut(value, 9)),
    cost_basis: plain(cut(cost, 9)),
    unrealized_pl: plain(cut(value - cost, 9)),
    unrealized_plpc: fixed(part, 9),
    unrealized_intraday_pl: '0',
    unrealized_intraday_plpc: '0',
    current_price: plain(asset.price),
    lastday_price: plain(asset.price),
    change_today: '0',
  }
}

/** The assets that the account holds, each through its pair with USD. */
export function heldAssets(x: Alpaca, account: Account): Asset[] {
  return [...account.holdings].flatMap(([name, holding]) => {
    if (name === 'USD' || holding.total === 0n) return []
    return x.assets.get(name) ?? x.assets.get(`${name}/USD`) ?? []
  })
}

/** Source: Trading API, account entity. A cash account: its buying power is its free cash. */
export function accountView(x: Alpaca, account: Account) {
  const usd = account.holdings.get('USD') ?? { total: 0n, held: 0n }
  const cash = fixedMoney(usd.total)
  const free = fixedMoney(usd.total - usd.held)
  let value = 0n
  for (const asset of heldAssets(x, account)) value += times(account.holdings.get(asset.base)!.total, asset.price)
  const equity = fixedMoney(usd.total + value)
  return {
    id: account.id,
    admin_configurations: {},
    user_configurations: null,
    account_number: account.number,
    status: account.flags.status,
    crypto_status: account.flags.crypto_status,
    currency: 'USD',
    buying_power: free,
    regt_buying_power: free,
    daytrading_buying_power: '0',
    effective_buying_power: free,
    non_marginable_buying_power: free,
    cash,
    accrued_fees: '0',
    pending_transfer_in: '0',
    portfolio_value: equity,
    pattern_day_trader: false,
    trading_blocked: account.flags.trading_blocked,
    transfers_blocked: account.flags.transfers_blocked,
    account_blocked: account.flags.account_blocked,
    created_at: stamp(account.createdAt),
    trade_suspended_by_user: account.flags.trade_suspended_by_user,
    multiplier: '1',
    shorting_enabled: account.flags.shorting_enabled,
    equity,
    last_equity: equity,
    long_market_value: fixedMoney(value),
    short_market_value: '0',
    position_market_value: fixedMoney(value),
    initial_margin: '0',
    maintenance_margin: '0',
    last_maintenance_margin: '0',
    sma: '0',
    daytrade_count: 0,
    balance_asof: new Date(account.createdAt).toISOString().slice(0, 10),
    crypto_tier: 1,
  }
}

function fixedMoney(value: Amount): string {
  return plain(cut(value, 9))
}
