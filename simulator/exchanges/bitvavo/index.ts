import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveBitvavo } from './router.ts'

/** Bitvavo's spot markets, paid in euros. */
export function openBitvavo(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote) => `${base}-${quote}`,
    quoteOf: (quote, market) => (market === 'futures' ? null : quote === 'USDT' ? 'EUR' : quote),
    unified: false,
    feeIn: 'quote',
    words: { rights: { read: ['view'], spot: ['trade'], futures: [], withdraw: ['withdraw'], transfer: ['withdraw'] }, raw: /^[a-z]{3,30}$/ },
    listeners: [{ entries: { bitvavo: '' }, serve: serveBitvavo }],
  })
}
