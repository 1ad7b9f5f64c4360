import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [S] github.com/mexcdevelop/apidocs, branch spot_v3_en, and www.mexc.com/api-docs/spot-v3 (query-uid, query-api-key-info); [F]
// www.mexc.com/api-docs/futures as of May 2026 (update log, integration guide, error code, account and trading endpoints) and the
// same repository's branch contract_v1_en. [F update log] 2026-03-31: "Futures Trading API maintenance ended; trading access reopened."

/** The same on both markets. */
const FACTS = {
  repeatWindowMs: null,
  // Both compare the time on arrival; how long what arrived in time may take is nowhere said, so an order that got lost needs a person.
  lateAcceptMs: null, deadline: 'on arrival', lookups: [['by client order id'], ['open orders'], ['all orders since it was sent']],
  // [S all orders] "a maximum of the latest 7 days"; [F historical orders] the last 7 days unless told otherwise.
  lookupMemoryMs: 7 * 86_400_000,
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`positionMode` 2, `side` 2 or 4 ("close short", "close long"), `reduceOnly` true',
  hedge: '`positionMode` 1, `side` 2 or 4',
  otherMode: 'the order names its mode: refused, 7002. Were it not, `side` says that it closes [F place order; error code]',
} as const

export const description: ExchangeDescription = {
  id: 'mexc',
  name: 'MEXC',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'Access Key' }, { name: 'secret', label: 'Secret Key' }],
  keyKinds: ['HMAC'],
  sites: [],
  rights: 'told',
  refuses: ['Pairs without market orders and contracts closed to keys cannot be traded. Contracts are opened with crossed margin, as each order has to name one.'],
  guide: 'MEXC → profile picture → API Management → Create New API. Under "Account" tick "View Account Details"; for a spot connection "Spot '
    + 'Trading: View Order Details, Trade", for a futures connection "Futures: View Account Details, View Order Details, Order Placing". Leave '
    + '"Withdraw", "Transfer" and everything else unticked. Enter the address of the machine that runs Towerflow under "Link IP Address"; without it '
    + 'the key ends after 90 days. The secret is shown only once.',
  facts: {
    spot: {
      // [S new order] a string, its length not said; other programs keep to 32 characters, which is what futures document.
      idField: 'newClientOrderId', idForm: '^[A-Za-z0-9_-]{1,32}$', maxLength: 32,
      // Not documented.
      repeatedId: 'unknown', ...FACTS, reduceOnly: false, testOrder: true,
      source: 'github.com/mexcdevelop/apidocs spot_v3_en: new order, query order, current open orders, all orders, account trade list',
    },
    futures: {
      // [F error code] 2030 "External order ID is too long (Max. 32 bits)".
      idField: 'externalOid', idForm: '^[A-Za-z0-9_-]{1,32}$', maxLength: 32,
      // [F bulk order] "return the existing order ID if it already exists" is said of orders in bulk alone, so it is not relied on.
      repeatedId: 'unknown', ...FACTS, reduceOnly: true, closing: CLOSING, testOrder: false,
      source: 'www.mexc.com/api-docs/futures: integration guide, place order, query the order based on the external number, historical orders, error code',
    },
  },
  publicDataNeedsKey: false,
}

const OUR_ID = '[A-Za-z0-9_-]{12,32}'
const CONTRACT = '[0-9A-Z]{1,32}_USD[TC]'

/** All that is ever asked of MEXC. */
const ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v3/time' },
  { method: 'GET', path: '/api/v3/exchangeInfo' },
  { method: 'GET', path: '/api/v3/ticker/price' },
  { method: 'GET', path: '/api/v3/uid' },
  { method: 'GET', path: '/api/v3/apiKeyInfo' },
  { method: 'GET', path: '/api/v3/account' },
  { method: 'POST', path: '/api/v3/order' },
  { method: 'POST', path: '/api/v3/order/test' },
  { method: 'GET', path: '/api/v3/order' },
  { method: 'DELETE', path: '/api/v3/order' },
  { method: 'GET', path: '/api/v3/openOrders' },
  { method: 'GET', path: '/api/v3/allOrders' },
  { method: 'GET', path: '/api/v3/myTrades' },
  { method: 'GET', path: '/api/v1/contract/detail' },
  { method: 'GET', path: '/api/v1/contract/ticker' },
  { method: 'GET', path: '/api/v1/private/account/assets' },
  { method: 'GET', path: '/api/v1/private/position/position_mode' },
  { method: 'GET', path: '/api/v1/private/position/open_positions' },
  { method: 'POST', path: '/api/v1/private/position/change_leverage' },
  { method: 'POST', path: '/api/v1/private/order/create' },
  { method: 'POST', path: '/api/v1/private/order/cancel_with_external' },
  { method: 'GET', path: new RegExp(`^/api/v1/private/order/external/${CONTRACT}/${OUR_ID}$`) },
  { method: 'GET', path: '/api/v1/private/order/list/open_orders' },
  { method: 'GET', path: '/api/v1/private/order/list/history_orders' },
  { method: 'GET', path: /^\/api\/v1\/private\/order\/deal_details\/\d{1,30}$/ },
]

export const HOSTS: readonly HostPlan[] = [{ name: 'mexc', url: 'https://api.mexc.com', allowed: ALLOWED, limits: LIMITS }]
