import { magnitude, plain, times } from '../../amount.ts'
import type { Position } from '../../engine/accounts.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import { changeSetting, marginSums, positionMargin, positionOf, settingOf, unrealized } from '../../engine/margin.ts'
import { ordersOf } from '../../orders.ts'
import { parameterError, Refusal } from './refusal.ts'
import { categoryOf, required, symbolOf, text, type Params } from './params.ts'

const MAXIMUM_LEVERAGE = 100
/** Groups that the answer always shows. */
const GROUPS = [
  'ContractTrade', 'Spot', 'Wallet', 'Options', 'Derivatives', 'CopyTrading', 'BlockTrade', 'Exchange', 'NFT', 'Affiliate', 'Earn', 'FiatP2P', 'FiatConvertBroker',
  'FiatGlobalPay', 'FiatBitPay', 'BitCard', 'ByXPost',
] as const

/** `2025-10-13T03:20:45Z` */
const second = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** Source: docs/v5/user/apikey-info.mdx. */
export function keyInfo(key: Key): unknown {
  const permissions: Record<string, string[]> = Object.fromEntries(GROUPS.map((group) => [group, []]))
  for (const right of key.rights) {
    const [group = '', name = ''] = right.split('.')
    ;(permissions[group] ??= []).push(name)
  }
  return {
    id: '2208369', note: 'simulated', apiKey: key.apiKey, readOnly: key.rights.size === 0 ? 1 : 0, secret: '', permissions,
    ips: key.ipAllowlist === undefined ? ['*'] : [...key.ipAllowlist], type: 1, deadlineDay: key.expiresAt === undefined ? -2 : 30,
    expiredAt: second(key.expiresAt ?? 0), createdAt: second(key.createdAt), unified: 0, uta: key.flags.get('uta') === false ? 0 : 1, userID: key.account.uid, inviterID: 0,
    vipLevel: 'No VIP', mktMakerLevel: '0', affiliateID: 0, rsaPublicKey: key.secret.startsWith('-----') ? key.secret : '', isMaster: true, parentUid: '0',
    kycLevel: 'LEVEL_1', kycRegion: 'MYS',
  }
}

/** Source: docs/v5/account/wallet-balance.mdx. "If not passed, it returns non-zero asset info". */
export function walletBalance(x: Held, key: Key, params: Params): unknown {
  if (required(params, 'accountType') !== 'UNIFIED') throw parameterError('accountType only support UNIFIED.')
  const wanted = text(params, 'coin')?.split(',')
  const coin = [...key.account.spot].flatMap(([asset, { free, locked }]) => {
    if (wanted === undefined ? free + locked === 0n : !wanted.includes(asset)) return []
    const sums = marginSums(x.futures, key.account, asset)
    const total = plain(free + locked)
    return [{
      coin: asset, equity: plain(free + locked + sums.unrealized), usdValue: '0', walletBalance: total, locked: plain(locked), borrowAmount: '0', accruedInterest: '0',
      totalOrderIM: plain(sums.orders), totalPositionIM: plain(sums.positions), totalPositionMM: '0', unrealisedPnl: plain(sums.unrealized), cumRealisedPnl: '0', bonus: '0',
      marginCollateral: true, collateralSwitch: true, spotBorrow: '0', availableToWithdraw: '', availableToBorrow: '', spotHedgingQty: '0',
    }]
  })
  return { list: [{ accountType: 'UNIFIED', totalEquity: '0', totalWalletBalance: '0', totalAvailableBalance: '0', accountIMRate: '0', accountMMRate: '0', totalInitialMargin: '0', totalMaintenanceMargin: '0', totalPerpUPL: '0', totalMarginBalance: '0', accountLTV: '0', coin }] }
}

export const accountInfo = (): unknown =>
  ({ unifiedMarginStatus: 5, marginMode: 'REGULAR_MARGIN', isMasterTrader: false, spotHedgingStatus: 'OFF', updatedTime: '0', dcpStatus: 'OFF', timeWindow: 0, smpGroup: 0 })

