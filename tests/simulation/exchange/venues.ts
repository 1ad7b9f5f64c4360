import type { ExchangeDescription, OrderFacts } from '#contract'
import type { Market, MarketRules } from '#model'

/** How a simulated exchange is, beyond what its facts say of it. */
export interface Venue {
  readonly description: ExchangeDescription
  readonly facts: OrderFacts
  readonly rules: readonly MarketRules[]
  /** What a reduce-only order above the position comes to: it is cut, or refused. */
  readonly overReduce: 'cut' | 'refused'
  /** What a repeated id is answered with, where it is not taken: an error, or the order that is there. */
  readonly repeated: 'error' | 'existing'
  /** Where nothing bounds it: how late a request may be taken after its deadline, ms. */
  readonly latestMs: number
}

/** What every look-up there asks. */
export const LOOKUPS = ['by client order id', 'open orders', 'all orders since it was sent'] as const

type Facts = Pick<OrderFacts, 'maxLength' | 'repeatedId' | 'repeatWindowMs' | 'lateAcceptMs' | 'lookupMemoryMs'>

/** The same facts on every market of it. */
function describe(id: string, markets: readonly Market[], given: Facts, publicDataNeedsKey = false): Pick<Venue, 'description' | 'facts'> {
  const facts: OrderFacts = {
    ...given, idField: 'id', idForm: '^.*$', deadline: 'on arrival', lookups: LOOKUPS.map((name) => [name]), reduceOnly: true, testOrder: false, source: 'the simulation',
  }
  return {
    facts,
    description: {
      id, name: id, markets, missing: {}, credentials: [], keyKinds: [], sites: [], rights: 'told', refuses: [], guide: '', publicDataNeedsKey,
      facts: Object.fromEntries(markets.map((market) => [market, facts])),
    },
  }
}

function rule(exchange: string, market: Market, base: string, more: Partial<MarketRules> = {}): MarketRules {
  const quote = exchange === 'alpaca' ? 'USD' : 'USDT'
  return {
    exchange, market, symbol: exchange === 'alpaca' ? `${base}/${quote}` : `${base}${quote}`, base, quote, assetClass: 'crypto', trading: true,
    quantityStep: '0.0001', minQuantity: '0.0001', maxQuantity: null, minNotional: '5', minNotionalOnClose: false, priceTick: '0.01',
    contractSize: '1', quoteStep: market === 'spot' ? '0.01' : null, hours: 'always', ...more,
  }
}

/** A coin that trades in whole pieces, and whose largest order is small: its closes have legs. */
const coarse: Partial<MarketRules> = { quantityStep: '1', minQuantity: '1', maxQuantity: '2000', priceTick: '0.0001' }
const both = (id: string): readonly MarketRules[] => [
  rule(id, 'spot', 'BTC'), rule(id, 'spot', 'DOGE', { ...coarse, minNotionalOnClose: true }), rule(id, 'futures', 'BTC'), rule(id, 'futures', 'DOGE', coarse),
]
const DAY = 86_400_000

/** One exchange for each way in which facts differ: dedupe classes, bounds or none, long memories and short ones. */
export const VENUES: readonly Venue[] = [
  {
    ...describe('binance', ['spot', 'futures'], { maxLength: 36, repeatedId: 'O', repeatWindowMs: null, lateAcceptMs: 0, lookupMemoryMs: 3 * DAY }),
    rules: both('binance'), overReduce: 'cut', repeated: 'error', latestMs: 0,
  },
  {
    ...describe('alpaca', ['spot'], { maxLength: 48, repeatedId: 'P', repeatWindowMs: null, lateAcceptMs: null, lookupMemoryMs: 30 * DAY }, true),
    rules: [rule('alpaca', 'spot', 'BTC'), rule('alpaca', 'spot', 'ETH')], overReduce: 'refused', repeated: 'error', latestMs: 30_000,
  },
  {
    ...describe('gate', ['spot', 'futures'], { maxLength: 28, repeatedId: 'unknown', repeatWindowMs: null, lateAcceptMs: 5000, lookupMemoryMs: 25_000 }),
    rules: both('gate'), overReduce: 'refused', repeated: 'error', latestMs: 5000,
  },
  {
    ...describe('okx', ['spot', 'futures'], { maxLength: 32, repeatedId: 'P', repeatWindowMs: 600_000, lateAcceptMs: null, lookupMemoryMs: DAY }),
    rules: both('okx'), overReduce: 'cut', repeated: 'existing', latestMs: 20_000,
  },
  {
    ...describe('kraken', ['spot'], { maxLength: 18, repeatedId: 'O', repeatWindowMs: null, lateAcceptMs: null, lookupMemoryMs: DAY }),
    rules: [rule('kraken', 'spot', 'BTC')], overReduce: 'refused', repeated: 'error', latestMs: 45_000,
  },
]

/** The exchange with that id. */
export function venueOf(id: string): Venue {
  const venue = VENUES.find((one) => one.description.id === id)
  if (venue === undefined) throw new Error(`there is no exchange ${id}`)
  return venue
}

/** Prices at the start, quote per base. */
export const FIRST_PRICES: Readonly<Record<string, number>> = { BTC: 50_000, DOGE: 0.2, ETH: 3000 }
