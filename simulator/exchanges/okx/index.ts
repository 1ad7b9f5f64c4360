import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveOkx } from './router.ts'

/** The sites with hosts of their own: docs-v5 overview. Here each stands under a path. */
const SITES = ['eea', 'us'] as const

/** OKX's v5 API: spot and linear perpetual swaps of one trading account, on one port. */
export function openOkx(world: World): Venue {
  return openVenue(world, {
    spell: (base, quote, market) => (market === 'futures' ? `${base}-${quote}-SWAP` : `${base}-${quote}`),
    unified: true,
    contracts: true,
    // "Trade: Can place and cancel orders, funding transfer, make settings": there is none of its own for a market.
    words: {
      rights: { read: ['read_only'], spot: ['trade'], futures: ['trade'], withdraw: ['withdraw'], transfer: ['trade'] },
      raw: /^[a-z_]{2,30}$/,
      // Keys of demo trading are known on the live hosts, which refuse them unless a header says so.
      sites: [...SITES, 'demo'],
    },
    listeners: [{
      entries: Object.fromEntries([['okx', ''], ...SITES.map((site) => [`okx:${site}`, `/${site}`])]),
      serve: (x, request) => {
        const site = SITES.find((one) => request.path.startsWith(`/${one}/`))
        return site === undefined ? serveOkx(x, request, 'live') : serveOkx(x, { ...request, path: request.path.slice(site.length + 1) }, site)
      },
    }],
  })
}
