import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [S] huobiapi.github.io/docs/spot/v1/en and www.htx.com/en-us/opend/newApiPages (spot) as of 2026; [F] the same pages for
// USDT-margined futures, version 5, which ccxt 4.5.84, JKorf/HTX.Net and sieblyio/htx-api ask alike. Of version 5 the pages themselves
// could not be had: what it answers is taken from what these three show of it. Versions 1 and 3 refuse accounts with multi-asset
// collateral, version 5 those without.

/** The same on both markets. */
const FACTS = {
  // [S best practice] "The uniqueness of the clientOrderId … will no longer be verified", though the list of errors still has a code for
  // it ("duplicated (within last 24h)"). [F] has 1050, "repeated order id", without a word on how long.
  repeatedId: 'unknown', repeatWindowMs: null,
  // The time of a request is compared when it arrives; how long what arrived in time may take is nowhere said, so an order that got
  // lost needs a person.
  lateAcceptMs: null, deadline: 'on arrival', testOrder: false,
  lookups: [['by client order id'], ['open orders'], ['all orders since it was sent']],
  // [S IDs] "For completed orders, clientOrderId will be valid for 2 hours since the order creation"; canceled ones stay in the lists for
  // 2 hours. [F] by client order id 8 hours; canceled ones are given the 2 hours of spot.
  lookupMemoryMs: 7_200_000,
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`position_side` both, `reduce_only` 1',
  hedge: '`position_side` long or short, against its side; `reduce_only` has no meaning',
  otherMode: 'nowhere documented: **the mode is asked for before every close and before every order of hedge mode**, one request',
} as const

export const description: ExchangeDescription = {
  id: 'htx',
  name: 'HTX',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'Access Key' }, { name: 'secret', label: 'Secret Key' }],
  keyKinds: ['HMAC'],
  sites: [],
  rights: 'told',
  refuses: [
    'Futures accounts with single-asset collateral: HTX serves its present interface to accounts with multi-asset collateral. Contracts are opened with cross margin, as each order has to name one.',
    'A right to trade is one for spot and futures, and includes moving funds between accounts of the same owner: HTX has no narrower one.',
    'Keys of sub-accounts need your consent, as HTX tells the rights of a main account\'s keys only.',
  ],
  guide: 'HTX → profile picture → API Management → Create API Key. Tick "Read" and "Trade" and leave "Withdraw" unticked. Enter the address of the '
    + 'machine that runs Towerflow under "IP Address"; without it the key ends after 90 days. Choose HMAC (the usual kind), not Ed25519. For futures, '
    + 'open the futures account first and choose "Multi-Assets Collateral" in its settings. The Secret Key is shown only once.',
  facts: {
    spot: {
      // [S IDs] "letters (case sensitive), digit, underscore (_) and hyphen (-), no more than 64 chars".
      ...FACTS, idField: 'client-order-id', idForm: '^[A-Za-z0-9_-]{1,64}$', maxLength: 64, reduceOnly: false,
      source: 'huobiapi.github.io/docs/spot/v1/en: place a new order, get order detail of an order based on client order ID, search past orders, best practice, error code',
    },
    futures: {
      ...FACTS, idField: 'client_order_id', idForm: '^[1-9][0-9]{0,18}$', maxLength: 12, reduceOnly: true, closing: CLOSING,
      source: 'www.htx.com/en-us/opend/newApiPages USDT-margined futures v5: /v5/trade/order, /v5/trade/cancel_order, /v5/trade/order/opens, /v5/trade/order/history; error codes',
    },
  },
  publicDataNeedsKey: false,
}

/** All that is ever asked of api.huobi.pro. */
const SPOT_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/v1/common/timestamp' },
  { method: 'GET', path: '/v1/settings/common/market-symbols' },
  { method: 'GET', path: '/market/tickers' },
  { method: 'GET', path: '/market/detail/merged' },
  { method: 'GET', path: '/v2/user/uid' },
  { method: 'GET', path: '/v2/user/api-key' },
  { method: 'GET', path: '/v1/account/accounts' },
  { method: 'GET', path: /^\/v1\/account\/accounts\/\d{1,20}\/balance$/ },
  { method: 'POST', path: '/v1/order/orders/place' },
  { method: 'POST', path: '/v1/order/orders/submitCancelClientOrder' },
  { method: 'GET', path: '/v1/order/orders/getClientOrder' },
  { method: 'GET', path: '/v1/order/openOrders' },
  { method: 'GET', path: '/v1/order/orders' },
  { method: 'GET', path: /^\/v1\/order\/orders\/\d{1,20}\/matchresults$/ },
]

/** All that is ever asked of api.hbdm.com. */
const FUTURES_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v1/timestamp' },
  { method: 'GET', path: '/linear-swap-api/v1/swap_contract_info' },
  { method: 'GET', path: '/v2/linear-swap-ex/market/detail/batch_merged' },
  { method: 'GET', path: '/v5/account/balance' },
  { method: 'GET', path: '/v5/position/mode' },
  { method: 'POST', path: '/v5/position/lever' },
  { method: 'GET', path: '/v5/trade/position/opens' },
  { method: 'POST', path: '/v5/trade/order' },
  { method: 'POST', path: '/v5/trade/cancel_order' },
  { method: 'GET', path: '/v5/trade/order' },
  { method: 'GET', path: '/v5/trade/order/opens' },
  { method: 'GET', path: '/v5/trade/order/history' },
  { method: 'GET', path: '/v5/trade/order/details' },
]

export const HOSTS: readonly HostPlan[] = [
  { name: 'htx', url: 'https://api.huobi.pro', allowed: SPOT_ALLOWED, limits: LIMITS },
  { name: 'htx:futures', url: 'https://api.hbdm.com', allowed: FUTURES_ALLOWED, limits: LIMITS },
]
