import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveHyperliquid } from './router.ts'

/** Sizes as fine as there, and the one minimum. Source: hyperliquid-docs tick-and-lot-size, error-responses. */
function tune(venue: Venue): void {
  for (const symbol of ['BTC', 'ETH', 'SOL']) venue.putMarkets({ market: 'futures', symbol, stepSize: '0.00001', minQty: '0.00001', minNotional: '10' })
  for (const symbol of ['BTC/USDC', 'ETH/USDC', 'SOL/USDC']) venue.putMarkets({ market: 'spot', symbol, minNotional: '10' })
}

/**
 * Hyperliquid: perpetuals by name and spot pairs, all paid in USDC. A key is registered under its account's address, with the
 * address of the API wallet that it authorized in place of a secret.
 */
export function openHyperliquid(world: World): Venue {
  const venue = openVenue(world, {
    spell: (base, quote, market) => (market === 'futures' ? base : `${base}/${quote}`),
    quoteOf: (quote) => (quote === 'USDT' ? 'USDC' : null),
    unified: false,
    // API wallets have no rights of their own: they trade. Which market, only the simulator's tests tell apart.
    words: { rights: { read: [], spot: ['spot'], futures: ['futures'], withdraw: [], transfer: [] }, raw: /^$/ },
    listeners: [{ entries: { hyperliquid: '' }, serve: serveHyperliquid }],
  })
  tune(venue)
  return {
    ...venue,
    reset() {
      venue.reset()
      tune(venue)
    },
  }
}
