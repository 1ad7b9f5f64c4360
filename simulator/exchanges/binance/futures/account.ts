import { fixed, plain, times, type Amount } from '../../../amount.ts'
import type { Position } from '../../../engine/accounts.ts'
import {
  changeSetting,
  marginSums,
  positionMargin,
  positionOf,
  settingOf,
  unrealized,
} from '../../../engine/margin.ts'
import { ordersOf } from '../../../orders.ts'
import type { Account } from '../accounts.ts'
import { optional, optionalFlag, optionalWhole, required } from '../params.ts'
import { illegal, mandatory, Refusal } from '../refusal.ts'
import { timeOf, type Binance, type Endpoints, type SignedCall } from '../state.ts'
import { contractOf } from './order-params.ts'
import type { FuturesSymbol } from './symbols.ts'

const FUTURES = ['enableFutures'] as const
const MAXIMUM_LEVERAGE = 125
const DONE = { code: 200, msg: 'success' }

/** Account, positions and settings of /fapi. Source: USD-M Futures, REST API, Account and Trade. */
export const FUTURES_ACCOUNT: Endpoints = {
  'GET /fapi/v2/account': { weight: 5, rights: FUTURES, answer: (call) => accountView(call, 2) },
  'GET /fapi/v3/account': { weight: 5, rights: FUTURES, answer: (call) => accountView(call, 3) },
  'GET /fapi/v2/balance': { weight: 5, rights: FUTURES, answer: balanceView },
  'GET /fapi/v3/balance': { weight: 5, rights: FUTURES, answer: balanceView },
  'GET /fapi/v2/positionRisk': { weight: 5, rights: FUTURES, answer: (call) => positionRisk(call, 2) },
  'GET /fapi/v3/positionRisk': { weight: 5, rights: FUTURES, answer: (call) => positionRisk(call, 3) },
  'GET /fapi/v1/accountConfig': { weight: 5, rights: FUTURES, answer: ({ key }) => configView(key.account) },
  'GET /fapi/v1/symbolConfig': { weight: 5, rights: FUTURES, answer: symbolConfig },
  'GET /fapi/v1/commissionRate': {
    weight: 20,
    rights: FUTURES,
    answer: ({ x, params, key }) => {
      const rate = plain(key.account.fees.futures)
      return { symbol: contractOf(x, params).symbol, makerCommissionRate: rate, takerCommissionRate: rate }
    },
  },
  'GET /fapi/v1/positionSide/dual': {
    weight: 30,
    rights: FUTURES,
    answer: ({ key }) => ({ dualSidePosition: key.account.futures.hedge }),
  },
  'POST /fapi/v1/positionSide/dual': { weight: 1, rights: FUTURES, answer: changeMode },
  'GET /fapi/v1/multiAssetsMargin': {
    weight: 30,
    rights: FUTURES,
    answer: ({ key }) => ({ multiAssetsMargin: key.account.futures.multiAssets }),
  },
  'POST /fapi/v1/leverage': { weight: 1, rights: FUTURES, answer: changeLeverage },
  'POST /fapi/v1/marginType': { weight: 1, rights: FUTURES, answer: changeMarginType },
  'GET /fapi/v1/leverageBracket': { weight: 1, rights: FUTURES, answer: brackets },
}

function coins(x: Binance, account: Account): string[] {
  const names = new Set(account.futures.wallets.keys())
  for (const symbol of x.futures.symbols.values()) names.add(symbol.quote)
  return [...names]
}

function balanceView({ x, key }: SignedCall): unknown {
  return coins(x, key.account).map((asset) => {
    const sums = marginSums(x.futures, key.account, asset)
    return {
      accountAlias: 'SgsR',
      asset,
      balance: fixed(sums.wallet, 8),
      crossWalletBalance: fixed(sums.wallet, 8),
      crossUnPnl: fixed(sums.unrealized, 8),
      availableBalance: fixed(sums.available, 8),
      maxWithdrawAmount: fixed(sums.available, 8),
      marginAvailable: true,
      updateTime: timeOf(x),
    }
  })
}

