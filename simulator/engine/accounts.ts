import type { Amount } from '../amount.ts'

/** What trading does to an account, on every exchange alike. */
export type TradingAccount = {
  readonly name: string
  readonly uid: number
  readonly spot: Map<string, SpotBalance>
  readonly futures: FuturesBook
  readonly fees: { spot: Amount; futures: Amount }
}

export type SpotBalance = { free: Amount; locked: Amount }

export type FuturesBook = {
  /** Wallet balance by margin asset. */
  readonly wallets: Wallets
  /** By "SYMBOL:SIDE". */
  readonly positions: Map<string, Position>
  readonly settings: Map<string, SymbolSetting>
  hedge: boolean
}

/** As much of a map as wallets need; a unified account has another one, over its spot balances. */
export type Wallets = Pick<Map<string, Amount>, 'get' | 'set' | 'keys'>

export type Position = {
  readonly symbol: string
  readonly side: 'BOTH' | 'LONG' | 'SHORT'
  /** Signed: below zero is short. */
  size: Amount
  entryPrice: Amount
  updatedAt: number
}

export type SymbolSetting = { leverage: number; marginType: 'CROSSED' | 'ISOLATED' }

/** An empty account. `unified`: spot balances are the margin of contracts. */
export function openAccount(
  name: string,
  uid: number,
  fees: TradingAccount['fees'],
  unified = false,
): TradingAccount {
  const spot = new Map<string, SpotBalance>()
  const wallets = unified ? unifiedWallets(spot) : new Map<string, Amount>()
  return {
    name,
    uid,
    spot,
    futures: { wallets, positions: new Map(), settings: new Map(), hedge: false },
    fees: { ...fees },
  }
}

/** The spot balance of an asset; made empty where there is none. */
export function spotBalance(account: Pick<TradingAccount, 'spot'>, asset: string): SpotBalance {
  let balance = account.spot.get(asset)
  if (balance === undefined) account.spot.set(asset, (balance = { free: 0n, locked: 0n }))
  return balance
}

/** One purse for both markets: what contracts gain and lose, the spot balance gains and loses. */
function unifiedWallets(spot: Map<string, SpotBalance>): Wallets {
  const wallets: Wallets = {
    get(asset) {
      const balance = spot.get(asset)
      return balance === undefined ? undefined : balance.free + balance.locked
    },
    set(asset, value) {
      const balance = spotBalance({ spot }, asset)
      balance.free = value - balance.locked
      return wallets as Map<string, Amount>
    },
    keys: () => spot.keys(),
  }
  return wallets
}
