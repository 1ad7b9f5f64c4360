import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { limitsOf } from './limits.ts'

// Sources: [S] github.com/binance/binance-spot-api-docs: rest-api.md, errors.md, filters.md, faqs; [F] developers.binance.com,
// "Derivatives: USDⓈ-M Futures", as repeated in the docstrings of binance/binance-connector-python; [W] the same, "Wallet".

/** Of each group one is enough: a gateway that serves no list of all orders is asked for trades instead. */
const LOOKUPS = [['by client order id'], ['open orders'], ['all orders since it was sent', 'trades since it was sent']] as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduceOnly=true`',
  hedge: '`positionSide` LONG or SHORT, against its side; `reduceOnly` is not taken',
  otherMode: 'refused: -4061, or -1106 for `reduceOnly` [USDⓈ-M error codes; ccxt issue 7534]',
} as const

export const description: ExchangeDescription = {
  id: 'binance',
  name: 'Binance',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API Key' }, { name: 'secret', label: 'Secret Key' }],
  keyKinds: ['HMAC', 'RSA', 'Ed25519'],
  sites: [],
  rights: 'told',
  refuses: [],
  guide: 'Binance → profile picture → Account → API Management → Create API → System generated (or Self-generated with an RSA or Ed25519 pair of your own: then the secret is the private key, in PEM form). Then "Edit restrictions": keep '
    + '"Enable Reading"; for a spot connection tick "Enable Spot & Margin Trading", for a futures connection "Enable Futures" '
    + '(a key made before the futures account was opened cannot get it: make a new one). Leave everything else unticked, above all '
    + '"Enable Withdrawals", "Permits Universal Transfer" and "Enable Internal Transfer". Choose "Restrict access to trusted IPs only" '
    + 'and enter the address of the machine that runs Towerflow; without it Binance takes the trading rights away after 90 days.',
  facts: {
    spot: {
      idField: 'newClientOrderId', idForm: '^[.A-Z:/a-z0-9_-]{1,36}$', maxLength: 36,
      // [S] "Orders with the same newClientOrderID can be accepted only when the previous one is filled".
      repeatedId: 'O', repeatWindowMs: null,
      // [S] "Timing security": the time is compared on arrival and again before the matching engine, against
      // timestamp + recvWindow, which we set no later than notAfter: nothing may act later.
      lateAcceptMs: 0, deadline: 'in the engine', lookups: LOOKUPS,
      // [S] -2026: canceled or expired without a fill, "archived" after 90 days. Like futures, the shorter holds.
      lookupMemoryMs: 3 * 86_400_000,
      reduceOnly: false, testOrder: true,
      source: 'github.com/binance/binance-spot-api-docs rest-api.md, errors.md',
    },
    futures: {
      // [F] new-order: ^[.A-Z:/a-z0-9_-]{1,36}$, "unique among open orders".
      idField: 'newClientOrderId', idForm: '^[.A-Z:/a-z0-9_-]{1,36}$', maxLength: 36, repeatedId: 'O', repeatWindowMs: null,
      // [F] -5028: the engine compares the time as well.
      lateAcceptMs: 0, deadline: 'in the engine', lookups: LOOKUPS,
      // [F] query-order: canceled or expired without a fill is gone after 3 days.
      lookupMemoryMs: 3 * 86_400_000,
      reduceOnly: true, closing: CLOSING, testOrder: true,
      source: 'developers.binance.com USDⓈ-M Futures new-order, query-order, error codes',
    },
  },
  publicDataNeedsKey: false,
}

/** All that is ever asked of api.binance.com. */
const SPOT_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v3/time' },
  { method: 'GET', path: '/api/v3/exchangeInfo' },
  { method: 'GET', path: '/api/v3/ticker/price' },
  { method: 'GET', path: '/api/v3/account' },
  { method: 'GET', path: '/api/v3/order' },
  { method: 'POST', path: '/api/v3/order' },
  { method: 'POST', path: '/api/v3/order/test' },
  { method: 'DELETE', path: '/api/v3/order' },
  { method: 'GET', path: '/api/v3/openOrders' },
  { method: 'GET', path: '/api/v3/allOrders' },
  { method: 'GET', path: '/api/v3/myTrades' },
  { method: 'GET', path: '/sapi/v1/account/apiRestrictions' },
]

/** All that is ever asked of fapi.binance.com. */
const FUTURES_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/fapi/v1/time' },
  { method: 'GET', path: '/fapi/v1/exchangeInfo' },
  { method: 'GET', path: '/fapi/v1/ticker/price' },
  { method: 'GET', path: '/fapi/v1/accountConfig' },
  { method: 'GET', path: '/fapi/v2/account' },
  { method: 'GET', path: '/fapi/v3/account' },
  { method: 'GET', path: '/fapi/v1/positionSide/dual' },
  { method: 'GET', path: '/fapi/v1/order' },
  { method: 'POST', path: '/fapi/v1/order' },
  { method: 'POST', path: '/fapi/v1/order/test' },
  { method: 'DELETE', path: '/fapi/v1/order' },
  { method: 'GET', path: '/fapi/v1/openOrders' },
  { method: 'GET', path: '/fapi/v1/allOrders' },
  { method: 'GET', path: '/fapi/v1/userTrades' },
  { method: 'POST', path: '/fapi/v1/leverage' },
]

export const HOSTS: readonly HostPlan[] = [
  { name: 'binance', url: 'https://api.binance.com', allowed: SPOT_ALLOWED, limits: limitsOf('spot') },
  { name: 'binance:futures', url: 'https://fapi.binance.com', allowed: FUTURES_ALLOWED, limits: limitsOf('futures') },
]
