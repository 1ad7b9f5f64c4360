import type { Market } from '#model'
import type { Desk } from '../desk.ts'
import type { Prices } from '../port.ts'
import { futuresPrices } from './futures/markets.ts'
import { spotPrices } from './spot/markets.ts'

/** Last prices. A single symbol that Kraken does not have: `Problem` `unknown_symbol`. */
export const prices = (desk: Desk, market: Market, symbols: readonly string[]): Promise<Prices> => (market === 'spot' ? spotPrices : futuresPrices)(desk, symbols)
