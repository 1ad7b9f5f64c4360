import type { ExchangeDescription } from '#contract'
import type { HostPlan } from '../host.ts'
import { LIMITS } from './limits.ts'

// Sources: docs.bitvavo.com as of 2026: [A] REST introduction, authentication, rate limits; [C] create order; [G] get order, get orders, get open
// orders, cancel order; [E] errors; [M] get markets. Added to try docs/adding-an-exchange.md, and marked experimental: nobody has used it with an account.

export const description: ExchangeDescription = {
  id: 'bitvavo',
  name: 'Bitvavo',
  experimental: true,
  markets: ['spot'],
  missing: { futures: 'Bitvavo\'s interface for trading has spot markets only.' },
  credentials: [{ name: 'apiKey', label: 'API key' }, { name: 'secret', label: 'API secret' }],
  keyKinds: ['HMAC'],
  sites: [],
  rights: 'unverifiable',
  refuses: [],
  guide: 'Bitvavo → profile picture → Settings → API → Request new API key. Tick "Read only" (View) and "Trade digital assets", and nothing else: "Withdraw digital assets" '
    + 'has to stay unticked, and Bitvavo cannot tell whether it is. Enter the address of the machine that runs Towerflow as the only one that may use '
    + 'the key, and confirm the key by e-mail. The secret is shown only once.',
  facts: {
    spot: {
      idField: 'clientOrderId', idForm: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$', maxLength: 18,
      // [C] "Your identifier of the order. Must be unique across open orders."
      repeatedId: 'O', repeatWindowMs: null,
      // [A] The window is compared on arrival; what the engine took in time may still be answered with 109, and nobody says for how long.
      lateAcceptMs: null, deadline: 'on arrival',
      // [G get orders] a range of at most 24 hours; how long an order is found by our id is not said.
      lookups: [['by client order id'], ['open orders'], ['all orders since it was sent']], lookupMemoryMs: 24 * 3_600_000, reduceOnly: false, testOrder: false,
      source: 'docs.bitvavo.com/docs/rest-api: create-order, get-order, get-orders, get-open-orders, cancel-order; errors',
    },
  },
  publicDataNeedsKey: false,
}

export const HOSTS: readonly HostPlan[] = [{
  name: 'bitvavo', url: 'https://api.bitvavo.com', limits: LIMITS,
  allowed: [
    { method: 'GET', path: '/v2/time' }, { method: 'GET', path: '/v2/markets' }, { method: 'GET', path: '/v2/ticker/price' }, { method: 'GET', path: '/v2/balance' },
    { method: 'POST', path: '/v2/order' }, { method: 'GET', path: '/v2/order' }, { method: 'DELETE', path: '/v2/order' }, { method: 'GET', path: '/v2/ordersOpen' }, { method: 'GET', path: '/v2/orders' },
  ],
}]
