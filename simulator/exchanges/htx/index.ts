import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveHtx } from './router.ts'

/** HTX's spot v1 and futures v5, with an account each, on one port. A key has one right to trade, for both. */
export function openHtx(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote, market) => (market === 'spot' ? `${base}${quote}`.toLowerCase() : `${base}-${quote}`),
    unified: false,
    contracts: true,
    words: { rights: { read: ['readOnly'], spot: ['trade'], futures: ['trade'], withdraw: ['withdraw'], transfer: ['trade'] }, raw: /^[a-zA-Z]{3,40}$/ },
    listeners: [{ entries: { htx: '' }, serve: serveHtx }],
  })
}
