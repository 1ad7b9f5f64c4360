import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { nameOf } from './names.ts'
import { serveKraken } from './router.ts'

/**
 * Kraken's REST API and that of Kraken Futures, on one port. Spot pays in dollars, contracts are settled in dollars. A
 * key belongs to the market whose trading right it has; one that only reads is known to both.
 */
export function openKraken(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote, market) => `${market === 'futures' ? 'PF_' : ''}${nameOf(base)}${nameOf(quote)}`,
    quoteOf: (quote, market) => (quote === 'USDT' ? 'USD' : market === 'futures' ? null : quote),
    unified: false,
    feeIn: 'quote',
    words: {
      rights: {
        read: ['query-funds', 'query-open-trades', 'query-closed-trades', 'general:read-only'], spot: ['modify-trades', 'close-trades'], futures: ['general:full-access'],
        withdraw: ['withdraw-funds', 'withdrawal:full-access'], transfer: ['withdraw-funds', 'withdrawal:full-access'],
      },
      raw: /^[a-z]+(?:-[a-z]+)+$/,
    },
    listeners: [{ entries: { kraken: '', 'kraken:futures': '' }, serve: serveKraken }],
  })
}
