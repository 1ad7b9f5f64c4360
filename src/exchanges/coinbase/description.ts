import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] docs.cdp.coinbase.com, advanced-trade-api/rest-api as of November 2026: orders/create-order, preview-orders,
// cancel-order, list-orders, list-fills; data-api/get-api-key-permissions; accounts, public; coinbase-app
// authentication-authorization/api-key-authentication. [S] github.com/coinbase/coinbase-advanced-py.

export const description: ExchangeDescription = {
  id: 'coinbase',
  name: 'Coinbase',
  markets: ['spot'],
  missing: { futures: 'what Advanced Trade offers beside spot are dated contracts of a US futures merchant and perpetuals of another exchange (INTX), each for some countries only and under rules of its own' },
  credentials: [{ name: 'apiKey', label: 'API key name' }, { name: 'secret', label: 'Private key' }],
  keyKinds: ['EC', 'Ed25519'],
  sites: [],
  rights: 'told',
  refuses: ['Keys that may transfer: at Coinbase that includes sending coins away.'],
  guide: 'Coinbase Developer Platform (portal.cdp.coinbase.com) → API keys → Secret API keys → Create API key. Choose the portfolio to trade with (a '
    + 'portfolio of its own is best), tick "View" and "Trade" and leave "Transfer" unticked, enter the address of the machine that runs Towerflow '
    + 'under "IP allowlist". Both kinds of signature work (ECDSA, Ed25519). The file that is offered then holds "name", which is the API key name '
    + '(organizations/…/apiKeys/…), and "privateKey": copy each whole. A key sees its own portfolio only.',
  facts: {
    spot: {
      // [D create-order] A text; no length is named. [S] sends 32 characters, ccxt 41.
      idField: 'client_order_id', idForm: '^[A-Za-z0-9_-]{1,36}$', maxLength: 36,
      // [D create-order] "If the ID provided is not unique, the order will not be created and the order corresponding with that ID
      // will be returned instead." How long is not said: relied on for minutes only.
      repeatedId: 'P', repeatWindowMs: 600_000,
      // [D api-key-authentication] A request's token ends within 120 seconds; we let it end with the order's deadline. It is looked at
      // on arrival, and until when an order that arrived may be carried out is nowhere said.
      lateAcceptMs: null, deadline: 'on arrival',
      // There is no look-up by our id.
      lookups: [['open orders'], ['all orders since it was sent']],
      lookupMemoryMs: 30 * 86_400_000,
      reduceOnly: false, testOrder: true,
      source: 'docs.cdp.coinbase.com advanced-trade-api/rest-api/orders: create-order, list-orders; coinbase-app api-key-authentication',
    },
  },
  publicDataNeedsKey: false,
}

const API = '/api/v3/brokerage'
const ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: `${API}/time` }, { method: 'GET', path: `${API}/market/products` }, { method: 'GET', path: /^\/api\/v3\/brokerage\/market\/products\/[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/ },
  { method: 'GET', path: `${API}/key_permissions` }, { method: 'GET', path: `${API}/accounts` }, { method: 'POST', path: `${API}/orders` },
  { method: 'POST', path: `${API}/orders/preview` }, { method: 'POST', path: `${API}/orders/batch_cancel` }, { method: 'GET', path: `${API}/orders/historical/batch` },
  { method: 'GET', path: `${API}/orders/historical/fills` },
]

export const HOSTS: readonly HostPlan[] = [{ name: 'coinbase', url: 'https://api.coinbase.com', allowed: ALLOWED, limits: LIMITS }]
