import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { FUTURES_LIMITS, SPOT_LIMITS } from './limits.ts'

// Sources: [D] docs.kraken.com as of November 2026, api-reference: account-data/get-api-key-info, trading/add-order,
// account-data/get-open-orders, get-closed-orders, get-trades-info; order-management/send-order,
// get-specific-orders-status, account-history/get-order-events, get-execution-events, api-keys/check-v3-api-key.

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduceOnly` true',
  hedge: null,
  otherMode: 'there is no other mode; an order of hedge mode is not sent',
} as const

export const description: ExchangeDescription = {
  id: 'kraken',
  name: 'Kraken',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API key' }, { name: 'secret', label: 'Private key' }],
  keyKinds: ['HMAC'],
  sites: [],
  rights: 'told',
  refuses: [
    'Keys that see orders of a limited time only ("Query start/end"): a lost order could not be looked up.',
    'Spot keys on futures and the other way round: Kraken has keys of its own for each.',
  ],
  guide: 'Spot: Kraken → profile → Settings → API → Create API key. Tick "Query" under Funds, and "Query open orders & trades", "Query closed '
    + 'orders & trades", "Create & modify orders" and "Cancel & close orders". Leave "Deposit", "Withdraw" and "Earn" unticked. Set "Nonce window" to '
    + '10000000 (ten seconds), so that orders sent side by side may arrive in any order, switch on IP whitelisting with the address of the machine that '
    + 'runs Towerflow, and leave "Query start" and "Query end" empty. Futures: Kraken Pro → Settings → API → Create futures key: General API "Full '
    + 'access", Withdrawal API "No access", and the same address. Use the key for nothing else. A bot that names a leverage makes that contract '
    + 'isolated at Kraken: leave it out to stay with cross margin.',
  facts: {
    spot: {
      // [D add-order] "UUID", "hexadecimal without dashes", or "free text: a string of up to 18 ASCII characters".
      idField: 'cl_ord_id', idForm: '^[A-Za-z0-9_-]{1,18}$', maxLength: 18,
      // [D add-order] "uniquely identify open orders".
      repeatedId: 'O', repeatWindowMs: null,
      // [D add-order] deadline: "after which the matching engine should reject the new order request".
      lateAcceptMs: 0, deadline: 'in the engine',
      lookups: [['open by client order id'], ['closed by client order id'], ['closed orders since it was sent']],
      // Histories have no end; no order is asked for that long.
      lookupMemoryMs: 30 * 86_400_000,
      // Margin trading has it, spot has nothing to reduce.
      reduceOnly: false, testOrder: true,
      source: 'docs.kraken.com api-reference: trading/add-order, account-data/get-open-orders, get-closed-orders',
    },
    futures: {
      idField: 'cliOrdId', idForm: '^[A-Za-z0-9_-]{1,100}$', maxLength: 100,
      // [D support.kraken.com "Send Order"] "It must be globally unique"; `clientOrderIdAlreadyExist`. How long is not said.
      repeatedId: 'P', repeatWindowMs: 600_000,
      // [D send-order] processBefore: "The time before which the request should be processed, otherwise it is rejected".
      lateAcceptMs: 0, deadline: 'in the engine',
      lookups: [['by client order id'], ['open orders'], ['order events since it was sent'], ['executions since it was sent']],
      lookupMemoryMs: 7 * 86_400_000,
      reduceOnly: true, closing: CLOSING, testOrder: false,
      source: 'docs.kraken.com api-reference: order-management/send-order, get-specific-orders-status, account-history/get-order-events, get-execution-events',
    },
  },
  publicDataNeedsKey: false,
}

const post = (path: string): Allowed => ({ method: 'POST', path: `/0/private/${path}` })

const SPOT: readonly Allowed[] = [
  { method: 'GET', path: '/0/public/Time' }, { method: 'GET', path: '/0/public/AssetPairs' }, { method: 'GET', path: '/0/public/Ticker' },
  post('GetApiKeyInfo'), post('BalanceEx'), post('AddOrder'), post('CancelOrder'), post('OpenOrders'), post('ClosedOrders'), post('QueryTrades'),
]

const API = '/derivatives/api/v3'
const FUTURES: readonly Allowed[] = [
  { method: 'GET', path: `${API}/instruments` }, { method: 'GET', path: `${API}/tickers` }, { method: 'GET', path: /^\/derivatives\/api\/v3\/tickers\/PF_[A-Z0-9]{1,40}$/ },
  { method: 'GET', path: '/api/auth/v1/api-keys/v3/check' }, { method: 'GET', path: `${API}/accounts` }, { method: 'GET', path: `${API}/openpositions` },
  { method: 'GET', path: `${API}/openorders` }, { method: 'POST', path: `${API}/orders/status` }, { method: 'POST', path: `${API}/sendorder` },
  { method: 'POST', path: `${API}/cancelorder` }, { method: 'PUT', path: `${API}/leveragepreferences` }, { method: 'GET', path: '/api/history/v3/orders' },
  { method: 'GET', path: '/api/history/v3/executions' },
]

export const HOSTS: readonly HostPlan[] = [
  { name: 'kraken', url: 'https://api.kraken.com', allowed: SPOT, limits: SPOT_LIMITS },
  { name: 'kraken:futures', url: 'https://futures.kraken.com', allowed: FUTURES, limits: FUTURES_LIMITS },
]
