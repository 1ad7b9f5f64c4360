import { openVenue } from '../../engine/exchange.ts'
import type { Venue, World } from '../../venue.ts'
import { serveKucoin } from './router.ts'

/** KuCoin's classic API: spot on one port, stablecoin-margined perpetuals on another, with purses of their own. */
export function openKucoin(world: World): Venue {
  return openVenue(world, {
    // Perpetuals are called XBTUSDTM, ETHUSDTM.
    spell: (base, quote, market) => (market === 'futures' ? `${base === 'BTC' ? 'XBT' : base}${quote}M` : `${base}-${quote}`),
    unified: false,
    // "The currency of charged fees": the quote currency, for buys as well. [D spot market, feeCurrency]
    feeIn: 'quote',
    contracts: true,
    words: {
      rights: { read: ['General'], spot: ['Spot'], futures: ['Futures'], withdraw: ['Transfer'], transfer: ['InnerTransfer'] },
      raw: /^[A-Z][A-Za-z]{1,30}$/,
    },
    listeners: [
      { entries: { kucoin: '' }, serve: (x, request) => serveKucoin(x, request, 'spot') },
      { entries: { 'kucoin:futures': '' }, serve: (x, request) => serveKucoin(x, request, 'futures') },
    ],
  })
}
