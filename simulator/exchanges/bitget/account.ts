import { magnitude, plain } from '../../amount.ts'
import type { Position } from '../../engine/accounts.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { changeSetting, marginSums, positionMargin, settingOf, unrealized } from '../../engine/margin.ts'
import { ordersOf } from '../../orders.ts'
import { productOf, required, symbolOf, text, type Params } from './params.ts'
import { parameterError, Refusal, type Kind } from './refusal.ts'

const MAXIMUM_LEVERAGE = 125
const MODES = { one_way_mode: false, hedge_mode: true } as const
const modeOf = (key: Key): string => (key.account.futures.hedge ? 'hedge_mode' : 'one_way_mode')
const addresses = (key: Key): string => (key.ipAllowlist === undefined ? '' : [...key.ipAllowlist].join(','))

/** Source: spot/account/Get-Account-Info. */
export const classicInfo = (key: Key): unknown => ({
  userId: String(key.account.uid), inviterId: '1', channelCode: 'x', channel: 'y', ips: addresses(key), authorities: [...key.rights], parentId: key.account.uid, traderType: 'not_trader', regisTime: '1246566789345',
})

const WRITES = ['stow', 'coow', 'wwow', 'wtow']
const OF_CLASSIC = new Set(['stor', 'coor', 'cpor', 'stow', 'coow', 'cpow', 'wwow', 'wtow'])

/** Source: bitget-api 3.2.3 AccountInfoV3. Unified accounts have rights of their own, made of the classic words here. */
export function unifiedInfo(key: Key): unknown {
  const others = [...key.rights].filter((right) => !OF_CLASSIC.has(right))
  const permissions = ['uta_mgt', 'uta_trade', ...key.rights.has('wwow') ? ['withdraw'] : [], ...key.rights.has('wtow') ? ['transfer'] : [], ...others]
  return {
    userId: String(key.account.uid), inviterId: '1', parentId: '', channelCode: 'x', channel: 'y', ips: addresses(key), permType: WRITES.some((right) => key.rights.has(right)) ? 'read-and-write' : 'read-only', permissions,
    regisTime: '1246566789345',
  }
}

/** Source: uta/account/Get-Account-Setting. */
export const settings = (key: Key): unknown =>
  ({ uid: String(key.account.uid), accountMode: 'unified', assetMode: 'multi_assets', accountLevel: 'advanced', holdMode: modeOf(key), stpMode: 'none', symbolConfigList: [], coinConfigList: [] })

/** Source: spot/account/Get-Account-Assets. */
export function spotAssets(key: Key, params: Params): unknown {
  const coin = text(params, 'coin')
  return [...key.account.spot].flatMap(([asset, { free, locked }]) =>
    ((coin === undefined ? free + locked > 0n : asset === coin) ? [{ coin: asset, available: plain(free), frozen: plain(locked), locked: '0', limitAvailable: '0', uTime: '1622697148' }] : []))
}

/** Source: uta/account/Get-Account. */
export function unifiedAssets(x: Held, key: Key): unknown {
  const assets = [...key.account.spot].flatMap(([coin, { free, locked }]) => {
    const balance = free + locked
    if (balance === 0n) return []
    const sums = marginSums(x.futures, key.account, coin)
    const available = free - sums.positions - sums.orders
    return [{ coin, equity: plain(balance + sums.unrealized), usdValue: '0', balance: plain(balance), available: plain(available > 0n ? available : 0n), debt: '0', locked: plain(locked) }]
  })
  return { accountEquity: '0', usdtEquity: '0', btcEquity: '0', unrealisedPnl: '0', effEquity: '0', mmr: '0', imr: '0', mgnRatio: '0', positionMgnRatio: '0', assets }
}

function marginView(x: Held, key: Key, coin: string): Record<string, unknown> {
  const sums = marginSums(x.futures, key.account, coin)
  return {
    marginCoin: coin, locked: plain(sums.orders), available: plain(sums.wallet), crossedMaxAvailable: plain(sums.available), isolatedMaxAvailable: plain(sums.available), maxTransferOut: plain(sums.available),
    accountEquity: plain(sums.wallet + sums.unrealized), usdtEquity: plain(sums.wallet + sums.unrealized), btcEquity: '0', crossedRiskRate: '0', unrealizedPL: plain(sums.unrealized), coupon: '0',
    crossedUnrealizedPL: plain(sums.unrealized), isolatedUnrealizedPL: '0', assetMode: 'single',
  }
}

