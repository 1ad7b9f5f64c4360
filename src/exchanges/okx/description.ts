import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] www.okx.com/docs-v5/en as of June 2026: overview (regional domains, authentication, transaction timeouts,
// general info), trading account, order book trading → trade, public data, error codes.

const LOOKUPS = [['by client order id'], ['open orders'], ['fills since it was sent']] as const

/** The same on both markets. */
const FACTS = {
  // [D place order] "A combination of case-sensitive alphanumerics, all numbers, or all letters of up to 32 characters".
  idField: 'clOrdId', idForm: '^[A-Za-z0-9]{1,32}$', maxLength: 32,
  // [D place order] "must be unique among all currently pending (live or partially_filled) orders … Uniqueness is not
  // enforced historically": 51016 speaks of open orders alone, and a market order is seldom open.
  repeatedId: 'O', repeatWindowMs: null,
  // [D transaction timeouts] `expTime`: "the request will not be processed if the current system time of the server is
  // after the expTime", named for "busy OKX servers" (50036, 50037). Which server compares is not said: ten more seconds.
  deadline: 'on arrival', lateAcceptMs: 10_000, lookups: LOOKUPS,
  // [D order history (last 7 days)] "The incomplete orders that have been canceled are only reserved for 2 hours"; fills
  // are told for 3 days, filled orders for 7. The shortest holds.
  lookupMemoryMs: 7_200_000,
  // [D order precheck] "Only applicable to Multi-currency margin mode, and Portfolio margin mode".
  testOrder: false,
  source: 'okx.com/docs-v5/en order book trading → trade: place order, order details, order list, order history, transaction details; overview → transaction timeouts; error codes',
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduceOnly` true',
  hedge: '`posSide` long or short, against its side',
  otherMode: 'refused: 51000, "Parameter posSide error" [D place order, posSide; users\' reports]; `reduceOnly` holds besides in net mode',
} as const

export const description: ExchangeDescription = {
  id: 'okx',
  name: 'OKX',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API key' }, { name: 'secret', label: 'Secret key' }, { name: 'passphrase', label: 'Passphrase' }],
  keyKinds: ['HMAC'],
  // [D overview] "Depending on where you registered, you must use the correct domain".
  sites: [{ id: 'eea', name: 'European Economic Area (my.okx.com)' }, { id: 'us', name: 'United States and Australia (app.okx.com)' }],
  rights: 'told',
  refuses: [
    'Keys of demo trading.',
    'On spot, accounts in multi-currency or portfolio margin mode: there a spot order is a margin order.',
    'On futures, accounts in spot mode, which have no contracts, and in portfolio margin mode, which knows no reduce-only.',
    'OKX has no right of its own for transfers: "Trade" includes moving funds between the accounts of one owner, never out of OKX.',
  ],
  guide: 'OKX → profile picture → API → Create API key → purpose "API trading". Choose a passphrase (it is the third field here). Tick '
    + '"Read" and "Trade"; leave "Withdraw" unticked. Enter the address of the machine that runs Towerflow under "IP address": a key '
    + 'that may trade and is bound to no address ends after 14 days without use. The account mode (Trade → Settings → Account mode) '
    + 'has to be "Futures mode" or "Multi-currency margin mode" for a futures connection, "Spot mode" or "Futures mode" for a spot connection. Contracts are '
    + 'traded with cross margin.',
  facts: {
    spot: { ...FACTS, reduceOnly: false },
    futures: { ...FACTS, reduceOnly: true, closing: CLOSING },
  },
  publicDataNeedsKey: false,
}

/** All that is ever asked of a site. */
const ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v5/public/time' },
  { method: 'GET', path: '/api/v5/public/instruments' },
  { method: 'GET', path: '/api/v5/market/ticker' },
  { method: 'GET', path: '/api/v5/market/tickers' },
  { method: 'GET', path: '/api/v5/account/config' },
  { method: 'GET', path: '/api/v5/account/balance' },
  { method: 'GET', path: '/api/v5/account/positions' },
  { method: 'POST', path: '/api/v5/account/set-leverage' },
  { method: 'POST', path: '/api/v5/trade/order' },
  { method: 'GET', path: '/api/v5/trade/order' },
  { method: 'POST', path: '/api/v5/trade/cancel-order' },
  { method: 'GET', path: '/api/v5/trade/orders-pending' },
  { method: 'GET', path: '/api/v5/trade/orders-history' },
  { method: 'GET', path: '/api/v5/trade/fills' },
]

/** [D overview] "EU users: … eea.okx.com", "US & AU users: … us.okx.com". */
export const HOSTS: readonly HostPlan[] = [
  { name: 'okx', url: 'https://openapi.okx.com', allowed: ALLOWED, limits: LIMITS },
  ...description.sites.map(({ id }) => ({ name: `okx:${id}`, url: `https://${id}.okx.com`, allowed: ALLOWED, limits: LIMITS, derive: (main: string) => `${main}/${id}` })),
]
