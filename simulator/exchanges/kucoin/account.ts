import { magnitude, over, plain, times } from '../../amount.ts'
import type { Position } from '../../engine/accounts.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { changeSetting, marginSums, settingOf, unrealized } from '../../engine/margin.ts'
import { ordersOf } from '../../orders.ts'
import { required, symbolOf, text, type Params } from './params.ts'
import { parameterError, Refusal } from './refusal.ts'

const MAXIMUM_LEVERAGE = 125

/** Source: spec `GET /api/v1/user/api-key`. */
export const keyInfo = (key: Key): unknown => ({
  remark: 'simulated', apiKey: key.apiKey, apiVersion: key.flags.get('keyVersion') === '2' ? 2 : 3, permission: [...key.rights].join(','),
  ...key.ipAllowlist === undefined ? {} : { ipWhitelist: [...key.ipAllowlist].join(',') }, createdAt: key.createdAt, uid: key.account.uid, isMaster: true,
})

/** A control flag `account: "uta"` makes it a unified account. Source: kucoin-api issue 143. */
export const accountMode = (key: Key): unknown => ({ selfAccountMode: key.flags.get('account') === 'uta' ? 'UNIFIED' : 'CLASSIC', unifiedSubAccount: [], classicSubAccount: [] })

/** Source: spec `GET /api/v1/accounts`. */
export function accounts(key: Key, params: Params): unknown {
  const [type, currency] = [text(params, 'type'), text(params, 'currency')]
  if (type !== undefined && type !== 'trade') return []
  return [...key.account.spot].flatMap(([asset, { free, locked }]) =>
    (free + locked === 0n || (currency !== undefined && currency !== asset) ? [] : [{ id: `${key.account.uid}${asset}`, currency: asset, type: 'trade', balance: plain(free + locked), available: plain(free), holds: plain(locked) }]))
}

/** Source: spec `GET /api/v1/account-overview`: numbers, "Default XBT". */
export function overview(x: Held, key: Key, params: Params): unknown {
  const currency = text(params, 'currency') ?? 'XBT'
  const sums = marginSums(x.futures, key.account, currency)
  return {
    accountEquity: Number(plain(sums.wallet + sums.unrealized)), unrealisedPNL: Number(plain(sums.unrealized)), marginBalance: Number(plain(sums.wallet)), positionMargin: Number(plain(sums.positions)),
    orderMargin: Number(plain(sums.orders)), frozenFunds: 0, availableBalance: Number(plain(sums.available)), currency, riskRatio: 0, maxWithdrawAmount: Number(plain(sums.available)), availableMargin: Number(plain(sums.available)),
  }
}

/** Source: spec `GET /api/v1/positions`: open ones, in lots, below zero for a short one. */
export function positions(x: Held, key: Key, params: Params): unknown {
  const currency = text(params, 'currency')
  return [...key.account.futures.positions.values()].filter(({ size, symbol }) => size !== 0n && (currency === undefined || x.futures.symbols.get(symbol)?.quote === currency)).map((position) => positionView(x, key, position))
}

function positionView(x: Held, key: Key, position: Position): unknown {
  const s = symbolOf(x, 'futures', position.symbol)
  return {
    id: `${key.account.uid}${s.symbol}`, symbol: s.symbol, crossMode: true, delevPercentage: 0.1, openingTimestamp: position.updatedAt, currentTimestamp: position.updatedAt, currentQty: Number(plain(over(position.size, s.contractSize))),
    currentCost: 0, isOpen: true, markPrice: Number(plain(s.price)), markValue: Number(plain(times(magnitude(position.size), s.price))), unrealisedPnl: Number(plain(unrealized(position, s.price))),
    avgEntryPrice: Number(plain(position.entryPrice)), settleCurrency: s.quote, isInverse: false, marginMode: 'CROSS', positionSide: position.side, leverage: settingOf(key.account, s.symbol).leverage,
  }
}

/** 0 one-way, 1 hedge. Source: docs-new Get Position Mode, Switch Position Mode. */
export const positionMode = (key: Key): unknown => ({ positionMode: key.account.futures.hedge ? 1 : 0 })

export function switchMode(x: Held, key: Key, params: Params): unknown {
  const mode = required(params, 'positionMode', 'futures')
  if (mode !== '0' && mode !== '1') throw parameterError('futures', 'positionMode')
  if (ordersOf(x.futures.orders, key.account.name).open.size > 0 || [...key.account.futures.positions.values()].some(({ size }) => size !== 0n)) throw parameterError('futures', 'positionMode: there are positions or orders')
  key.account.futures.hedge = mode === '1'
  return { positionMode: Number(mode) }
}

/** Source: spec `POST /api/v2/changeCrossUserLeverage`; 300016. */
export function changeLeverage(x: Held, key: Key, params: Params): unknown {
  const s = symbolOf(x, 'futures', required(params, 'symbol', 'futures'))
  const leverage = required(params, 'leverage', 'futures')
  if (!/^\d{1,4}(\.\d{1,2})?$/.test(leverage) || Number(leverage) < 1) throw parameterError('futures', 'leverage')
  if (Number(leverage) > MAXIMUM_LEVERAGE) throw new Refusal('300016', `The leverage cannot be greater than ${MAXIMUM_LEVERAGE}.`)
  changeSetting(key.account, s.symbol, { leverage: Number(leverage) })
  return true
}
