import { createOrderStore } from '../../orders.ts'
import type { Venue, World } from '../../venue.ts'
import { openKey } from './accounts.ts'
import { defaultAssets, findAsset } from './assets.ts'
import { endOrder, fillOrder, matchOpen } from './engine.ts'
import { putMarkets } from './markets.ts'
import { serveAlpaca } from './router.ts'
import { timeOf, type Alpaca } from './state.ts'

const FIRST_TRADE = 52_983_525_027_001

/** Alpaca on one port: the live host and the data host at its root, the paper host under /paper. */
export function openAlpaca(world: World): Venue {
  let x = fresh(world)
  return {
    listeners: [
      {
        entries: { alpaca: '', 'alpaca:paper': '/paper', 'alpaca:data': '' },
        handle: (request) => serveAlpaca(x, request),
      },
    ],
    putAccount(request) {
      const key = openKey(request, x.accounts, timeOf(x))
      x.keys.set(key.apiKey, key)
      return { apiKey: key.apiKey, account: request.account, uid: key.account.id }
    },
    removeKey: (apiKey) => x.keys.delete(apiKey),
    setPrice(symbol, price) {
      const asset = findAsset(x.assets, symbol)
      if (asset === undefined) return false
      asset.price = price
      matchOpen(x, [asset.symbol])
      return true
    },
    putMarkets: (body) => putMarkets(x, body),
    fillOrder: (order, quantity) => fillOrder(x, order, quantity),
    endOrder: (order, state) => endOrder(x, order, state),
    setMarketOpen(open) {
      x.marketOpen = open
      if (open) matchOpen(x, [...x.orders.openBySymbol.keys()])
      return true
    },
    reset() {
      x = fresh(world)
    },
  }
}

function fresh(world: World): Alpaca {
  return {
    world,
    keys: new Map(),
    accounts: new Map(),
    assets: defaultAssets(),
    orders: createOrderStore(world.arrived),
    marketOpen: true,
    nextTradeId: FIRST_TRADE,
  }
}
