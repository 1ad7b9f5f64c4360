import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] github.com/bybit-exchange/docs, docs/v5 as of July 2026: guide, error, enum, user/apikey-info, order/*,
// position/*, account/wallet-balance, market/*, rate-limit, demo.

const LOOKUPS = [['by client order id'], ['in the history by client order id'], ['open orders'], ['fills since it was sent']] as const

/** The same on both markets. */
const FACTS = {
  // [D order/create-order] "A max of 36 characters. Combinations of numbers, letters (upper and lower cases), dashes, and
  // underscores are supported".
  idField: 'orderLinkId', idForm: '^[A-Za-z0-9_-]{1,36}$', maxLength: 36,
  // [D order/create-order] "always unique"; [D error] 110072, 170141. How long is not said: relied on for minutes only.
  repeatedId: 'P', repeatWindowMs: 600_000,
  // [D guide] The time is compared on arrival; [D order/create-order] what was taken is carried out later ("asynchronous"),
  // and until when is nowhere said. So absence is proven by the repeated id alone.
  lateAcceptMs: null, deadline: 'on arrival', lookups: LOOKUPS,
  // [D order/order-list] canceled and rejected orders: 24 hours; filled ones: 2 years. The shorter holds.
  lookupMemoryMs: 86_400_000,
  source: 'github.com/bybit-exchange/docs docs/v5/order: create-order, open-order, order-list, execution; docs/v5/error, guide',
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduceOnly` true, `positionIdx` 0',
  hedge: '`reduceOnly` true, `positionIdx` 1 or 2',
  otherMode: 'refused: 10001, "position idx not match position mode" [users\' reports, ccxt]; `reduceOnly` holds besides',
} as const

export const description: ExchangeDescription = {
  id: 'bybit',
  name: 'Bybit',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API Key' }, { name: 'secret', label: 'API Secret' }],
  keyKinds: ['HMAC', 'RSA'],
  // [D guide] "Netherlands users: use …". api.bytick.com is the main site under another name.
  sites: [
    { id: 'nl', name: 'Netherlands' }, { id: 'tr', name: 'Turkey' }, { id: 'kz', name: 'Kazakhstan' }, { id: 'ge', name: 'Georgia' },
    { id: 'ae', name: 'United Arab Emirates' }, { id: 'eu', name: 'European Economic Area' }, { id: 'id', name: 'Indonesia' }, { id: 'jp', name: 'Japan' },
  ],
  rights: 'told',
  refuses: ['Keys of demo trading and of the test network: they have servers of their own.', 'Accounts that were not upgraded to a unified trading account.'],
  guide: 'Bybit → profile picture → API → Create New Key → System-generated (or Self-generated with an RSA pair of your own: then the '
    + 'secret is the private key, in PEM form) → API Transaction, Read-Write. Under "Unified Trading" tick "Orders" and "Positions" '
    + '(Contracts) for a futures connection, "Trade" (SPOT) for a spot connection. Leave "Assets" (transfers, withdrawal) and everything '
    + 'else unticked. Choose "Only IPs with permissions granted" and enter the address of the machine that runs Towerflow; without it the '
    + 'key ends after three months. The account has to be a unified trading account.',
  facts: {
    spot: { ...FACTS, reduceOnly: false, testOrder: false },
    // [D order/pre-check-order] linear only.
    futures: { ...FACTS, reduceOnly: true, closing: CLOSING, testOrder: true },
  },
  publicDataNeedsKey: false,
}

/** All that is ever asked of a site. */
const ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/v5/market/time' },
  { method: 'GET', path: '/v5/market/instruments-info' },
  { method: 'GET', path: '/v5/market/tickers' },
  { method: 'GET', path: '/v5/user/query-api' },
  { method: 'GET', path: '/v5/account/wallet-balance' },
  { method: 'GET', path: '/v5/position/list' },
  { method: 'POST', path: '/v5/position/set-leverage' },
  { method: 'POST', path: '/v5/order/create' },
  { method: 'POST', path: '/v5/order/pre-check' },
  { method: 'POST', path: '/v5/order/cancel' },
  { method: 'GET', path: '/v5/order/realtime' },
  { method: 'GET', path: '/v5/order/history' },
  { method: 'GET', path: '/v5/execution/list' },
]
/** The demo and test hosts are asked one question: whether they know the key that no site does. */
const QUESTION: readonly Allowed[] = [{ method: 'GET', path: '/v5/market/time' }, { method: 'GET', path: '/v5/user/query-api' }]

/** [D guide] */
const SITE_URLS: Readonly<Record<string, string>> = {
  nl: 'https://api.bybit.nl', tr: 'https://api.bybit.tr', kz: 'https://api.bybit.kz', ge: 'https://api.bybitgeorgia.ge', ae: 'https://api.bybit.ae',
  eu: 'https://api.bybit.eu', id: 'https://api.bybit.id', jp: 'https://api.manepa.jp',
}

export const HOSTS: readonly HostPlan[] = [
  { name: 'bybit', url: 'https://api.bybit.com', allowed: ALLOWED, limits: LIMITS },
  ...description.sites.map(({ id }) => ({ name: `bybit:${id}`, url: SITE_URLS[id] ?? '', allowed: ALLOWED, limits: LIMITS, derive: (main: string) => `${main}/${id}` })),
  { name: 'bybit:demo', url: 'https://api-demo.bybit.com', allowed: QUESTION, limits: LIMITS, derive: (main) => `${main}/demo` },
  { name: 'bybit:testnet', url: 'https://api-testnet.bybit.com', allowed: QUESTION, limits: LIMITS, derive: (main) => `${main}/testnet` },
]
