import { magnitude, over, plain, times } from '../../amount.ts'
import type { Position } from '../../engine/accounts.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import { changeSetting, marginSums, positionMargin, positionOf, settingOf, unrealized } from '../../engine/margin.ts'
import { ordersOf } from '../../orders.ts'
import { rawNumber } from '../../raw-number.ts'
import { contractOf } from './market-data.ts'
import { badParameter, Refusal } from './refusal.ts'

const MAXIMUM_LEVERAGE = 100
/** So much of a key is shown. */
const SHOWN = 12

/** Source: API v4, "Retrieve user account information". */
export const detail = (_x: Held, key: Key): unknown =>
  ({ user_id: key.account.uid, ip_whitelist: [...key.ipAllowlist ?? []], currency_pairs: [], key: { mode: 1 }, tier: 0, copy_trading_role: 0 })

/** All keys of the main account, each by its beginning. Source: API v4, "Query All Main Account Key Information". */
export function mainKeys(x: Held, key: Key): unknown {
  if (key.flags.get('subAccount') === true) throw new Refusal('FORBIDDEN', 'Account has no permission to request operation', 403)
  return [...x.keys.values()].filter((one) => one.account === key.account).map((one) => ({
    state: 1, mode: 1, name: 'simulated', user_id: one.account.uid, perms: permsOf(one), ip_whitelist: [...one.ipAllowlist ?? []], currency_pairs: [],
    key: `${one.apiKey.slice(0, SHOWN)}*****`, created_at: Math.floor(one.createdAt / 1000), update_at: Math.floor(one.createdAt / 1000), last_access: Math.floor(one.createdAt / 1000),
  }))
}

/** A right to write stands for the one to read as well. */
function permsOf({ rights }: Key): unknown[] {
  const names = new Set([...rights].map((right) => right.replace(/:ro$/, '')))
  return [...names].map((name) => ({ name, read_only: !rights.has(name) }))
}

export const spotAccounts = (_x: Held, key: Key, fields: Fields): unknown => [...key.account.spot]
  .filter(([asset, { free, locked }]) => free + locked > 0n && (fields.text('currency') ?? asset) === asset)
  .map(([currency, { free, locked }]) => ({ currency, available: plain(free), locked: plain(locked), update_id: 1 }))

/** Source: API v4, "Get futures account". */
export function futuresAccount(x: Held, key: Key): unknown {
  const sums = marginSums(x.futures, key.account, 'USDT')
  const { hedge } = key.account.futures
  return {
    user: key.account.uid, currency: 'USDT', total: plain(sums.wallet), unrealised_pnl: signed(sums.unrealized), position_margin: '0', order_margin: plain(sums.orders),
    available: plain(sums.available), point: '0', bonus: '0', in_dual_mode: hedge, position_mode: key.flags.get('splitPositions') === true ? 'dual_plus' : hedge ? 'dual' : 'single',
    enable_credit: false, position_initial_margin: plain(sums.positions), maintenance_margin: '0', margin_mode: 0,
  }
}

/** Below zero with its sign. */
export const signed = (amount: bigint): string => (amount < 0n ? `-${plain(-amount)}` : plain(amount))

const sidesOf = (key: Key): Position['side'][] => (key.account.futures.hedge ? ['LONG', 'SHORT'] : ['BOTH'])
const MODE = { BOTH: 'single', LONG: 'dual_long', SHORT: 'dual_short' } as const

export function positions(x: Held, key: Key, fields: Fields): unknown {
  const [limit, offset] = [fields.whole('limit', 100, 1, 100), fields.whole('offset', 0, 0, 1_000_000)]
  return [...key.account.futures.positions.values()].flatMap((position) => {
    const s = x.futures.symbols.get(position.symbol)
    return s === undefined || (position.size === 0n && fields.text('holding') === 'true') ? [] : [positionView(key, s, position)]
  }).slice(offset, offset + limit)
}

/** One position in one-way mode; `dual`: both of hedge mode. */
export function position(x: Held, key: Key, name: string, dual: boolean): unknown {
  const s = contractOf(x, name)
  demandMode(key, dual)
  const shown = sidesOf(key).map((side) => positionView(key, s, positionOf(key.account, s.symbol, side)))
  return dual ? shown : shown[0]
}

function positionView(key: Key, s: Listed, held: Position): unknown {
  const { leverage, marginType } = settingOf(key.account, s.symbol)
  const crossed = marginType === 'CROSSED'
  return {
    user: key.account.uid, contract: s.symbol, size: rawNumber(signed(over(held.size, s.contractSize))), leverage: crossed ? '0' : String(leverage), risk_limit: '1000000', leverage_max: '100',
    maintenance_rate: '0.005', value: plain(times(magnitude(held.size), s.price)), margin: plain(positionMargin(key.account, held, s.price)), entry_price: plain(held.entryPrice), liq_price: '0',
    mark_price: plain(s.price), unrealised_pnl: signed(unrealized(held, s.price)), realised_pnl: '0', history_pnl: '0', adl_ranking: 5, pending_orders: 0, close_order: null,
    mode: MODE[held.side], cross_leverage_limit: crossed ? String(leverage) : '0', update_time: Math.floor(held.updatedAt / 1000), pos_margin_mode: crossed ? 'cross' : 'isolated',
  }
}

/** "leverage = 0: Cross Margin Mode (use cross_leverage_limit)". Source: API v4, "Update position leverage". */
export function setLeverage(x: Held, key: Key, name: string, dual: boolean, fields: Fields): unknown {
  const { symbol } = contractOf(x, name)
  demandMode(key, dual)
  const isolated = fields.whole('leverage', -1, 0, 1_000_000)
  if (isolated === -1) throw badParameter('leverage is required')
  const leverage = isolated === 0 ? fields.whole('cross_leverage_limit', 0, 0, 1_000_000) : isolated
  if (leverage > MAXIMUM_LEVERAGE) throw new Refusal('LEVERAGE_TOO_HIGH', 'leverage too high')
  if (leverage < 1) throw new Refusal('LEVERAGE_TOO_LOW', 'leverage too low')
  changeSetting(key.account, symbol, { leverage, marginType: isolated === 0 ? 'CROSSED' : 'ISOLATED' })
  return position(x, key, name, dual)
}

function demandMode(key: Key, dual: boolean): void {
  if (key.account.futures.hedge !== dual) throw new Refusal(dual ? 'POSITION_NOT_FOUND' : 'POSITION_DUAL_MODE', 'Operation forbidden in this mode')
}

/** "The prerequisite for changing mode is that all positions have no holdings and no pending orders". */
export function setDualMode(x: Held, key: Key, fields: Fields): unknown {
  const hedge = fields.one('dual_mode', ['true', 'false']) === 'true'
  if (key.account.futures.hedge === hedge) throw new Refusal('NO_CHANGE', 'No change is made')
  if (ordersOf(x.futures.orders, key.account.name).open.size > 0) throw new Refusal('ORDER_PENDING', 'Operation forbidden with pending orders')
  if ([...key.account.futures.positions.values()].some(({ size }) => size !== 0n)) throw new Refusal('POSITION_HOLDING', 'Operation forbidden with holding position')
  key.account.futures.hedge = hedge
  return futuresAccount(x, key)
}