/** v2 lists every symbol and the account's switches; v3 only positions that there are. */
function accountView({ x, key }: SignedCall, version: 2 | 3): unknown {
  const { account } = key
  const assets = coins(x, account).map((asset) => ({ asset, ...marginSums(x.futures, account, asset) }))
  // In single-asset mode the totals are those of USDT.
  const total = marginSums(x.futures, account, 'USDT')
  const now = timeOf(x)
  return {
    ...(version === 2 ? { ...configView(account), feeBurn: true } : undefined),
    totalInitialMargin: fixed(total.positions + total.orders, 8),
    totalMaintMargin: '0.00000000',
    totalWalletBalance: fixed(total.wallet, 8),
    totalUnrealizedProfit: fixed(total.unrealized, 8),
    totalMarginBalance: fixed(total.wallet + total.unrealized, 8),
    totalPositionInitialMargin: fixed(total.positions, 8),
    totalOpenOrderInitialMargin: fixed(total.orders, 8),
    totalCrossWalletBalance: fixed(total.wallet, 8),
    totalCrossUnPnl: fixed(total.unrealized, 8),
    availableBalance: fixed(total.available, 8),
    maxWithdrawAmount: fixed(total.available, 8),
    assets: assets.map((sums) => ({
      asset: sums.asset,
      walletBalance: fixed(sums.wallet, 8),
      unrealizedProfit: fixed(sums.unrealized, 8),
      marginBalance: fixed(sums.wallet + sums.unrealized, 8),
      maintMargin: '0.00000000',
      initialMargin: fixed(sums.positions + sums.orders, 8),
      positionInitialMargin: fixed(sums.positions, 8),
      openOrderInitialMargin: fixed(sums.orders, 8),
      crossWalletBalance: fixed(sums.wallet, 8),
      crossUnPnl: fixed(sums.unrealized, 8),
      availableBalance: fixed(sums.available, 8),
      maxWithdrawAmount: fixed(sums.available, 8),
      marginAvailable: true,
      updateTime: now,
    })),
    positions: listPositions(x, account, version === 2).map(([s, position]) => accountPosition(account, s, position)),
  }
}

function configView(account: Account) {
  return {
    feeTier: 0,
    canTrade: account.canTrade,
    canDeposit: true,
    canWithdraw: true,
    dualSidePosition: account.futures.hedge,
    updateTime: 0,
    multiAssetsMargin: account.futures.multiAssets,
    tradeGroupId: -1,
  }
}

/** With `all`, every side of every contract, empty ones included. */
function listPositions(x: Binance, account: Account, all: boolean, only?: string): [FuturesSymbol, Position][] {
  const sides: Position['side'][] = account.futures.hedge ? ['LONG', 'SHORT'] : ['BOTH']
  const found: [FuturesSymbol, Position][] = []
  if (!all) {
    for (const position of account.futures.positions.values()) {
      const s = x.futures.symbols.get(position.symbol)
      if (s !== undefined && position.size !== 0n && (only === undefined || only === s.symbol))
        found.push([s, position])
    }
    return found
  }
  for (const s of x.futures.symbols.values()) {
    if (only !== undefined && only !== s.symbol) continue
    for (const side of sides) found.push([s, positionOf(account, s.symbol, side)])
  }
  return found
}

function accountPosition(account: Account, s: FuturesSymbol, position: Position) {
  const setting = settingOf(account, s.symbol)
  const margin = fixed(positionMargin(account, position, s.price), 8)
  return {
    symbol: s.symbol,
    initialMargin: margin,
    maintMargin: '0',
    unrealizedProfit: fixed(unrealized(position, s.price), 8),
    positionInitialMargin: margin,
    openOrderInitialMargin: '0',
    leverage: String(setting.leverage),
    isolated: setting.marginType === 'ISOLATED',
    entryPrice: entryText(position, s),
    breakEvenPrice: entryText(position, s),
    maxNotional: '250000',
    bidNotional: '0',
    askNotional: '0',
    positionSide: position.side,
    positionAmt: fixed(position.size, s.quantityPrecision),
    notional: fixed(times(position.size, s.price), 8),
    isolatedMargin: setting.marginType === 'ISOLATED' ? margin : '0.00000000',
    isolatedWallet: setting.marginType === 'ISOLATED' ? margin : '0',
    updateTime: position.updatedAt,
  }
}

function entryText(position: Position, s: FuturesSymbol): string {
  return fixed(position.entryPrice, Math.max(s.pricePrecision, 5))
}

