import type { AccountRequest, Venue, World } from '../../venue.ts'
import { BadControl } from '../../venue.ts'
import { endFuturesOrder, fillFuturesOrder, setFuturesPrice } from '../../engine/futures.ts'
import { endSpotOrder, fillSpotOrder, setSpotPrice } from '../../engine/spot.ts'
import { createOrderStore } from '../../orders.ts'
import { openKey } from './accounts.ts'
import { defaultFuturesSymbols } from './futures/symbols.ts'
import { createWeightMeter } from './limits.ts'
import { putMarkets } from './markets.ts'
import { serveBinance } from './router.ts'
import { defaultSpotSymbols } from './spot/symbols.ts'
import { timeOf, type Binance, type Market } from './state.ts'

const FIRST_UID = 354_937_868
const FIRST_SPOT_ORDER = 28_000_001
const FIRST_TRADE = 56_001

/** Binance spot (/api, /sapi) and USD-M futures (/fapi) on one port. */
export function openBinance(world: World): Venue {
  let x = fresh(world)
  return {
    listeners: [{ entries: { binance: '' }, handle: (request) => serveBinance(x, request) }],
    putAccount: (request) => putAccount(x, request),
    removeKey: (apiKey) => x.keys.delete(apiKey),
    setPrice(symbol, price, market) {
      const spot = market === 'futures' ? undefined : x.spot.symbols.get(symbol)
      const futures = market === 'spot' ? undefined : x.futures.symbols.get(symbol)
      if (spot !== undefined) setSpotPrice(x, x.spot, spot, price)
      if (futures !== undefined) setFuturesPrice(x, x.futures, futures, price)
      return spot !== undefined || futures !== undefined
    },
    putMarkets: (body) => putMarkets(x, body),
    fillOrder: (order, quantity) =>
      order.market === 'spot' ? fillSpotOrder(x, x.spot, order, quantity) : fillFuturesOrder(x, x.futures, order, quantity),
    endOrder: (order, state) =>
      order.market === 'spot' ? endSpotOrder(x, x.spot, order, state) : endFuturesOrder(x, x.futures, order, state),
    setMarketOpen: () => false,
    reset() {
      x = fresh(world)
    },
  }
}

function fresh(world: World): Binance {
  return {
    world,
    keys: new Map(),
    accounts: new Map(),
    spot: market(world, defaultSpotSymbols(), FIRST_SPOT_ORDER),
    futures: market(world, defaultFuturesSymbols(), 1),
    nextUid: FIRST_UID,
  }
}

function market<S>(world: World, symbols: Map<string, S>, nextOrderId: number): Market<S> {
  return {
    symbols,
    orders: createOrderStore(world.arrived),
    weights: createWeightMeter(),
    version: 0,
    infoCache: undefined,
    nextOrderId,
    nextTradeId: FIRST_TRADE,
  }
}

function putAccount(x: Binance, request: AccountRequest): Record<string, unknown> {
  if (request.environment === 'paper') {
    throw new BadControl('binance has no paper host here: a demo key is simply unknown to the live host')
  }
  const key = openKey(request, x.accounts, () => x.nextUid++, timeOf(x))
  x.keys.set(key.apiKey, key)
  return { apiKey: key.apiKey, account: key.account.name, uid: String(key.account.uid) }
}
