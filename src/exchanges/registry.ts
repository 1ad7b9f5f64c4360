import { alpaca } from './alpaca/index.ts'
import { binance } from './binance/index.ts'
import { bingx } from './bingx/index.ts'
import { bitget } from './bitget/index.ts'
import { bitvavo } from './bitvavo/index.ts'
import { bybit } from './bybit/index.ts'
import { coinbase } from './coinbase/index.ts'
import { gate } from './gate/index.ts'
import { htx } from './htx/index.ts'
import { hyperliquid } from './hyperliquid/index.ts'
import { kraken } from './kraken/index.ts'
import { kucoin } from './kucoin/index.ts'
import { mexc } from './mexc/index.ts'
import { okx } from './okx/index.ts'
import type { ExchangeModule } from './port.ts'

/** Every exchange that is supported: its folder, and one line here. */
export const EXCHANGES: readonly ExchangeModule[] = [
  alpaca,
  binance,
  bingx,
  bitget,
  bitvavo,
  bybit,
  coinbase,
  gate,
  htx,
  hyperliquid,
  kraken,
  kucoin,
  mexc,
  okx,
]
