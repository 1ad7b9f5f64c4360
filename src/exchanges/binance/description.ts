import type { ExchangeDescription } from '#contract'
import type { Allowed } from '../host.ts'

// Sources: [S] github.com/binance/binance-spot-api-docs: rest-api.md, errors.md, filters.md, faqs; [F] developers.binance.com,
// "Derivatives: USDⓈ-M Futures", as repeated in the docstrings of binance/binance-connector-python; [W] the same, "Wallet".

export const description: ExchangeDescription = {
  id: 'binance',
  name: 'Binance',
  markets: ['spot', 'futures'],
  credentials: [{ name: 'apiKey', label: 'API Key' }, { name: 'secret', label: 'Secret Key' }],
  guide: 'Binance → profile picture → Account → API Management → Create API → System generated. Then "Edit restrictions": keep '
    + '"Enable Reading"; for a spot connection tick "Enable Spot & Margin Trading", for a futures connection "Enable Futures" '
    + '(a key made before the futures account was opened cannot get it: make a new one). Leave everything else unticked, above all '
    + '"Enable Withdrawals", "Permits Universal Transfer" and "Enable Internal Transfer". Choose "Restrict access to trusted IPs only" '
    + 'and enter the address of the machine that runs Towerflow; without it Binance takes the trading rights away after 90 days. '
    + 'A key made with "Self-generated" (RSA, Ed25519) is not supported.',
  facts: {
    // newClientOrderId; [F] new-order: ^[.A-Z:/a-z0-9_-]{1,36}$.
    maxLength: 36,
    // [S] "Orders with the same newClientOrderID can be accepted only when the previous one is filled"; [F] "unique among open orders".
    repeatedId: 'O',
    repeatWindowMs: null,
    // [S] "Timing security": the time is compared on arrival and again before the matching engine. [F] -5028: the engine
    // compares as well. Both against timestamp + recvWindow, which we set no later than notAfter: nothing may act later.
    lateAcceptMs: 0,
    // A gateway that serves no list of all orders is asked for trades instead.
    lookups: [['by client order id'], ['open orders'], ['all orders since it was sent', 'trades since it was sent']],
    // [F] query-order: canceled or expired without a fill is gone after 3 days ([S]: 90 days, -2026). The shorter holds.
    lookupMemoryMs: 3 * 86_400_000,
    reduceOnly: ['futures'],
    source: 'github.com/binance/binance-spot-api-docs rest-api.md; developers.binance.com USDⓈ-M Futures new-order, query-order',
  },
  publicDataNeedsKey: false,
}

export const SPOT_URL = 'https://api.binance.com'
export const FUTURES_URL = 'https://fapi.binance.com'

/** All that is ever asked of api.binance.com. */
export const SPOT_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v3/time' },
  { method: 'GET', path: '/api/v3/exchangeInfo' },
  { method: 'GET', path: '/api/v3/ticker/price' },
  { method: 'GET', path: '/api/v3/account' },
  { method: 'GET', path: '/api/v3/order' },
  { method: 'POST', path: '/api/v3/order' },
  { method: 'DELETE', path: '/api/v3/order' },
  { method: 'GET', path: '/api/v3/openOrders' },
  { method: 'GET', path: '/api/v3/allOrders' },
  { method: 'GET', path: '/api/v3/myTrades' },
  { method: 'GET', path: '/sapi/v1/account/apiRestrictions' },
]

/** All that is ever asked of fapi.binance.com. */
export const FUTURES_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/fapi/v1/time' },
  { method: 'GET', path: '/fapi/v1/exchangeInfo' },
  { method: 'GET', path: '/fapi/v1/ticker/price' },
  { method: 'GET', path: '/fapi/v1/accountConfig' },
  { method: 'GET', path: '/fapi/v2/account' },
  { method: 'GET', path: '/fapi/v3/account' },
  { method: 'GET', path: '/fapi/v1/positionSide/dual' },
  { method: 'GET', path: '/fapi/v1/order' },
  { method: 'POST', path: '/fapi/v1/order' },
  { method: 'DELETE', path: '/fapi/v1/order' },
  { method: 'GET', path: '/fapi/v1/openOrders' },
  { method: 'GET', path: '/fapi/v1/allOrders' },
  { method: 'GET', path: '/fapi/v1/userTrades' },
  { method: 'POST', path: '/fapi/v1/leverage' },
]
