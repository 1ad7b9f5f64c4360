import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveCoinbase } from './router.ts'

/** Coinbase's Advanced Trade API: spot, paid in dollars. A key is registered with its public half, in PEM. */
export function openCoinbase(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote) => `${base}-${quote}`,
    quoteOf: (quote, market) => (market === 'futures' ? null : quote === 'USDT' ? 'USD' : quote),
    unified: false,
    feeIn: 'quote',
    words: { rights: { read: ['can_view'], spot: ['can_trade'], futures: [], withdraw: ['can_transfer'], transfer: ['can_transfer'] }, raw: /^can_[a-z]{1,30}$/ },
    listeners: [{ entries: { coinbase: '' }, serve: serveCoinbase }],
  })
}
