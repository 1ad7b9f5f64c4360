import { magnitude, over, plain } from '../../amount.ts'
import type { Position } from '../../engine/accounts.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import { changeSetting, marginSums, positionMargin, settingOf, unrealized } from '../../engine/margin.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf } from '../../orders.ts'
import { rawNumber } from '../../raw-number.ts'
import { contractOf } from './market-data.ts'
import { futuresParameter, Refusal } from './refusal.ts'

const DAY_MS = 86_400_000
const DAYS_UNBOUND = 90
const MAXIMUM_LEVERAGE = 125
/** Positions have numbers of their own: here by contract and side. */
const FIRST_POSITION = 1_394_650

export const uid = (_x: Held, key: Key): unknown => ({ uid: String(key.account.uid) })

/** Source: www.mexc.com/api-docs/spot-v3/spot-account-trade/query-api-key-info. A key without addresses has so many days left. */
export function keyInfo(x: Held, key: Key, fields: Fields): unknown {
  const asked = x.keys.get(fields.required('accessKey'))
  if (asked === undefined || asked.account !== key.account) throw new Refusal(730_706, 'API KEY information does not exist')
  const bound = asked.ipAllowlist !== undefined
  return {
    note: 'simulated', accessKey: asked.apiKey, createTime: new Date(asked.createdAt).toISOString(), permissions: [...asked.rights].join(','), ipWhiteList: [...asked.ipAllowlist ?? []].join(','), status: 'VALID',
    ...bound ? {} : { remainingValidity: asked.expiresAt === undefined ? DAYS_UNBOUND : Math.floor((asked.expiresAt - timeAt(x)) / DAY_MS) },
  }
}

/** Source: apidocs spot_v3_en, "Account Information". */
export const spotAccount = (_x: Held, key: Key): unknown => ({
  canTrade: true, canWithdraw: true, canDeposit: true, updateTime: null, accountType: 'SPOT', permissions: ['SPOT'],
  balances: [...key.account.spot].filter(([, { free, locked }]) => free + locked > 0n).map(([asset, { free, locked }]) => ({ asset, free: plain(free), locked: plain(locked) })),
})

/** Below zero with its sign. */
const signed = (amount: bigint): unknown => rawNumber(amount < 0n ? `-${plain(-amount)}` : plain(amount))

/** Source: apidocs contract_v1_en, "Get all informations of user's asset". */
export const assets = (x: Held, key: Key): unknown => [...key.account.futures.wallets.keys()].map((currency) => {
  const sums = marginSums(x.futures, key.account, currency)
  return {
    currency, positionMargin: signed(sums.positions), frozenBalance: signed(sums.orders), availableBalance: signed(sums.available), cashBalance: signed(sums.available),
    equity: signed(sums.wallet + sums.unrealized), unrealized: signed(sums.unrealized), bonus: 0,
  }
})

/** 1 hedge, 2 one-way. */
export const positionMode = (_x: Held, key: Key): unknown => (key.account.futures.hedge ? 1 : 2)

export function changePositionMode(x: Held, key: Key, fields: Fields): unknown {
  const hedge = fields.one('positionMode', ['1', '2']) === '1'
  if (ordersOf(x.futures.orders, key.account.name).open.size > 0 || held(key).length > 0) throw new Refusal(2019, 'There is an active open position')
  key.account.futures.hedge = hedge
  return undefined
}

const held = (key: Key): Position[] => [...key.account.futures.positions.values()].filter(({ size }) => size !== 0n)

/** Source: apidocs contract_v1_en, "Get the user's current holding position". */
export function openPositions(x: Held, key: Key, fields: Fields): unknown {
  const only = fields.text('symbol')
  return held(key).filter(({ symbol }) => only === undefined || symbol === only).map((position) => positionView(x, key, contractOf(x, position.symbol), position))
}

const typeOf = (position: Position): 1 | 2 => (position.size < 0n ? 2 : 1)
const numberOf = (x: Held, { symbol }: Listed, type: 1 | 2): number => FIRST_POSITION + [...x.futures.symbols.keys()].indexOf(symbol) * 2 + type

function positionView(x: Held, key: Key, s: Listed, position: Position): unknown {
  const { leverage, marginType } = settingOf(key.account, s.symbol)
  return {
    positionId: numberOf(x, s, typeOf(position)), symbol: s.symbol, positionType: typeOf(position), openType: marginType === 'CROSSED' ? 2 : 1, state: 1,
    holdVol: rawNumber(plain(over(magnitude(position.size), s.contractSize))), frozenVol: 0, closeVol: 0, holdAvgPrice: rawNumber(plain(position.entryPrice)),
    openAvgPrice: rawNumber(plain(position.entryPrice)), closeAvgPrice: 0, liquidatePrice: 0, oim: 0, im: signed(positionMargin(key.account, position, s.price)), holdFee: 0, realised: 0, leverage,
    createTime: position.updatedAt, updateTime: position.updatedAt, autoAddIm: false, unrealized: signed(unrealized(position, s.price)),
  }
}

/** With a position by its number; without one by contract, side and margin. Source: apidocs contract_v1_en, "Switch leverage". */
export function changeLeverage(x: Held, key: Key, fields: Fields): unknown {
  const leverage = fields.whole('leverage', 0, 0, 100_000)
  const id = fields.text('positionId')
  const position = held(key).find((one) => id === String(numberOf(x, contractOf(x, one.symbol), typeOf(one))))
  if (id !== undefined && position === undefined) throw new Refusal(2009, 'Positions do not exist or have been closed')
  const symbol = position?.symbol ?? contractOf(x, fields.required('symbol')).symbol
  if (position === undefined) {
    fields.one('positionType', ['1', '2'])
    const openType = fields.one('openType', ['1', '2'])
    if (held(key).some((one) => one.symbol === symbol && String(typeOf(one)) === fields.text('positionType'))) throw futuresParameter('positionId')
    changeSetting(key.account, symbol, { marginType: openType === '2' ? 'CROSSED' : 'ISOLATED' })
  }
  if (leverage < 1 || leverage > MAXIMUM_LEVERAGE) throw new Refusal(2006, 'Leverage ratio error')
  changeSetting(key.account, symbol, { leverage })
  return undefined
}
