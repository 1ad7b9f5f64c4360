import type { Market, MarketRules } from '#model'
import type { Desk } from '../desk.ts'
import { futuresMarkets } from './futures/markets.ts'
import { spotMarkets } from './spot/markets.ts'

/** Reads all symbols of a market. Throws `Problem` where Kraken does not answer. */
export const markets = (desk: Desk, market: Market): Promise<readonly MarketRules[]> => (market === 'spot' ? spotMarkets : futuresMarkets)(desk)