function positionRisk({ x, params, key }: SignedCall, version: 2 | 3): unknown {
  const { account } = key
  const only = params.has('symbol') ? contractOf(x, params).symbol : undefined
  return listPositions(x, account, version === 2, only).map(([s, position]) => {
    const setting = settingOf(account, s.symbol)
    const isolated = setting.marginType === 'ISOLATED'
    const margin: Amount = positionMargin(account, position, s.price)
    const common = {
      symbol: s.symbol,
      positionSide: position.side,
      positionAmt: fixed(position.size, s.quantityPrecision),
      entryPrice: entryText(position, s),
      breakEvenPrice: entryText(position, s),
      markPrice: fixed(s.price, 8),
      unRealizedProfit: fixed(unrealized(position, s.price), 8),
      liquidationPrice: '0',
      isolatedMargin: isolated ? fixed(margin, 8) : '0.00000000',
      notional: fixed(times(position.size, s.price), 8),
      isolatedWallet: isolated ? fixed(margin, 8) : '0',
      updateTime: position.updatedAt,
    }
    if (version === 2) {
      return {
        ...common,
        leverage: String(setting.leverage),
        maxNotionalValue: '250000',
        marginType: isolated ? 'isolated' : 'cross',
        isAutoAddMargin: 'false',
      }
    }
    const initial = fixed(margin, 8)
    return {
      ...common,
      marginAsset: s.quote,
      initialMargin: initial,
      maintMargin: '0',
      positionInitialMargin: initial,
      openOrderInitialMargin: '0',
      adl: 1,
      bidNotional: '0',
      askNotional: '0',
    }
  })
}

function symbolConfig({ x, params, key }: SignedCall): unknown {
  const symbols = params.has('symbol') ? [contractOf(x, params)] : [...x.futures.symbols.values()]
  return symbols.map((s) => {
    const { marginType, leverage } = settingOf(key.account, s.symbol)
    return { symbol: s.symbol, marginType, isAutoAddMargin: false, leverage, maxNotionalValue: '250000' }
  })
}

/** -4059 unchanged, -4067 with open orders, -4068 with positions. */
function changeMode({ x, params, key }: SignedCall): unknown {
  const { futures, name } = key.account
  const hedge = optionalFlag(params, 'dualSidePosition')
  if (hedge === undefined) throw mandatory('dualSidePosition')
  if (hedge === futures.hedge) throw new Refusal(-4059, 'No need to change position side.')
  if (ordersOf(x.futures.orders, name).open.size > 0) {
    throw new Refusal(-4067, 'Position side cannot be changed if there exists open orders.')
  }
  if ([...futures.positions.values()].some((position) => position.size !== 0n)) {
    throw new Refusal(-4068, 'Position side cannot be changed if there exists position.')
  }
  futures.hedge = hedge
  return DONE
}

function changeLeverage({ x, params, key }: SignedCall): unknown {
  const { symbol } = contractOf(x, params)
  const leverage = optionalWhole(params, 'leverage')
  if (leverage === undefined) throw mandatory('leverage')
  if (leverage < 1 || leverage > MAXIMUM_LEVERAGE) throw new Refusal(-4028, `Leverage ${leverage} is not valid`)
  changeSetting(key.account, symbol, { leverage })
  return { leverage, maxNotionalValue: '1000000', symbol }
}

/** -4046 unchanged, -4047 with open orders, -4048 with a position. */
function changeMarginType({ x, params, key }: SignedCall): unknown {
  const { symbol } = contractOf(x, params)
  const marginType = required(params, 'marginType')
  if (marginType !== 'ISOLATED' && marginType !== 'CROSSED') throw illegal('marginType', '^(ISOLATED|CROSSED)$')
  if (settingOf(key.account, symbol).marginType === marginType) {
    throw new Refusal(-4046, 'No need to change margin type.')
  }
  for (const order of ordersOf(x.futures.orders, key.account.name).open) {
    if (order.symbol === symbol) {
      throw new Refusal(-4047, 'Margin type cannot be changed if there exists open orders.')
    }
  }
  const sides = ['BOTH', 'LONG', 'SHORT'] as const
  if (sides.some((side) => positionOf(key.account, symbol, side).size !== 0n)) {
    throw new Refusal(-4048, 'Margin type cannot be changed if there exists position.')
  }
  changeSetting(key.account, symbol, { marginType })
  return DONE
}

/** Two brackets for every contract, enough to be read. */
const BRACKETS = [
  { bracket: 1, initialLeverage: 125, notionalCap: 300000, notionalFloor: 0, maintMarginRatio: 0.004, cum: 0 },
  { bracket: 2, initialLeverage: 50, notionalCap: 1e10, notionalFloor: 300000, maintMarginRatio: 0.01, cum: 1800 },
]

function brackets({ x, params }: SignedCall): unknown {
  const only = optional(params, 'symbol')
  const symbols = only === undefined ? [...x.futures.symbols.values()] : [contractOf(x, params)]
  return symbols.map((s) => ({
    symbol: s.symbol,
    brackets: BRACKETS,
  }))
}
