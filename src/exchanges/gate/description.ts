import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] www.gate.com/docs/developers/apiv4 v4.106: authentication, permissions, label list, frequency limits, spot,
// futures, account; [S] github.com/gate/gateapi-nodejs docs/ as of June 2026, which is made from the same description.

const LOOKUPS = [['by client order id'], ['open orders'], ['finished orders since it was sent']] as const

/** The same on both markets. */
const FACTS = {
  // [D] text: "prefixed with t-; no longer than 28 bytes without t- prefix; can only include 0-9, A-Z, a-z, underscore, hyphen or dot".
  idField: 'text', idForm: '^t-[0-9A-Za-z_.-]{1,28}$', maxLength: 28,
  // Neither documented for orders: REPEATED_CREATION stands in the label list without a word on `text`.
  repeatedId: 'unknown', repeatWindowMs: null,
  // [D] x-gate-exptime: "if the GATE receives the request time greater than the expiration time, the request will be rejected".
  // How long what was received in time may take is nowhere said, so an order that got lost needs a person.
  lateAcceptMs: null, deadline: 'on arrival', lookups: LOOKUPS, testOrder: false,
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduce_only` true, the size\'s sign against the position',
  hedge: '`reduce_only` true, the size\'s sign against the position',
  otherMode: 'a close is the same request in both, and reduces or is refused. An opening is the same as well, and in one-way mode could close what another bot holds: **the mode is asked for before openings of hedge mode**, one request [D create futures order]',
} as const

export const description: ExchangeDescription = {
  id: 'gate',
  name: 'Gate',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API Key' }, { name: 'secret', label: 'Secret Key' }],
  keyKinds: ['HMAC'],
  sites: [],
  rights: 'told',
  refuses: [
    'Keys of the test network: it has servers of its own.', 'Accounts in split position mode: their orders name a position.',
    'Keys of sub-accounts need your consent, as Gate tells the rights of a main account\'s keys only.',
  ],
  guide: 'Gate → profile picture → API Management → Create API Key → API v4 Key, Trading Account (Classic or Unified as yours is). Choose "Fixed '
    + 'IP" and enter the address of the machine that runs Towerflow. Under permissions tick "Spot/Margin Trade" (Read And Write) for a spot '
    + 'connection, "Perpetual Futures" (Read And Write) for a futures connection, and "Account" (Read Only), which lets Gate tell what the key '
    + 'may do. Leave "Wallet", "Withdraw" and everything else unticked, or Read Only.',
  facts: {
    spot: {
      ...FACTS, reduceOnly: false,
      // [D] get order: by text "in pending orders"; list: within 1 h after it finished. Filled ones stay in the list by time.
      lookupMemoryMs: 3_600_000,
      source: 'www.gate.com/docs/developers/apiv4 spot: createOrder, getOrder, listOrders; github.com/gate/gateapi-nodejs docs/SpotApi.md',
    },
    futures: {
      ...FACTS, reduceOnly: true, closing: CLOSING,
      // [D] "Zero-fill order cannot be retrieved for 10 minutes after cancellation"; by text for 60 s; filled ones for months.
      lookupMemoryMs: 600_000,
      source: 'www.gate.com/docs/developers/apiv4 futures: createFuturesOrder, getFuturesOrder, getOrdersWithTimeRange; github.com/gate/gateapi-nodejs docs/FuturesApi.md',
    },
  },
  publicDataNeedsKey: false,
}

const OUR_ID = 't-[0-9A-Za-z_.-]{12,28}'
const CONTRACT = '[0-9A-Z]{1,32}_USDT'

/** All that is ever asked of Gate. An order is canceled by our id alone: without one the path is that of "cancel all". */
const ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v4/spot/time' },
  { method: 'GET', path: '/api/v4/spot/currency_pairs' },
  { method: 'GET', path: '/api/v4/spot/tickers' },
  { method: 'GET', path: '/api/v4/futures/usdt/contracts' },
  { method: 'GET', path: '/api/v4/futures/usdt/tickers' },
  { method: 'GET', path: '/api/v4/account/detail' },
  { method: 'GET', path: '/api/v4/account/main_keys' },
  { method: 'GET', path: '/api/v4/spot/accounts' },
  { method: 'POST', path: '/api/v4/spot/orders' },
  { method: 'GET', path: '/api/v4/spot/orders' },
  { method: 'GET', path: new RegExp(`^/api/v4/spot/orders/${OUR_ID}$`) },
  { method: 'DELETE', path: new RegExp(`^/api/v4/spot/orders/${OUR_ID}$`) },
  { method: 'GET', path: '/api/v4/spot/my_trades' },
  { method: 'GET', path: '/api/v4/futures/usdt/accounts' },
  { method: 'GET', path: '/api/v4/futures/usdt/positions' },
  { method: 'GET', path: new RegExp(`^/api/v4/futures/usdt/(dual_comp/)?positions/${CONTRACT}$`) },
  { method: 'POST', path: new RegExp(`^/api/v4/futures/usdt/(dual_comp/)?positions/${CONTRACT}/leverage$`) },
  { method: 'POST', path: '/api/v4/futures/usdt/orders' },
  { method: 'GET', path: '/api/v4/futures/usdt/orders' },
  { method: 'GET', path: '/api/v4/futures/usdt/orders_timerange' },
  { method: 'GET', path: new RegExp(`^/api/v4/futures/usdt/orders/${OUR_ID}$`) },
  { method: 'DELETE', path: new RegExp(`^/api/v4/futures/usdt/orders/${OUR_ID}$`) },
  { method: 'GET', path: '/api/v4/futures/usdt/my_trades' },
]
/** The test network is asked one question: whether it knows the key that Gate does not. */
const QUESTION: readonly Allowed[] = [{ method: 'GET', path: '/api/v4/spot/time' }, { method: 'GET', path: '/api/v4/account/detail' }]

export const HOSTS: readonly HostPlan[] = [
  { name: 'gate', url: 'https://api.gateio.ws', allowed: ALLOWED, limits: LIMITS },
  { name: 'gate:testnet', url: 'https://api-testnet.gateapi.io', allowed: QUESTION, limits: LIMITS, derive: (main) => `${main}/testnet` },
]
