import { magnitude, over, plain, times } from '../../amount.ts'
import type { Position } from '../../engine/accounts.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { changeSetting, marginSums, positionMargin, settingOf, unrealized } from '../../engine/margin.ts'
import { ordersOf } from '../../orders.ts'
import { instrumentOf, marketOf, required, text, type Params } from './params.ts'
import { parameterError, Refusal } from './refusal.ts'

const MAXIMUM_LEVERAGE = 125

/** Source: docs-v5 "Get account configuration". A control flag `acctLv` sets the account mode; Futures mode without one. */
export function config(key: Key): unknown {
  const acctLv = key.flags.get('acctLv')
  return [{
    acctLv: typeof acctLv === 'string' ? acctLv : '2', acctStpMode: 'cancel_maker', autoLoan: false, ctIsoMode: 'automatic', enableSpotBorrow: false, greeksType: 'PA', feeType: '0',
    ip: key.ipAllowlist === undefined ? '' : [...key.ipAllowlist].join(','), type: '0', kycLv: '3', label: 'simulated', level: 'Lv1', levelTmp: '', liquidationGear: '-1',
    mainUid: String(key.account.uid), mgnIsoMode: 'automatic', opAuth: '0', perm: [...key.rights].join(','), posMode: key.account.futures.hedge ? 'long_short_mode' : 'net_mode', roleType: '0',
    spotBorrowAutoRepay: false, spotOffsetType: '', spotRoleType: '0', spotTraderInsts: [], stgyType: '0', traderInsts: [], uid: String(key.account.uid), settleCcy: 'USDC', settleCcyList: ['USD', 'USDC', 'USDG'],
  }]
}

/** Source: docs-v5 "Get balance": "The currency details will not be returned when cashBal and eq is both 0". */
export function balance(x: Held, key: Key, params: Params): unknown {
  const wanted = text(params, 'ccy')?.split(',')
  const details = [...key.account.spot].flatMap(([ccy, { free, locked }]) => {
    if (free + locked === 0n || wanted?.includes(ccy) === false) return []
    const sums = marginSums(x.futures, key.account, ccy)
    const bound = locked + sums.positions + sums.orders
    const cash = free + locked
    return [{
      ccy, cashBal: plain(cash), eq: plain(cash + sums.unrealized), availBal: plain(bound > cash ? 0n : cash - bound), availEq: plain(bound > cash ? 0n : cash - bound), frozenBal: plain(bound),
      ordFrozen: plain(locked + sums.orders), upl: plain(sums.unrealized), liab: '', crossLiab: '', isoLiab: '', isoEq: '0', interest: '', maxLoan: '', eqUsd: '0', disEq: '0', uTime: '1705474164160',
    }]
  })
  return [{ adjEq: '', availEq: '', borrowFroz: '', details, imr: '', isoEq: '0', mgnRatio: '', mmr: '', notionalUsd: '', ordFroz: '', totalEq: '0', uTime: '1705474164160', upl: '' }]
}

const POS_SIDE = { BOTH: 'net', LONG: 'long', SHORT: 'short' } as const

/** Source: docs-v5 "Get positions": contracts; below zero for a short one in net mode alone. */
export function positions(x: Held, key: Key, params: Params): unknown {
  const instType = text(params, 'instType')
  if (instType !== undefined && marketOf(instType) !== 'futures') throw parameterError('instType')
  const wanted = text(params, 'instId')?.split(',')
  return [...key.account.futures.positions.values()].filter(({ size, symbol }) => size !== 0n && wanted?.includes(symbol) !== false).map((position) => positionView(x, key, position))
}

function positionView(x: Held, key: Key, position: Position): unknown {
  const s = instrumentOf(x, position.symbol)
  const contracts = over(position.side === 'BOTH' ? position.size : magnitude(position.size), s.contractSize)
  return {
    adl: '1', availPos: '', avgPx: plain(position.entryPrice), cTime: String(position.updatedAt), ccy: s.quote, fee: '0', fundingFee: '0', imr: plain(positionMargin(key.account, position, s.price)),
    instId: s.symbol, instType: 'SWAP', interest: '', last: plain(s.price), lever: String(settingOf(key.account, s.symbol).leverage), liab: '', liabCcy: '', liqPenalty: '0', liqPx: '', margin: '',
    markPx: plain(s.price), mgnMode: 'cross', mgnRatio: '', mmr: '0', notionalUsd: plain(times(magnitude(position.size), s.price)), optVal: '', pnl: '0', pos: plain(contracts), posCcy: '', posId: '1752810569801498626',
    posSide: POS_SIDE[position.side], realizedPnl: '0', settledPnl: '', tradeId: '1', uTime: String(position.updatedAt), upl: plain(unrealized(position, s.price)), uplRatio: '0', usdPx: '',
  }
}

/** Source: docs-v5 "Set leverage", scenario 9; error codes 59102, 59105. */
export function setLeverage(x: Held, key: Key, params: Params): unknown {
  const s = instrumentOf(x, required(params, 'instId'))
  const [lever, mgnMode] = [required(params, 'lever'), required(params, 'mgnMode')]
  if (s.market !== 'futures' || mgnMode !== 'cross') throw parameterError('mgnMode')
  if (!/^\d{1,4}(\.\d{1,2})?$/.test(lever)) throw parameterError('lever')
  if (Number(lever) > MAXIMUM_LEVERAGE) throw new Refusal('59102', 'Leverage exceeds the maximum limit. Please lower the leverage.')
  if (Number(lever) < 1) throw new Refusal('59105', "Leverage can't be less than 1. Please increase the leverage.", { status: 400 })
  changeSetting(key.account, s.symbol, { leverage: Number(lever) })
  return [{ lever, mgnMode, instId: s.symbol, posSide: '' }]
}

/** Source: docs-v5 "Set position mode", error code 59000. */
export function setMode(x: Held, key: Key, params: Params): unknown {
  const posMode = required(params, 'posMode')
  if (posMode !== 'net_mode' && posMode !== 'long_short_mode') throw parameterError('posMode')
  const { futures } = key.account
  if (ordersOf(x.futures.orders, key.account.name).open.size > 0 || [...futures.positions.values()].some(({ size }) => size !== 0n)) {
    throw new Refusal('59000', 'Settings failed. Close any open positions or orders before modifying settings.')
  }
  futures.hedge = posMode === 'long_short_mode'
  return [{ posMode }]
}
