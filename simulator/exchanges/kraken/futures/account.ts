import { magnitude } from '../../../amount.ts'
import type { Held } from '../../../engine/exchange.ts'
import type { Key } from '../../../engine/keys.ts'
import { changeSetting, marginSums } from '../../../engine/margin.ts'
import { timeAt } from '../../../engine/market.ts'
import { nameOf } from '../names.ts'
import { FuturesRefusal } from '../refusal.ts'
import { ibanOf } from '../spot/account.ts'
import { contractOf, numeric } from './market-data.ts'

const MAXIMUM_LEVERAGE = 50

export const accountUid = (key: Key): string => `00000000-0000-4000-8000-${String(key.account.uid).padStart(12, '0')}`

/** Source: docs.kraken.com check-v3-api-key; what a right is called there is not documented. */
export function checkKey(key: Key): unknown {
  const permissions: Record<string, string> = {
    general: key.rights.has('general:full-access') ? 'FULL_ACCESS' : key.rights.has('general:read-only') ? 'READ_ONLY' : 'NO_ACCESS',
    withdrawal: key.rights.has('withdrawal:full-access') ? 'FULL_ACCESS' : 'NO_ACCESS',
  }
  for (const right of key.rights) if (!right.includes(':') && !/-(?:funds|trades)$/.test(right)) permissions[right] = 'FULL_ACCESS'
  const addresses = [...key.ipAllowlist ?? []].map((address) => `${address}/32`)
  return {
    apiKey: key.apiKey, accountUid: accountUid(key), iiban: ibanOf(key), createdAt: new Date(key.createdAt).toISOString(), permissions,
    allowedCidrBlock: addresses[0] ?? null, allowedCidrBlocks: addresses,
  }
}

/** Source: docs.kraken.com get-accounts. The multi-collateral wallet is called flex. */
export function accounts(x: Held, key: Key): unknown {
  const currencies = Object.fromEntries([...key.account.futures.wallets.keys()].map((asset) => {
    const sums = marginSums(x.futures, key.account, asset)
    return [nameOf(asset), { quantity: numeric(sums.wallet), value: numeric(sums.wallet), collateralValue: numeric(sums.wallet), available: numeric(sums.available) }]
  }))
  return { accounts: { cash: { type: 'cashAccount', balances: {} }, flex: { type: 'multiCollateralMarginAccount', currencies, initialMargin: 0, pnl: 0 } } }
}

/** Source: docs.kraken.com get-open-positions. */
export function openPositions(x: Held, key: Key): unknown {
  const open = [...key.account.futures.positions.values()].filter(({ size }) => size !== 0n)
  return {
    openPositions: open.map(({ symbol, size, entryPrice, updatedAt }) => ({
      side: size > 0n ? 'long' : 'short', symbol, price: numeric(entryPrice), fillTime: new Date(updatedAt || timeAt(x)).toISOString(), size: numeric(magnitude(size)), unrealizedFunding: 0,
    })),
  }
}

export function setLeverage(x: Held, key: Key, params: URLSearchParams): unknown {
  const { symbol } = contractOf(x, params.get('symbol') ?? '')
  const leverage = Number(params.get('maxLeverage'))
  if (!(leverage >= 1 && leverage <= MAXIMUM_LEVERAGE)) throw new FuturesRefusal('invalidArgument: maxLeverage')
  changeSetting(key.account, symbol, { leverage, marginType: 'ISOLATED' })
  return {}
}
