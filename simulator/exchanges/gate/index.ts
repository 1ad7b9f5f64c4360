import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveGate } from './router.ts'

const TESTNET = '/testnet'

/** Gate's API v4: spot, and perpetuals in USDT with an account of their own, on one port. */
export function openGate(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote) => `${base}_${quote}`,
    unified: false,
    contracts: true,
    words: {
      // A right with `:ro` is read-only. Reading needs one for each group of addresses.
      rights: { read: ['account:ro', 'spot:ro', 'futures:ro'], spot: ['spot'], futures: ['futures'], withdraw: ['withdrawal'], transfer: ['wallet'] },
      raw: /^[a-z_]{2,20}(:ro)?$/,
      sites: ['demo'],
    },
    listeners: [{
      entries: { gate: '', 'gate:testnet': TESTNET },
      serve: (x, request) => (request.path.startsWith(`${TESTNET}/`) ? serveGate(x, { ...request, path: request.path.slice(TESTNET.length) }, 'demo') : serveGate(x, request, 'live')),
    }],
  })
}