/** Source: contract/account/Get-Account-List. */
export const marginAccounts = (x: Held, key: Key, params: Params): unknown => [marginView(x, key, productOf(params))]

/** Source: contract/account/Get-Single-Account. */
export function marginAccount(x: Held, key: Key, params: Params): unknown {
  const s = symbolOf(x, 'contract', params)
  if (required(params, 'marginCoin').toUpperCase() !== s.quote) throw parameterError('marginCoin')
  return { ...marginView(x, key, s.quote), crossedMarginLeverage: String(settingOf(key.account, s.symbol).leverage), isolatedLongLever: '20', isolatedShortLever: '20', marginMode: 'crossed', posMode: modeOf(key) }
}

function held(x: Held, key: Key, coin: string): Position[] {
  return [...key.account.futures.positions.values()].filter(({ size, symbol }) => size !== 0n && x.futures.symbols.get(symbol)?.quote === coin)
}

const sideOf = (position: Position): string => (position.side === 'LONG' || (position.side === 'BOTH' && position.size > 0n) ? 'long' : 'short')

/** Source: contract/position/get-all-position. */
export function positions(x: Held, key: Key, params: Params): unknown {
  const coin = productOf(params)
  return held(x, key, coin).map((position) => {
    const price = x.futures.symbols.get(position.symbol)?.price ?? 0n
    return {
      marginCoin: coin, symbol: position.symbol, holdSide: sideOf(position), openDelegateSize: '0', marginSize: plain(positionMargin(key.account, position, price)), available: plain(magnitude(position.size)), locked: '0',
      total: plain(magnitude(position.size)), leverage: String(settingOf(key.account, position.symbol).leverage), achievedProfits: '0', openPriceAvg: plain(position.entryPrice), marginMode: 'crossed', posMode: modeOf(key),
      unrealizedPL: plain(unrealized(position, price)), liquidationPrice: '0', keepMarginRate: '0.004', markPrice: plain(price), assetMode: 'single', cTime: String(position.updatedAt), uTime: String(position.updatedAt),
    }
  })
}

/** Source: uta/trade/Get-Position. */
export function unifiedPositions(x: Held, key: Key, params: Params): unknown {
  const coin = productOf(params, 'category')
  const list = held(x, key, coin).map((position) => ({
    category: `${coin}-FUTURES`, symbol: position.symbol, marginCoin: coin, holdMode: modeOf(key), posSide: sideOf(position), marginMode: 'crossed', available: plain(magnitude(position.size)), frozen: '0',
    total: plain(magnitude(position.size)), leverage: String(settingOf(key.account, position.symbol).leverage), avgPrice: plain(position.entryPrice), positionStatus: 'normal', createdTime: String(position.updatedAt),
  }))
  return { list }
}

/** Source: contract/account/Change-Leverage, uta/account/Change-Leverage. */
export function setLeverage(x: Held, key: Key, kind: Kind, params: Params): unknown {
  const s = symbolOf(x, kind, params)
  const leverage = required(params, 'leverage')
  if (!/^\d{1,4}$/.test(leverage) || Number(leverage) < 1) throw parameterError('leverage')
  if (Number(leverage) > MAXIMUM_LEVERAGE) throw kind === 'unified' ? new Refusal('25223', 'Exceeds Max. leverage') : new Refusal('45045', 'Exceeds the maximum possible leverage')
  if (kind === 'contract' && settingOf(key.account, s.symbol).leverage === Number(leverage)) throw new Refusal('45054', 'No change in leverage')
  changeSetting(key.account, s.symbol, { leverage: Number(leverage) })
  return kind === 'unified' ? 'success' : { symbol: s.symbol, marginCoin: s.quote, longLeverage: leverage, shortLeverage: leverage, crossMarginLeverage: leverage, marginMode: 'crossed' }
}

/** Source: contract/account/Change-Hold-Mode, uta/account/Change-Position-Mode; 40920. */
export function setMode(x: Held, key: Key, params: Params, name: 'posMode' | 'holdMode'): unknown {
  const mode = required(params, name)
  if (!Object.hasOwn(MODES, mode)) throw parameterError(name)
  const { futures } = key.account
  if (ordersOf(x.futures.orders, key.account.name).open.size > 0 || [...futures.positions.values()].some(({ size }) => size !== 0n)) {
    throw new Refusal('40920', 'Position or order exists, the position mode cannot be switched')
  }
  futures.hedge = MODES[mode as keyof typeof MODES]
  return name === 'holdMode' ? 'success' : { posMode: mode }
}
