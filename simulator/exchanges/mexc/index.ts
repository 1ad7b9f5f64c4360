import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveMexc } from './router.ts'

const READ = ['SPOT_ACCOUNT_READ', 'SPOT_DEAL_READ', 'CONTRACT_ACCOUNT_READ', 'CONTRACT_DEAL_READ']

/** MEXC's spot v3 and futures v1, with an account each, on one port. */
export function openMexc(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote, market) => (market === 'spot' ? base + quote : `${base}_${quote}`),
    unified: false,
    contracts: true,
    words: {
      rights: { read: READ, spot: ['SPOT_DEAL_WRITE'], futures: ['CONTRACT_DEAL_WRITE'], withdraw: ['SPOT_WITHDRAW_WRITE'], transfer: ['SPOT_TRANSFER_WRITE'] },
      raw: /^[A-Z_]{3,40}$/,
    },
    listeners: [{ entries: { mexc: '' }, serve: serveMexc }],
  })
}
