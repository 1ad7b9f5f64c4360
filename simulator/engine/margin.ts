import { lesser, magnitude, over, times, type Amount } from '../amount.ts'
import { ordersOf } from '../orders.ts'
import type { Position, SymbolSetting, TradingAccount } from './accounts.ts'
import type { Traded, TradedMarket } from './market.ts'

const DEFAULT_SETTING: SymbolSetting = { leverage: 20, marginType: 'CROSSED' }

/** Leverage and margin type of a symbol; 20 and crossed until the account says otherwise. */
export function settingOf(account: TradingAccount, symbol: string): SymbolSetting {
  return account.futures.settings.get(symbol) ?? DEFAULT_SETTING
}

export function changeSetting(account: TradingAccount, symbol: string, change: Partial<SymbolSetting>): void {
  account.futures.settings.set(symbol, { ...settingOf(account, symbol), ...change })
}

/** The position, or an empty one that is not kept. */
export function positionOf(account: TradingAccount, symbol: string, side: Position['side']): Position {
  return account.futures.positions.get(`${symbol}:${side}`) ?? { symbol, side, size: 0n, entryPrice: 0n, updatedAt: 0 }
}

/** size × (mark − entry): positive for a long below, a short above the mark. */
export function unrealized(position: Position, mark: Amount): Amount {
  return times(position.size, mark - position.entryPrice)
}

/** Margin that the position binds: its value at mark over the leverage. */
export function positionMargin(account: TradingAccount, position: Position, mark: Amount): Amount {
  return times(magnitude(position.size), mark) / BigInt(settingOf(account, position.symbol).leverage)
}

export type MarginSums = {
  readonly wallet: Amount
  readonly unrealized: Amount
  readonly positions: Amount
  readonly orders: Amount
  readonly available: Amount
}

/** Where the account stands in one margin asset. */
export function marginSums(m: TradedMarket<Traded>, account: TradingAccount, asset: string): MarginSums {
  const wallet = account.futures.wallets.get(asset) ?? 0n
  let profit = 0n
  let positions = 0n
  for (const position of account.futures.positions.values()) {
    const s = m.symbols.get(position.symbol)
    if (position.size === 0n || s === undefined || s.quote !== asset) continue
    profit += unrealized(position, s.price)
    positions += positionMargin(account, position, s.price)
  }
  let orders = 0n
  for (const order of ordersOf(m.orders, account.name).open) {
    if (m.symbols.get(order.symbol)?.quote === asset) orders += order.locked
  }
  const free = wallet + profit - positions - orders
  return { wallet, unrealized: profit, positions, orders, available: free > 0n ? free : 0n }
}

/** Moves the position by a signed quantity at a price. Answers the profit that the closed part made. */
export function movePosition(
  account: TradingAccount,
  symbol: string,
  side: Position['side'],
  change: Amount,
  price: Amount,
  now: number,
): Amount {
  const key = `${symbol}:${side}`
  const position = positionOf(account, symbol, side)
  account.futures.positions.set(key, position)
  position.updatedAt = now
  const grows = position.size === 0n || position.size > 0n === change > 0n
  if (grows) {
    const value = times(magnitude(position.size), position.entryPrice) + times(magnitude(change), price)
    position.size += change
    position.entryPrice = over(value, magnitude(position.size))
    return 0n
  }
  const closed = lesser(magnitude(change), magnitude(position.size))
  const profit = times(position.size > 0n ? closed : -closed, price - position.entryPrice)
  position.size += change
  if (position.size === 0n) position.entryPrice = 0n
  else if (closed < magnitude(change)) position.entryPrice = price
  return profit
}
