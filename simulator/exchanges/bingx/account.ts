import { magnitude, plain, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import { changeSetting, marginSums, positionMargin, settingOf, unrealized } from '../../engine/margin.ts'
import { ordersOf } from '../../orders.ts'
import { listedOf } from './market-data.ts'
import { parameterError, Refusal } from './refusal.ts'

const MAXIMUM_LEVERAGE = 125
/** Flags that the answer always shows. */
const FLAGS = ['enableReading', 'enableSpotAndMarginTrading', 'enableWithdrawals', 'enableInternalTransfer', 'enableFutures', 'permitsUniversalTransfer', 'enableVanillaOptions'] as const

export const uid = (_x: Held, key: Key): unknown => ({ uid: key.account.uid })

/** Source: api-ai-skills sub-account, "Query API key permissions". */
export const permissions = (_x: Held, key: Key): unknown => ({
  ipRestrict: key.ipAllowlist !== undefined, createTime: key.createdAt, ...Object.fromEntries([...FLAGS, ...key.rights].map((flag) => [flag, key.rights.has(flag)])),
})

export const spotBalance = (_x: Held, key: Key): unknown => ({ balances: [...key.account.spot].map(([asset, { free, locked }]) => ({ asset, free: plain(free), locked: plain(locked) })) })

/** Below zero with its sign. */
const signed = (amount: Amount): string => (amount < 0n ? `-${plain(-amount)}` : plain(amount))

/** Source: api-ai-skills swap-account, "Query account balance". */
export const balance = (x: Held, key: Key): unknown => [...key.account.futures.wallets.keys()].map((asset) => {
  const sums = marginSums(x.futures, key.account, asset)
  return {
    userId: '116***295', asset, balance: signed(sums.wallet), equity: signed(sums.wallet + sums.unrealized), unrealizedProfit: signed(sums.unrealized), realisedProfit: '0',
    availableMargin: signed(sums.available), usedMargin: signed(sums.positions), freezedMargin: signed(sums.orders), shortUid: String(key.account.uid),
  }
})

/** What there is; the amounts are positive, the side tells which way. Source: api-ai-skills swap-account, "Query position data". */
export function positions(x: Held, key: Key, fields: Fields): unknown {
  const only = fields.text('symbol')
  return [...key.account.futures.positions.values()].filter(({ size, symbol }) => size !== 0n && (only === undefined || symbol === only)).map((position) => {
    const s = listedOf(x, 'futures', position.symbol)
    const { leverage, marginType } = settingOf(key.account, s.symbol)
    const size = plain(magnitude(position.size))
    return {
      positionId: `1735${s.symbol}${position.side}`, symbol: s.symbol, currency: s.quote, positionAmt: size, availableAmt: size, positionSide: position.size < 0n ? 'SHORT' : 'LONG',
      isolated: marginType !== 'CROSSED', onlyOnePosition: position.side === 'BOTH', avgPrice: plain(position.entryPrice), initialMargin: plain(positionMargin(key.account, position, s.price)), leverage,
      unrealizedProfit: signed(unrealized(position, s.price)), realisedProfit: '0', liquidationPrice: 0,
    }
  })
}

export const positionMode = (_x: Held, key: Key): unknown => ({ dualSidePosition: String(key.account.futures.hedge) })

/** Source: api-ai-skills swap-trade, "Set position mode"; error-codes 104103. */
export function changePositionMode(x: Held, key: Key, fields: Fields): unknown {
  const hedge = fields.one('dualSidePosition', ['true', 'false']) === 'true'
  const isBusy = ordersOf(x.futures.orders, key.account.name).open.size > 0 || [...key.account.futures.positions.values()].some(({ size }) => size !== 0n)
  if (isBusy) throw new Refusal(104_103, 'Cannot switch position mode while positions or pending orders exist.')
  key.account.futures.hedge = hedge
  return { dualSidePosition: String(hedge) }
}

/** Here one leverage holds for both sides. Source: api-ai-skills swap-trade, "Set leverage"; error-codes 101414. */
export function setLeverage(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = listedOf(x, 'futures', fields.required('symbol'))
  const side = fields.one('side', ['LONG', 'SHORT', 'BOTH'])
  if ((side !== 'BOTH') !== key.account.futures.hedge) throw parameterError('In the Hedge mode, the \'Side\' field can only be set to LONG or SHORT, in One-way mode to BOTH')
  const leverage = fields.whole('leverage', 0, 0, 100_000)
  if (leverage < 1 || leverage > MAXIMUM_LEVERAGE) throw new Refusal(101_414, 'Leverage exceeds limit')
  changeSetting(key.account, symbol, { leverage })
  return { leverage, symbol }
}
