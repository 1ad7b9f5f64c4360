import { alpaca } from './alpaca/index.ts'
import { binance } from './binance/index.ts'
import { bybit } from './bybit/index.ts'
import { coinbase } from './coinbase/index.ts'
import { kraken } from './kraken/index.ts'
import type { ExchangeModule } from './port.ts'

/** Every exchange that is supported: its folder, and one line here. */
export const EXCHANGES: readonly ExchangeModule[] = [
  alpaca,
  binance,
  bybit,
  coinbase,
  kraken,
]
