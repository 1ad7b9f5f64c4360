import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveBybit } from './router.ts'

/** The sites with hosts of their own: docs/v5/guide.mdx, demo.mdx. Here each stands under a path. */
const SITES = ['nl', 'tr', 'kz', 'ge', 'ae', 'eu', 'id', 'jp', 'demo', 'testnet'] as const

/** Bybit's v5 API: spot and linear perpetuals of a unified trading account, on one port. */
export function openBybit(world: World): Venue {
  return openVenue(world, {
    // USDC contracts are called BTCPERP.
    spell: (base, quote, market) => (market === 'futures' && quote === 'USDC' ? `${base}PERP` : base + quote),
    unified: true,
    words: {
      rights: {
        read: [], spot: ['Spot.SpotTrade'], futures: ['ContractTrade.Order', 'ContractTrade.Position'], withdraw: ['Wallet.Withdraw'],
        transfer: ['Wallet.AccountTransfer'], options: ['Options.OptionsTrade'],
      },
      raw: /^[A-Z]\w{1,30}\.[A-Z]\w{1,30}$/,
      sites: SITES,
    },
    listeners: [{
      entries: Object.fromEntries([['bybit', ''], ...SITES.map((site) => [`bybit:${site}`, `/${site}`])]),
      serve: (x, request) => {
        const site = SITES.find((one) => request.path.startsWith(`/${one}/`))
        return site === undefined ? serveBybit(x, request, 'live') : serveBybit(x, { ...request, path: request.path.slice(site.length + 1) }, site)
      },
    }],
  })
}
