import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] www.bitget.com/api-doc as of December 2025: common (signature, quick start), spot, contract (v2, classic
// accounts), uta (v3, unified accounts), error codes. [I] issues that show what the live exchange answers: ccxt 26838,
// passivbot 601 (40084, 40085), several (40099).

const LOOKUPS = [['by client order id'], ['open orders'], ['closed orders since it was sent']] as const

/** The same on both markets. */
const FACTS = {
  // [D uta place order] `^[\.A-Z\:/a-z0-9_-]{1,32}$`; classic accounts take 50 (40304) or 64 (40305).
  idField: 'clientOid', idForm: '^[.A-Z:/a-z0-9_-]{1,32}$', maxLength: 32,
  // [D error codes] 43118, 45034, 25212 "duplicate"; among which orders, and for how long, is nowhere said.
  repeatedId: 'unknown', repeatWindowMs: null,
  // [D signature; websocket intro] A signed request "will expire in 30 seconds". Classic spot orders carry a receive window
  // besides, compared on arrival or in the engine (40078); contracts and unified accounts have nothing like it, so the
  // longer one holds for all. Ten more seconds for what is on its way to the engine then.
  deadline: 'on arrival', lateAcceptMs: 40_000, lookups: LOOKUPS,
  // [D history orders] 90 days; how long a look-up by id remembers a canceled order is not said: one is relied on.
  lookupMemoryMs: 86_400_000,
  testOrder: false,
  source: 'bitget.com/api-doc spot/trade, contract/trade, uta/trade: Place-Order, Get-Order-Info, Get-Order-Details, Get-Orders-Pending, Get-Orders-History; error-code/restapi',
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`reduceOnly` YES (unified: yes)',
  hedge: 'classic: `side` names the position, `tradeSide` close; unified: `posSide`, against its side',
  otherMode: 'written for one-way mode: refused, 40774 or 25236 [D place order: tradeSide, posSide required in hedge mode; OpenAlice issue 1022]. Written for hedge mode: classic accounts ignore `tradeSide` and would open [D contract place order], of unified ones nothing is said: **the mode is asked for before every order of hedge mode**, one request',
} as const

export const description: ExchangeDescription = {
  id: 'bitget',
  name: 'Bitget',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'API Key' }, { name: 'secret', label: 'Secret Key' }, { name: 'passphrase', label: 'Passphrase' }],
  keyKinds: ['HMAC', 'RSA'],
  sites: [],
  rights: 'told',
  refuses: ['Keys of demo trading.', 'A classic account that became a unified one (or the other way round) has to be connected again: it has other addresses and rights.'],
  guide: 'Bitget → profile picture → API Keys → Create API Key → System-generated (or Self-generated with an RSA pair of your own: then the '
    + 'secret is the private key, in PEM form). Choose a passphrase (it is the third field here) and Read-write. On a classic account tick "Orders" and "Holdings" under '
    + 'Futures for a futures connection, "Trade" under Spot for a spot connection; on a unified account "Unified account trade" and '
    + '"Unified account management". Leave everything else unticked, above all "Wallet" (transfer, withdraw), "P2P" and "Subaccount". Enter the '
    + 'address of the machine that runs Towerflow under "Bind IP address". Which kind of account it is is found out by itself. Contracts are traded with cross margin.',
  facts: {
    spot: { ...FACTS, reduceOnly: false },
    futures: { ...FACTS, reduceOnly: true, closing: CLOSING },
  },
  publicDataNeedsKey: false,
}

/** All that is ever asked of api.bitget.com. */
const ALLOWED: readonly Allowed[] = [
  { method: 'GET', path: '/api/v2/public/time' },
  { method: 'GET', path: '/api/v2/spot/public/symbols' },
  { method: 'GET', path: '/api/v2/spot/market/tickers' },
  { method: 'GET', path: '/api/v2/mix/market/contracts' },
  { method: 'GET', path: '/api/v2/mix/market/ticker' },
  { method: 'GET', path: '/api/v2/mix/market/tickers' },
  // Classic accounts.
  { method: 'GET', path: '/api/v2/spot/account/info' },
  { method: 'GET', path: '/api/v2/spot/account/assets' },
  { method: 'POST', path: '/api/v2/spot/trade/place-order' },
  { method: 'POST', path: '/api/v2/spot/trade/cancel-order' },
  { method: 'GET', path: '/api/v2/spot/trade/orderInfo' },
  { method: 'GET', path: '/api/v2/spot/trade/unfilled-orders' },
  { method: 'GET', path: '/api/v2/spot/trade/history-orders' },
  { method: 'GET', path: '/api/v2/spot/trade/fills' },
  { method: 'GET', path: '/api/v2/mix/account/account' },
  { method: 'GET', path: '/api/v2/mix/account/accounts' },
  { method: 'GET', path: '/api/v2/mix/position/all-position' },
  { method: 'POST', path: '/api/v2/mix/account/set-leverage' },
  { method: 'POST', path: '/api/v2/mix/order/place-order' },
  { method: 'POST', path: '/api/v2/mix/order/cancel-order' },
  { method: 'GET', path: '/api/v2/mix/order/detail' },
  { method: 'GET', path: '/api/v2/mix/order/orders-pending' },
  { method: 'GET', path: '/api/v2/mix/order/orders-history' },
  { method: 'GET', path: '/api/v2/mix/order/fills' },
  // Unified accounts.
  { method: 'GET', path: '/api/v3/account/info' },
  { method: 'GET', path: '/api/v3/account/settings' },
  { method: 'GET', path: '/api/v3/account/assets' },
  { method: 'GET', path: '/api/v3/position/current-position' },
  { method: 'POST', path: '/api/v3/account/set-leverage' },
  { method: 'POST', path: '/api/v3/trade/place-order' },
  { method: 'POST', path: '/api/v3/trade/cancel-order' },
  { method: 'GET', path: '/api/v3/trade/order-info' },
  { method: 'GET', path: '/api/v3/trade/unfilled-orders' },
  { method: 'GET', path: '/api/v3/trade/history-orders' },
  { method: 'GET', path: '/api/v3/trade/fills' },
]

export const HOSTS: readonly HostPlan[] = [{ name: 'bitget', url: 'https://api.bitget.com', allowed: ALLOWED, limits: LIMITS }]
