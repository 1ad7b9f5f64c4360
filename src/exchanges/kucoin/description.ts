import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { FUTURES_LIMITS, SPOT_LIMITS } from './limits.ts'

// Sources: [D] github.com/Kucoin/kucoin-universal-sdk spec/rest, as of November 2025: account, spot order and market, futures
// order, positions and market; kucoin.com/docs-new error codes. [C] ccxt 4.5.84, where that says so.

const LOOKUPS = [['by client order id'], ['open orders'], ['closed orders since it was sent']] as const

/** The same on both markets. */
const FACTS = {
  // [D add order] "can only contain numbers, letters, underscores, and hyphens … The maximum length is 40 characters".
  idField: 'clientOid', idForm: '^[A-Za-z0-9_-]{1,40}$', maxLength: 40,
  // [D add order] "Please do not initiate requests using the same clientOid"; [D error codes] 126044, 300018 "repeated".
  // Among which orders, and for how long, is not said.
  repeatedId: 'unknown', repeatWindowMs: null,
  // [D error codes, 400002] "Time differs from server time by more than 5 seconds"; spot orders name a window besides
  // ("Gateway received the message time"). Both are looked at on arrival; ten more seconds for what is behind the gateway.
  deadline: 'on arrival', lateAcceptMs: 10_000, lookups: LOOKUPS,
  // [D futures recentDoneOrders] "in the last 24 hours"; how long others remember a canceled order is not said.
  lookupMemoryMs: 86_400_000,
  testOrder: true,
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduceOnly` true',
  hedge: '`positionSide` LONG or SHORT, and `reduceOnly` true',
  otherMode: 'refused: 330011, 330012 [D error codes; sieblyio/kucoin-api issue 93]; `reduceOnly` holds besides',
} as const

export const description: ExchangeDescription = {
  id: 'kucoin',
  name: 'KuCoin',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API Key' }, { name: 'secret', label: 'API Secret' }, { name: 'passphrase', label: 'API Passphrase' }],
  keyKinds: ['HMAC'],
  sites: [],
  rights: 'told',
  refuses: ['Unified trading accounts: they have an API of their own; a classic account, or a classic sub-account, is needed.'],
  guide: 'KuCoin → profile picture → API Management → Create API → API Trading. Choose a passphrase (it is the third field here). Tick "General", and '
    + '"Spot Trading" for a spot connection, "Futures Trading" for a futures connection. Leave everything else unticked, above all "Withdrawal", '
    + '"FlexTransfers" and "Earn". Choose "Yes" under IP restriction and enter the address of the machine that runs Towerflow. Contracts are traded with cross '
    + 'margin: choose "Cross" for each contract that a bot is to trade (Futures → the contract → margin mode). Spot orders use the trading account, futures orders the futures account.',
  facts: {
    spot: { ...FACTS, reduceOnly: false, source: 'github.com/Kucoin/kucoin-universal-sdk spec/rest/api openapi-spot-order.json; kucoin.com/docs-new error codes' },
    futures: { ...FACTS, reduceOnly: true, closing: CLOSING, source: 'github.com/Kucoin/kucoin-universal-sdk spec/rest/api openapi-futures-order.json, openapi-futures-positions.json; kucoin.com/docs-new error codes' },
  },
  publicDataNeedsKey: false,
}

/** Ids stand in the path: only such as we write are asked for, so that nothing else is ever signed under these addresses. */
const OURS = 'T[A-Z2-7]{11,39}'

/** All that is ever asked of api.kucoin.com. */
const SPOT_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v1/timestamp' },
  { method: 'GET', path: '/api/v2/symbols' },
  { method: 'GET', path: '/api/v1/market/allTickers' },
  { method: 'GET', path: '/api/v1/market/orderbook/level1' },
  { method: 'GET', path: '/api/v1/user/api-key' },
  { method: 'GET', path: '/api/ua/v1/account/mode' },
  { method: 'GET', path: '/api/v1/accounts' },
  { method: 'POST', path: '/api/v1/hf/orders' },
  { method: 'POST', path: '/api/v1/hf/orders/test' },
  { method: 'GET', path: '/api/v1/hf/orders/active' },
  { method: 'GET', path: '/api/v1/hf/orders/done' },
  { method: 'GET', path: '/api/v1/hf/fills' },
  { method: 'GET', path: new RegExp(`^/api/v1/hf/orders/client-order/${OURS}$`) },
  { method: 'DELETE', path: new RegExp(`^/api/v1/hf/orders/client-order/${OURS}$`) },
]

/** All that is ever asked of api-futures.kucoin.com. */
const FUTURES_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v1/timestamp' },
  { method: 'GET', path: '/api/v1/contracts/active' },
  { method: 'GET', path: '/api/v1/ticker' },
  { method: 'GET', path: '/api/v1/allTickers' },
  { method: 'GET', path: '/api/v1/account-overview' },
  { method: 'GET', path: '/api/v1/positions' },
  { method: 'GET', path: '/api/v2/position/getPositionMode' },
  { method: 'POST', path: '/api/v2/changeCrossUserLeverage' },
  { method: 'POST', path: '/api/v1/orders' },
  { method: 'POST', path: '/api/v1/orders/test' },
  { method: 'GET', path: '/api/v1/orders' },
  { method: 'GET', path: '/api/v1/orders/byClientOid' },
  { method: 'GET', path: '/api/v1/fills' },
  { method: 'DELETE', path: new RegExp(`^/api/v1/orders/client-order/${OURS}$`) },
]

export const HOSTS: readonly HostPlan[] = [
  { name: 'kucoin', url: 'https://api.kucoin.com', allowed: SPOT_ALLOWED, limits: SPOT_LIMITS },
  { name: 'kucoin:futures', url: 'https://api-futures.kucoin.com', allowed: FUTURES_ALLOWED, limits: FUTURES_LIMITS },
]
