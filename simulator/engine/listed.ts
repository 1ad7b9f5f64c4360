import { amount, type Amount } from '../amount.ts'
import { choice, count, decimal, flag, requiredText, text, type ControlBody } from '../control-body.ts'
import { BadControl } from '../venue.ts'

/** One symbol of one market, with the rules that most exchanges have. Amounts are base and quote units. */
export type Listed = {
  readonly symbol: string
  readonly market: 'spot' | 'futures'
  readonly base: string
  readonly quote: string
  readonly trading: boolean
  readonly tickSize: Amount
  readonly stepSize: Amount
  readonly minQty: Amount
  /** Largest market order. */
  readonly maxQty: Amount
  readonly minNotional: Amount
  /** Base per contract; 1 where the exchange counts base units. */
  readonly contractSize: Amount
  price: Amount
}

/** How the exchange spells a pair. */
export type Spelling = (base: string, quote: string, market: 'spot' | 'futures') => string

type Row = readonly [base: string, quote: string, price: string, tick: string, step: string, maxQty: string]

/** In the likeness of today's lists, the same on every exchange: tests and demos know what to expect. */
const SPOT: readonly Row[] = [
  ['BTC', 'USDT', '50000', '0.1', '0.000001', '80'],
  ['ETH', 'USDT', '2500', '0.01', '0.00001', '1500'],
  ['SOL', 'USDT', '150', '0.01', '0.001', '20000'],
  ['DOGE', 'USDT', '0.2', '0.00001', '0.1', '5000000'],
  ['PEPE', 'USDT', '0.00001', '0.0000000001', '1', '9000000000'],
  ['ETH', 'BTC', '0.05', '0.00001', '0.00001', '1500'],
  ['BTC', 'USDC', '50000', '0.1', '0.000001', '40'],
]
const FUTURES: readonly (readonly [...Row, contractSize: string])[] = [
  ['BTC', 'USDT', '50000', '0.1', '0.001', '500', '0.001'],
  ['ETH', 'USDT', '2500', '0.01', '0.01', '5000', '0.01'],
  ['SOL', 'USDT', '150', '0.01', '0.1', '50000', '0.1'],
  ['DOGE', 'USDT', '0.2', '0.00001', '10', '10000000', '10'],
  ['BTC', 'USDC', '50000', '0.1', '0.001', '100', '0.001'],
]
const MIN_NOTIONAL = '5'
const MAXIMUM_GENERATED = 20_000

/** The usual pairs in an exchange's spelling. `contracts`: it counts contracts on futures. `quoteOf`: see the plan. */
export function usualSymbols(
  spell: Spelling,
  market: 'spot' | 'futures',
  contracts = false,
  quoteOf: (quote: string, market: 'spot' | 'futures') => string | null = (quote) => quote,
): Map<string, Listed> {
  const rows = market === 'spot' ? SPOT.map((row) => [...row, '1'] as const) : FUTURES
  return new Map(
    rows.flatMap(([base, usualQuote, price, tickSize, stepSize, maxQty, size]) => {
      const quote = quoteOf(usualQuote, market)
      if (quote === null) return []
      const symbol = spell(base, quote, market)
      const contractSize = contracts && market === 'futures' ? size : '1'
      return [[symbol, listed({ symbol, market, base, quote, price, tickSize, stepSize, maxQty, contractSize })]]
    }),
  )
}

function listed(rules: {
  readonly symbol: string
  readonly market: 'spot' | 'futures'
  readonly base: string
  readonly quote: string
  readonly price: string
  readonly tickSize: string
  readonly stepSize: string
  readonly maxQty: string
  readonly contractSize?: string
}): Listed {
  return {
    ...rules,
    trading: true,
    price: amount(rules.price),
    tickSize: amount(rules.tickSize),
    stepSize: amount(rules.stepSize),
    minQty: amount(rules.stepSize),
    maxQty: amount(rules.maxQty),
    // A pair against BTC has no minimum of five.
    minNotional: rules.quote === 'BTC' ? amount('0.0001') : amount(MIN_NOTIONAL),
    contractSize: amount(rules.contractSize ?? '1'),
  }
}

const RULES = ['tickSize', 'stepSize', 'minQty', 'maxQty', 'minNotional', 'contractSize', 'price'] as const

/**
 * Serves the markets route: `{market, symbol, base?, quote?, trading?, price?, tickSize?, stepSize?, …}` adds or changes
 * one, `{market, generate: 3000, quote?}` makes many. base and quote are required for a new one. Answers the symbols.
 */
export function putListed(
  markets: Readonly<Record<'spot' | 'futures', Map<string, Listed>>>,
  spell: Spelling,
  body: ControlBody,
): string[] {
  const market = choice(body, 'market', ['spot', 'futures'])
  if (market === undefined) throw new BadControl('market is required: spot or futures')
  const many = count(body, 'generate', 1, MAXIMUM_GENERATED)
  if (many !== undefined) return generate(markets[market], spell, market, many, text(body, 'quote') ?? 'USDT')
  const symbol = requiredText(body, 'symbol')
  const current = markets[market].get(symbol) ?? fresh(symbol, market, requiredText(body, 'base'), requiredText(body, 'quote'))
  const changes: Record<string, unknown> = {}
  for (const rule of RULES) {
    const value = decimal(body, rule)
    if (value !== undefined) changes[rule] = value
  }
  if (changes['price'] === 0n) throw new BadControl('price must be above 0')
  const trading = flag(body, 'trading')
  if (trading !== undefined) changes['trading'] = trading
  markets[market].set(symbol, { ...current, ...changes })
  return [symbol]
}

const fresh = (symbol: string, market: 'spot' | 'futures', base: string, quote: string, price = '100'): Listed =>
  listed({ symbol, market, base, quote, price, tickSize: '0.01', stepSize: '0.001', maxQty: '100000' })

/** GEN0001, GEN0002 … with prices from 1 to 1000. */
function generate(into: Map<string, Listed>, spell: Spelling, market: 'spot' | 'futures', many: number, quote: string): string[] {
  return Array.from({ length: many }, (_, i) => {
    const base = `GEN${String(i + 1).padStart(4, '0')}`
    const symbol = spell(base, quote, market)
    into.set(symbol, fresh(symbol, market, base, quote, String(1 + (((i + 1) * 37) % 1000))))
    return symbol
  })
}
