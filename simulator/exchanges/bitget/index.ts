import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveBitget } from './router.ts'

/** Bitget: v2 for classic accounts, with purses of their own for spot and contracts, v3 for unified ones (`flags.account: "uta"`). */
export function openBitget(world: World): Venue {
  return openVenue(world, {
    // USDC contracts are called BTCPERP.
    spell: (base, quote, market) => (market === 'futures' && quote === 'USDC' ? `${base}PERP` : base + quote),
    unified: ({ flags }) => flags.get('account') === 'uta',
    words: {
      rights: { read: ['stor', 'coor', 'cpor'], spot: ['stow'], futures: ['coow', 'cpow'], withdraw: ['wwow'], transfer: ['wtow'] },
      raw: /^[a-z_]{2,30}$/,
      sites: ['demo'],
    },
    listeners: [{ entries: { bitget: '' }, serve: serveBitget }],
  })
}
