import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] docs.alpaca.markets and github.com/alpacahq/alpaca-docs (data/webapi, content/trading, content/crypto).

/** How a sale is kept from opening, for people. */
const CLOSING = {
  oneWay: 'stocks: `position_intent` sell_to_close; crypto cannot be sold short',
  hedge: null,
  otherMode: 'a sale of stocks that are not held would open a short position; it is refused, "position intent mismatch" [D orders]',
} as const

export const description: ExchangeDescription = {
  id: 'alpaca',
  name: 'Alpaca',
  markets: ['spot'],
  missing: { futures: 'Alpaca offers stocks and crypto, no perpetual futures.' },
  credentials: [{ name: 'apiKey', label: 'API Key ID' }, { name: 'secret', label: 'API Secret Key' }],
  keyKinds: ['secret in a header'],
  sites: [],
  rights: 'unverifiable',
  refuses: ['Keys of paper accounts: Towerflow trades live accounts only.'],
  guide: 'Alpaca → switch to the live account (top left; not "Paper") → Home → API Keys → Generate New Keys. The secret is shown only once. '
    + 'Alpaca keys have no separate rights: every key can trade, and can also move crypto to a wallet, so Towerflow asks for your consent. '
    + 'Under Crypto Transfers → Whitelisted Addresses approve no address but your own. Paper keys are refused.',
  facts: {
    spot: {
      // [D] orders: client_order_id, string of at most 48 characters (newer SDKs say 128; the shorter holds).
      idField: 'client_order_id', idForm: '^.{1,48}$', maxLength: 48,
      // [D] "A unique identifier for the order"; a repeated one is answered 422 "client_order_id must be unique".
      repeatedId: 'P', repeatWindowMs: null,
      // Nothing in the request tells until when it may be executed.
      lateAcceptMs: null, deadline: 'none', lookups: [['by client order id'], ['open orders'], ['all orders since it was sent']],
      // Not documented; order lists reach back years. A month is far beyond what is ever asked.
      lookupMemoryMs: 30 * 86_400_000,
      reduceOnly: false, closing: CLOSING, testOrder: false,
      source: 'docs.alpaca.markets reference: postorder, getorderbyclientorderid; github.com/alpacahq/alpaca-docs data/webapi/endpoints/orders.yaml',
    },
  },
  publicDataNeedsKey: true,
}

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'

/** All that is ever asked of the live host. No bare `/v2/orders/`: with DELETE that cancels everything. */
const LIVE_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/v2/account' },
  { method: 'GET', path: '/v2/account/activities' },
  { method: 'GET', path: '/v2/assets' },
  { method: 'GET', path: '/v2/clock' },
  { method: 'GET', path: '/v2/positions' },
  { method: 'GET', path: '/v2/orders' },
  { method: 'POST', path: '/v2/orders' },
  { method: 'GET', path: '/v2/orders:by_client_order_id' },
  { method: 'DELETE', path: new RegExp(`^/v2/orders/${UUID}$`) },
]
/** The paper host is asked one question: whether it knows the key that the live host does not. */
const PAPER_ALLOWED: readonly Allowed[] = [{ method: 'GET', path: '/v2/account' }]
const DATA_ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/v2/stocks/trades/latest' },
  { method: 'GET', path: '/v1beta3/crypto/us/latest/trades' },
]

export const HOSTS: readonly HostPlan[] = [
  { name: 'alpaca', url: 'https://api.alpaca.markets', allowed: LIVE_ALLOWED, limits: LIMITS },
  { name: 'alpaca:paper', url: 'https://paper-api.alpaca.markets', allowed: PAPER_ALLOWED, derive: (main) => `${main}/paper` },
  { name: 'alpaca:data', url: 'https://data.alpaca.markets', allowed: DATA_ALLOWED, limits: LIMITS },
]
