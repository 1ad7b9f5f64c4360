import { addressOf, Host } from '../host.ts'
import type { Exchange, ExchangeContext, ExchangeModule } from '../port.ts'
import { account, setLeverage } from './account.ts'
import { compareClocks, hostOf, type Binance } from './ask.ts'
import { cancel } from './cancel.ts'
import { description, FUTURES_ALLOWED, FUTURES_URL, SPOT_ALLOWED, SPOT_URL } from './description.ts'
import { limitsOf } from './limits.ts'
import { lookup } from './lookup.ts'
import { markets } from './markets.ts'
import { prices } from './prices.ts'
import { report } from './report.ts'
import { check } from './rights.ts'
import { readKey } from './sign.ts'
import { submit } from './submit.ts'

const WARM_SOCKETS = 2
const WARM_DEADLINE_MS = 5000
const LIKELY_OFFSET_MS = 60_000

/** Binance: spot, and USDⓈ-M perpetuals. */
export const binance: ExchangeModule = { description, open }

function open({ http, clock, urls }: ExchangeContext): Exchange {
  const binance: Binance = {
    http, clock,
    spot: new Host('binance', addressOf(urls, 'binance', 'binance', SPOT_URL), SPOT_ALLOWED, limitsOf('spot')),
    futures: new Host('binance:futures', addressOf(urls, 'binance', 'binance:futures', FUTURES_URL), FUTURES_ALLOWED, limitsOf('futures')),
  }
  return {
    description,
    readKey,
    check: (call, consent) => check(binance, call, consent),
    submit: (call, order) => submit(binance, call, order),
    lookup: (call, order) => lookup(binance, call, order),
    cancel: (call, order) => cancel(binance, call, order),
    account: (call) => account(binance, call),
    report: (call, wanted) => report(binance, call, wanted),
    setLeverage: (call, symbol, leverage) => setLeverage(binance, call, symbol, leverage),
    markets: (market) => markets(binance, market),
    prices: (market, symbols) => prices(binance, market, symbols),
    hours: null,
    warm: async (market) => {
      await Promise.all(Array.from({ length: WARM_SOCKETS }, () => compareClocks(binance, hostOf(binance, market), WARM_DEADLINE_MS, LIKELY_OFFSET_MS)))
    },
    usage: () => Object.fromEntries([binance.spot, binance.futures].map((host) => [host.name, host.limits.used()])),
  }
}
