import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveBingx } from './router.ts'

/** BingX's spot and its perpetuals in stablecoins, with an account each, on one port. */
export function openBingx(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote) => `${base}-${quote}`,
    unified: false,
    words: {
      rights: {
        read: ['enableReading'], spot: ['enableSpotAndMarginTrading'], futures: ['enableFutures'], withdraw: ['enableWithdrawals'], transfer: ['permitsUniversalTransfer'],
        options: ['enableVanillaOptions'],
      },
      raw: /^[a-z][A-Za-z]{2,40}$/,
    },
    listeners: [{ entries: { bingx: '' }, serve: serveBingx }],
  })
}
