import { fixed } from '../../../amount.ts'
import { DOCUMENTED_RIGHTS, type Account, type Key } from '../accounts.ts'
import { optionalFlag } from '../params.ts'
import { timeOf, type Binance, type Endpoints, type SignedCall } from '../state.ts'
import { SPOT_DECIMALS } from './symbols.ts'

const READ = ['enableReading'] as const

/** Account, balances and rights. Sources: rest-api.md "Account information"; wallet docs "Get API Key Permission". */
export const SPOT_ACCOUNT: Endpoints = {
  'GET /api/v3/account': {
    weight: 20,
    rights: READ,
    parameters: new Set(['omitZeroBalances']),
    answer: accountInformation,
  },
  'GET /api/v3/rateLimit/order': {
    weight: 40,
    rights: READ,
    answer: ({ key }) => {
      const [tenSeconds, , day] = key.account.sent.spot.count
      return [
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100, count: tenSeconds },
        { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200000, count: day },
      ]
    },
  },
  'GET /api/v3/account/commission': {
    weight: 20,
    rights: READ,
    parameters: new Set(['symbol']),
    answer: ({ params, key }) => {
      const rate = fixed(key.account.fees.spot, SPOT_DECIMALS)
      const none = { maker: '0.00000000', taker: '0.00000000', buyer: '0.00000000', seller: '0.00000000' }
      return {
        symbol: params.get('symbol'),
        standardCommission: { ...none, maker: rate, taker: rate },
        specialCommission: none,
        taxCommission: none,
        discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: 'BNB', discount: '0.75000000' },
      }
    },
  },
  'GET /sapi/v1/account/apiRestrictions': { weight: 1, rights: READ, answer: ({ key }) => apiRestrictions(key) },
  'GET /sapi/v1/account/info': {
    weight: 1,
    rights: READ,
    answer: ({ key }) => ({
      vipLevel: 0,
      isMarginEnabled: key.rights.has('enableMargin'),
      isFutureEnabled: true,
      isOptionsEnabled: false,
      isPortfolioMarginRetailEnabled: false,
    }),
  },
  'GET /sapi/v1/account/status': { weight: 1, rights: READ, answer: () => ({ data: 'Normal' }) },
  'GET /sapi/v1/account/apiTradingStatus': {
    weight: 1,
    rights: READ,
    answer: ({ x, key }) => ({
      data: { isLocked: !key.account.canTrade, plannedRecoverTime: 0, triggerCondition: {}, updateTime: timeOf(x) },
    }),
  },
  'GET /sapi/v1/system/status': { weight: 1, rights: null, answer: () => ({ status: 0, msg: 'normal' }) },
  'GET /sapi/v1/capital/config/getall': { weight: 10, rights: READ, answer: coins },
}

/** All assets that are traded or held, in the order of the alphabet. */
function assets(x: Binance, account: Account): string[] {
  const names = new Set(account.spot.keys())
  for (const symbol of x.spot.symbols.values()) names.add(symbol.base).add(symbol.quote)
  return [...names].sort()
}

function accountInformation({ x, params, key }: SignedCall): unknown {
  const { account } = key
  const omitZero = optionalFlag(params, 'omitZeroBalances') === true
  const rate = fixed(account.fees.spot, SPOT_DECIMALS)
  const points = Number(account.fees.spot / 10n ** 14n)
  const balances = (omitZero ? [...account.spot.keys()] : assets(x, account)).flatMap((asset) => {
    const { free, locked } = account.spot.get(asset) ?? { free: 0n, locked: 0n }
    if (omitZero && free === 0n && locked === 0n) return []
    return { asset, free: fixed(free, SPOT_DECIMALS), locked: fixed(locked, SPOT_DECIMALS) }
  })
  return {
    makerCommission: points,
    takerCommission: points,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: rate, taker: rate, buyer: '0.00000000', seller: '0.00000000' },
    canTrade: account.canTrade,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: timeOf(x),
    accountType: 'SPOT',
    balances,
    permissions: ['SPOT'],
    uid: account.uid,
  }
}

/** Every documented flag, what else the key may do, and when its right to trade ends. */
function apiRestrictions(key: Key): unknown {
  const flags = Object.fromEntries(DOCUMENTED_RIGHTS.map((right) => [right, key.rights.has(right)]))
  for (const right of key.rights) flags[right] = true
  return {
    ipRestrict: key.ipAllowlist !== undefined,
    createTime: key.createdAt,
    ...flags,
    ...(key.expiresAt === undefined ? undefined : { tradingAuthorityExpirationTime: key.expiresAt }),
  }
}

function coins({ x, key }: SignedCall): unknown {
  return assets(x, key.account).map((coin) => {
    const { free, locked } = key.account.spot.get(coin) ?? { free: 0n, locked: 0n }
    return {
      coin,
      depositAllEnable: true,
      withdrawAllEnable: true,
      name: coin,
      free: fixed(free, SPOT_DECIMALS),
      locked: fixed(locked, SPOT_DECIMALS),
      freeze: '0',
      withdrawing: '0',
      ipoing: '0',
      ipoable: '0',
      storage: '0',
      isLegalMoney: false,
      trading: true,
      networkList: [],
    }
  })
}