/** Source: docs/v5/position/position.mdx. With a symbol every side, empty ones too; with a settle coin what there is. */
export function positions(x: Held, key: Key, params: Params): unknown {
  if (categoryOf(params) !== 'futures') throw parameterError('Illegal category')
  const [symbol, settleCoin] = [text(params, 'symbol'), text(params, 'settleCoin')]
  if (symbol === undefined && settleCoin === undefined) throw parameterError('Missing some parameters that must be filled in, symbol or settleCoin')
  const sides: Position['side'][] = key.account.futures.hedge ? ['LONG', 'SHORT'] : ['BOTH']
  const list = symbol !== undefined
    ? sides.map((side) => positionView(x, key, symbolOf(x, 'futures', symbol), positionOf(key.account, symbol, side)))
    : [...key.account.futures.positions.values()].flatMap((position) => {
      const s = x.futures.symbols.get(position.symbol)
      return s === undefined || s.quote !== settleCoin || position.size === 0n ? [] : [positionView(x, key, s, position)]
    })
  return { list, nextPageCursor: '', category: 'linear' }
}

const INDEX = { BOTH: 0, LONG: 1, SHORT: 2 } as const

function positionView(_x: Held, key: Key, s: Listed, position: Position): unknown {
  const { size } = position
  return {
    positionIdx: INDEX[position.side], riskId: 1, riskLimitValue: '150', symbol: s.symbol, side: size === 0n ? '' : size > 0n ? 'Buy' : 'Sell', size: plain(magnitude(size)),
    avgPrice: plain(position.entryPrice), positionValue: plain(times(magnitude(size), s.price)), tradeMode: 0, positionStatus: 'Normal', autoAddMargin: 0, adlRankIndicator: 0,
    leverage: String(settingOf(key.account, s.symbol).leverage), markPrice: plain(s.price), liqPrice: '', bustPrice: '', positionIM: plain(positionMargin(key.account, position, s.price)),
    positionMM: '0', unrealisedPnl: plain(unrealized(position, s.price)), curRealisedPnl: '0', cumRealisedPnl: '0', seq: 1, isReduceOnly: false, createdTime: String(position.updatedAt),
    updatedTime: String(position.updatedAt),
  }
}

/** 110043 unchanged, 110013 beyond the most. Source: docs/v5/position/leverage.mdx. */
export function setLeverage(x: Held, key: Key, params: Params): unknown {
  if (categoryOf(params) !== 'futures') throw parameterError('Illegal category')
  const { symbol } = symbolOf(x, 'futures', required(params, 'symbol'))
  const [buy, sell] = [Number(required(params, 'buyLeverage')), Number(required(params, 'sellLeverage'))]
  if (buy !== sell) throw parameterError('buyLeverage must be the same as sellLeverage')
  if (!Number.isFinite(buy) || buy < 1 || buy > MAXIMUM_LEVERAGE) throw new Refusal(110_013, 'Cannot set leverage due to risk limit level.')
  if (settingOf(key.account, symbol).leverage === buy) throw new Refusal(110_043, 'leverage not modified')
  changeSetting(key.account, symbol, { leverage: buy })
  return {}
}

/** Source: docs/v5/position/position-mode.mdx. Here one mode holds for all symbols. */
export function switchMode(x: Held, key: Key, params: Params): unknown {
  const mode = required(params, 'mode')
  if (mode !== '0' && mode !== '3') throw parameterError('mode invalid')
  const hedge = mode === '3'
  if (key.account.futures.hedge === hedge) throw new Refusal(110_025, 'Position mode is not modified')
  if (ordersOf(x.futures.orders, key.account.name).open.size > 0) throw new Refusal(110_028, 'You have existing open orders, so the position mode cannot be switched.')
  if ([...key.account.futures.positions.values()].some(({ size }) => size !== 0n)) throw new Refusal(110_024, 'You have an existing position, so the position mode cannot be switched.')
  key.account.futures.hedge = hedge
  return {}
}
