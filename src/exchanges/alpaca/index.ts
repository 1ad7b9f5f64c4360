import { addressOf, Host } from '../host.ts'
import type { Exchange, ExchangeContext, ExchangeModule } from '../port.ts'
import { account, setLeverage } from './account.ts'
import type { Alpaca } from './ask.ts'
import { cancel } from './cancel.ts'
import { DATA_ALLOWED, DATA_URL, description, LIVE_ALLOWED, LIVE_URL, PAPER_ALLOWED, PAPER_URL } from './description.ts'
import { LIMITS } from './limits.ts'
import { lookup } from './lookup.ts'
import { markets } from './markets.ts'
import { hours, prices } from './prices.ts'
import { report } from './report.ts'
import { check } from './rights.ts'
import { readKey } from './sign.ts'
import { submit } from './submit.ts'

/** Alpaca: stocks and crypto, live accounts only. */
export const alpaca: ExchangeModule = { description, open }

function open({ http, clock, urls }: ExchangeContext): Exchange {
  const alpaca: Alpaca = {
    http, clock,
    live: new Host('alpaca', addressOf(urls, 'alpaca', 'alpaca', LIVE_URL), LIVE_ALLOWED, LIMITS),
    paper: new Host('alpaca:paper', addressOf(urls, 'alpaca', 'alpaca:paper', PAPER_URL, (main) => `${main}/paper`), PAPER_ALLOWED),
    data: new Host('alpaca:data', addressOf(urls, 'alpaca', 'alpaca:data', DATA_URL), DATA_ALLOWED, LIMITS),
  }
  return {
    description,
    readKey,
    check: (call, consent) => check(alpaca, call, consent),
    submit: (call, order) => submit(alpaca, call, order),
    lookup: (call, order) => lookup(alpaca, call, order),
    cancel: (call, order) => cancel(alpaca, call, order),
    account: (call) => account(alpaca, call),
    report: (call, wanted) => report(alpaca, call, wanted),
    setLeverage,
    markets: (_market, key) => markets(alpaca, key),
    prices: (market, symbols, key) => prices(alpaca, market, symbols, key),
    hours: (key) => hours(alpaca, key),
    // The trading host answers nothing without a key; the calendar, asked for in the background, keeps its socket warm.
    warm: () => Promise.resolve(),
    usage: () => Object.fromEntries([alpaca.live, alpaca.data].map((host) => [host.name, host.limits.used()])),
  }
}
