import { magnitude, over, plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { changeSetting, marginSums, positionMargin, settingOf, unrealized } from '../../engine/margin.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf } from '../../orders.ts'
import { contractOf } from './market-data.ts'
import { Refusal } from './refusal.ts'

const DAY_MS = 86_400_000
const DAYS_UNBOUND = 90
const MAXIMUM_LEVERAGE = 100
/** Spot accounts have numbers of their own. */
const FIRST_ACCOUNT = 13_496_526

export const uid = (_x: Held, key: Key): unknown => key.account.uid

/** "Parent user query"; bound keys do not end. Source: spot v1, "API key query". */
export function keyInfo(x: Held, key: Key, fields: Fields): unknown {
  if (key.flags.get('subAccount') === true) throw new Refusal(1002, 'forbidden')
  const asked = x.keys.get(fields.required('accessKey'))
  if (fields.required('uid') !== String(key.account.uid) || asked?.account !== key.account) throw new Refusal(2002, 'invalid field value in "accessKey"')
  const bound = asked.ipAllowlist !== undefined
  const days = asked.expiresAt === undefined ? DAYS_UNBOUND : Math.floor((asked.expiresAt - timeAt(x)) / DAY_MS)
  return [{
    accessKey: asked.apiKey, status: 'normal', note: 'simulated', permission: [...asked.rights].join(','), ipAddresses: [...asked.ipAllowlist ?? []].join(','), validDays: bound ? -1 : days,
    createTime: asked.createdAt, updateTime: asked.createdAt,
  }]
}

export const numberOf = (key: Key): string => String(FIRST_ACCOUNT + key.account.uid)

/** Source: spot v1, "Get all Accounts of the Current User". */
export const accounts = (_x: Held, key: Key): unknown => [
  { id: Number(numberOf(key)), type: 'spot', subtype: '', state: 'working' }, { id: Number(numberOf(key)) + 1_000_000_000, type: 'point', subtype: '', state: 'working' },
]

/** Source: spot v1, "Get Account Balance of a Specific Account". */
export function spotBalance(_x: Held, key: Key, number: string): unknown {
  if (number !== numberOf(key)) throw new Refusal('account-get-balance-account-inexistent-error', `account for id \`${number}\` and user id \`${key.account.uid}\` does not exist`)
  const list = [...key.account.spot].flatMap(([asset, { free, locked }]) => [
    { currency: asset.toLowerCase(), type: 'trade', balance: plain(free), 'seq-num': '1' }, { currency: asset.toLowerCase(), type: 'frozen', balance: plain(locked), 'seq-num': '1' },
  ])
  return { id: Number(number), type: 'spot', state: 'working', list }
}

const signed = (amount: bigint): string => (amount < 0n ? `-${plain(-amount)}` : plain(amount))

/** Accounts with single-asset collateral are not served, as users report it. */
function demandMultiAsset(key: Key): void {
  if (key.flags.get('singleAsset') === true) throw new Refusal(6001, 'The Single-Asset Collateral mode is temporarily unavailable.')
}

/** Source: as ccxt, htx-api and HTX.Net read `/v5/account/balance`. */
export function futuresBalance(x: Held, key: Key): unknown {
  demandMultiAsset(key)
  const details = [...key.account.futures.wallets.keys()].map((currency) => {
    const sums = marginSums(x.futures, key.account, currency)
    return {
      currency, equity: signed(sums.wallet + sums.unrealized), isolated_equity: '0', available: signed(sums.available), withdraw_available: signed(sums.available), profit_unreal: signed(sums.unrealized),
      isolated_profit_unreal: '0', initial_margin: signed(sums.positions + sums.orders), maintenance_margin: '0', voucher: '0', voucher_value: '0', created_time: timeAt(x), updated_time: timeAt(x),
    }
  })
  return { state: 'normal', equity: details[0]?.equity ?? '0', initial_margin: '0', maintenance_margin: '0', profit_unreal: '0', available_margin: details[0]?.available ?? '0', details, created_time: timeAt(x), updated_time: timeAt(x) }
}

export function positionMode(_x: Held, key: Key): unknown {
  demandMultiAsset(key)
  return { position_mode: key.account.futures.hedge ? 'dual_side' : 'single_side' }
}

export function changePositionMode(x: Held, key: Key, fields: Fields): unknown {
  const mode = fields.one('position_mode', ['single_side', 'dual_side'])
  const holds = [...key.account.futures.positions.values()].some(({ size }) => size !== 0n)
  if (holds || ordersOf(x.futures.orders, key.account.name).open.size > 0) throw new Refusal(1488, 'There are open orders or positions.')
  key.account.futures.hedge = mode === 'dual_side'
  return { position_mode: mode }
}

/** Source: as ccxt shows `/v5/trade/position/opens`. */
export function openPositions(x: Held, key: Key, fields: Fields): unknown {
  demandMultiAsset(key)
  const only = fields.text('contract_code')
  return [...key.account.futures.positions.values()].filter(({ symbol, size }) => size !== 0n && (only === undefined || symbol === only)).map((position) => {
    const s = contractOf(x, position.symbol)
    const contracts = plain(over(magnitude(position.size), s.contractSize))
    return {
      contract_code: s.symbol, position_side: position.side.toLowerCase(), direction: position.size < 0n ? 'sell' : 'buy', margin_mode: 'cross', open_avg_price: plain(position.entryPrice), volume: contracts, available: contracts,
      lever_rate: settingOf(key.account, s.symbol).leverage, adl_risk_percent: 3, liquidation_price: '0', margin: signed(positionMargin(key.account, position, s.price)), initial_margin: signed(positionMargin(key.account, position, s.price)),
      maintenance_margin: '0', profit_unreal: signed(unrealized(position, s.price)), profit_rate: '0', margin_rate: '0', mark_price: plain(s.price), last_price: plain(s.price), margin_currency: s.quote, contract_type: 'swap',
      created_time: String(position.updatedAt), updated_time: String(position.updatedAt),
    }
  })
}

/** Source: as htx-api describes `/v5/position/lever`. */
export function changeLeverage(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = contractOf(x, fields.required('contract_code'))
  fields.one('margin_mode', ['cross', 'isolated'])
  const leverage = fields.whole('lever_rate', 0, 0, 100_000)
  if (leverage < 1 || leverage > MAXIMUM_LEVERAGE) throw new Refusal(1037, 'Invalid leverage ratio.')
  changeSetting(key.account, symbol, { leverage })
  return { contract_code: symbol, margin_mode: 'cross', position_side: 'both', lever_rate: leverage }
}
