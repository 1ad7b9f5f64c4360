import type { ExchangeDescription } from '#contract'
import type { Allowed, HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: [D] hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api as of November 2026: info-endpoint, exchange-endpoint,
// error-responses, rate-limits, nonces-and-api-wallets, tick-and-lot-size. [S] github.com/hyperliquid-dex/hyperliquid-python-sdk
// (signing.py, exchange.py), @nktkas/hyperliquid 0.33.3 (shapes of answers).

const FACTS = {
  // [D exchange-endpoint] "Optional 128-bit hex string".
  idField: 'cloid', idForm: '^0x[0-9a-f]{32}$', maxLength: 18,
  // What becomes of a repeated one is not said.
  repeatedId: 'unknown', repeatWindowMs: null,
  // [D exchange-endpoint] expiresAfter: "a timestamp in milliseconds after which the action will be rejected"; it is a part of what
  // is signed and carried out, in the order of the chain.
  lateAcceptMs: 0, deadline: 'in the engine',
  lookups: [['by client order id'], ['open orders'], ['recent orders']],
  // [D info-endpoint] historicalOrders: "at most 2000 most recent"; where they reach less far back, the look-up says so.
  lookupMemoryMs: 86_400_000,
  testOrder: false,
  source: 'hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api: exchange-endpoint, info-endpoint, nonces-and-api-wallets',
} as const

/** How a close is written, for people. */
const CLOSING = {
  oneWay: '`r` true',
  hedge: null,
  otherMode: 'there is no other mode; an order of hedge mode is not sent',
} as const

export const description: ExchangeDescription = {
  id: 'hyperliquid',
  name: 'Hyperliquid',
  markets: ['spot', 'futures'],
  missing: {},
  credentials: [{ name: 'apiKey', label: 'Account address' }, { name: 'secret', label: 'Private key of an API wallet' }],
  keyKinds: ['secp256k1 (agent wallet)'],
  sites: [],
  rights: 'told',
  refuses: [
    'The private key of a main wallet, which can withdraw: an API wallet can trade and no more.',
    'Sub-accounts and vaults: connect the account itself.',
  ],
  guide: 'app.hyperliquid.xyz → More → API: enter a name, "Generate", then "Authorize API Wallet" with the longest validity, and sign that with your '
    + 'wallet. Copy the private key that is shown once: that is the private key of an API wallet, which can trade and cannot withdraw. The account '
    + 'address is the one of your own wallet (0x…, top right), not that of the API wallet. Never enter the private key or the words of your own wallet '
    + 'anywhere. Use the API wallet for nothing else: a name that is authorized again, and a fourth name, end the one before.',
  facts: { spot: { ...FACTS, reduceOnly: false }, futures: { ...FACTS, reduceOnly: true, closing: CLOSING } },
  publicDataNeedsKey: false,
}

/** Everything is asked of these two. Which actions may be signed stands in `sign.ts`. */
const ALLOWED: readonly Allowed[] = [{ method: 'POST', path: '/info' }, { method: 'POST', path: '/exchange' }]

export const HOSTS: readonly HostPlan[] = [{ name: 'hyperliquid', url: 'https://api.hyperliquid.xyz', allowed: ALLOWED, limits: LIMITS }]
