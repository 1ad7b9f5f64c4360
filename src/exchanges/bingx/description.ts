import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] github.com/BingX-API/api-ai-skills as of 2026: references (authentication, error-codes, rate-limits, base-urls), spot-trade,
// spot-account, spot-market, swap-trade, swap-account, swap-market, sub-account; [R] bingx-api.github.io/docs, the reference, as of 2025; [N] the answers recorded in the tests of JKorf/BingX.Net.

/** The same on both markets. */
const FACTS = {
  maxLength: 36,
  // [D error-codes] 101481 "has already been used" and 109201 "more than once in a short period" are said of contracts only, and two names of
  // the field are in use there: until that is settled with an account, a repeated id is not relied on.
  repeatedId: 'unknown', repeatWindowMs: null,
  // [D authentication] recvWindow of at most 5 s; where it is looked at, and how long what arrived in time may take, is nowhere said.
  lateAcceptMs: null, deadline: 'on arrival',
  lookups: [['by client order id'], ['open orders'], ['all orders since it was sent']],
  // [D swap-trade, order history] "the query range must not exceed 7 days". How far back spot's goes is not said.
  lookupMemoryMs: 7 * 86_400_000,
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduceOnly=true`, `positionSide` BOTH',
  hedge: '`positionSide` LONG or SHORT, against its side; `reduceOnly` is not taken',
  otherMode: 'refused: 109400, "In the One-way mode, the \'PositionSide\' field can only be set to BOTH" [D error-codes]',
} as const

export const description: ExchangeDescription = {
  id: 'bingx',
  name: 'BingX',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API Key' }, { name: 'secret', label: 'Secret Key' }],
  keyKinds: ['HMAC'],
  sites: [],
  rights: 'told',
  refuses: ['Contracts in coins and in VST, the money of its demo. Pairs and contracts that are closed to keys.'],
  guide: 'BingX → profile picture → API Management → Create API. Keep "Read"; for a spot connection tick "Spot Trading", for a futures connection '
    + '"Perpetual Futures Trading". Leave "Withdraw", "Universal Transfer", "Internal Transfer", "Manage Subaccounts" and everything else unticked. '
    + 'Enter the address of the machine that runs Towerflow as the IP whitelist. The secret is shown only once. The account must not be a lead '
    + 'trader\'s, and contracts must not be in "separate isolated" margin.',
  facts: {
    spot: {
      // [D spot-trade] "Only letters, numbers and _ … 1 to 40". Small letters, as on contracts. [R place order] has "Different orders cannot use
      // the same newClientOrderId, Only supports a query range of 2 hours": so the histories are asked as well.
      idField: 'newClientOrderId', idForm: '^[a-z0-9]{1,40}$', ...FACTS, reduceOnly: false, testOrder: false,
      source: 'github.com/BingX-API/api-ai-skills skills/spot-trade: place order, query single order, open orders, order history',
    },
    futures: {
      // [D swap-trade] "1–40 characters, converted to lowercase by the system".
      idField: 'clientOrderId', idForm: '^[a-z0-9]{1,40}$', ...FACTS, reduceOnly: true, closing: CLOSING, testOrder: true,
      source: 'github.com/BingX-API/api-ai-skills skills/swap-trade: place order, query order details, open orders, order history',
    },
  },
  publicDataNeedsKey: false,
}

/** All that is ever asked of BingX. */
const ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/openApi/swap/v2/server/time' },
  { method: 'GET', path: '/openApi/spot/v1/common/symbols' },
  { method: 'GET', path: '/openApi/spot/v1/ticker/24hr' },
  { method: 'GET', path: '/openApi/swap/v2/quote/contracts' },
  { method: 'GET', path: '/openApi/swap/v2/quote/ticker' },
  { method: 'GET', path: '/openApi/account/v1/uid' },
  { method: 'GET', path: '/openApi/v1/account/apiPermissions' },
  { method: 'GET', path: '/openApi/spot/v1/account/balance' },
  { method: 'POST', path: '/openApi/spot/v1/trade/order' },
  { method: 'POST', path: '/openApi/spot/v1/trade/cancel' },
  { method: 'GET', path: '/openApi/spot/v1/trade/query' },
  { method: 'GET', path: '/openApi/spot/v1/trade/openOrders' },
  { method: 'GET', path: '/openApi/spot/v1/trade/historyOrders' },
  { method: 'GET', path: '/openApi/spot/v1/trade/myTrades' },
  { method: 'GET', path: '/openApi/swap/v3/user/balance' },
  { method: 'GET', path: '/openApi/swap/v2/user/positions' },
  { method: 'GET', path: '/openApi/swap/v1/positionSide/dual' },
  { method: 'POST', path: '/openApi/swap/v2/trade/leverage' },
  { method: 'POST', path: '/openApi/swap/v2/trade/order' },
  { method: 'POST', path: '/openApi/swap/v2/trade/order/test' },
  { method: 'DELETE', path: '/openApi/swap/v2/trade/order' },
  { method: 'GET', path: '/openApi/swap/v2/trade/order' },
  { method: 'GET', path: '/openApi/swap/v2/trade/openOrders' },
  { method: 'GET', path: '/openApi/swap/v2/trade/allOrders' },
  { method: 'GET', path: '/openApi/swap/v2/trade/fillHistory' },
]

export const HOSTS: readonly HostPlan[] = [{ name: 'bingx', url: 'https://open-api.bingx.com', allowed: ALLOWED, limits: LIMITS }]
