import type { Market } from '#model'
import { Desk } from './desk.ts'
import { openHosts, type Host } from './host.ts'
import type { Exchange, ExchangeContext, ExchangeModule } from './port.ts'

const WARM_SOCKETS = 2
const WARM_DEADLINE_MS = 5000
/** A larger difference that nobody complained of is more likely a server that does not tell its time. */
const LIKELY_OFFSET_MS = 60_000

/** Opens an exchange: one instance serves all keys, and holds nothing of any of them. */
export function openExchange({ description, hosts, manner, readKey, verbs }: ExchangeModule, { http, clock, urls }: ExchangeContext): Exchange {
  const desk = new Desk(http, clock, manner, openHosts(hosts, description.id, urls), (opened, market) => verbs.markets(opened, market, null))
  const { testOrder, hours } = verbs
  return {
    description, readKey,
    check: (call, consent, onCheck) => verbs.check(desk, call, consent, onCheck),
    submit: (call, order) => verbs.submit(desk, call, order),
    testOrder: testOrder === null ? null : (call, order) => testOrder(desk, call, order),
    lookup: (call, order) => verbs.lookup(desk, call, order),
    cancel: (call, order) => verbs.cancel(desk, call, order),
    account: (call, symbol) => verbs.account(desk, call, symbol),
    report: (call, wanted) => verbs.report(desk, call, wanted),
    setLeverage: (call, symbol, leverage) => verbs.setLeverage(desk, call, symbol, leverage),
    markets: async (market, key) => {
      const rules = await verbs.markets(desk, market, key)
      desk.contracts[market].keep(rules)
      return rules
    },
    prices: (market, symbols, key) => verbs.prices(desk, market, symbols, key),
    hours: hours === null ? null : (key) => hours(desk, key),
    warm: async (market) => {
      // Comparing clocks opens a socket for each question. Where there is none, the feeds keep the sockets warm.
      const host = hostFor(desk, description.id, market)
      await Promise.all(Array.from({ length: WARM_SOCKETS }, () => desk.compareClocks(host, WARM_DEADLINE_MS, LIKELY_OFFSET_MS)))
    },
    usage: () => Object.fromEntries([...desk.hosts.values()].map((host) => [host.name, host.limits.used()])),
  }
}

/** Where orders of that market go: `<exchange>:<market>` where there is such a host, else the main one. */
const hostFor = (desk: Desk, exchange: string, market: Market): Host => desk.hosts.get(`${exchange}:${market}`) ?? desk.host(exchange)
