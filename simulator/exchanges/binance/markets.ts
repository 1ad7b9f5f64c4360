import { amount, decimalsOf, floorTo, plain, type Amount } from '../../amount.ts'
import { choice, count, decimal, requiredText, text, type ControlBody } from '../../control-body.ts'
import { BadControl } from '../../venue.ts'
import { futuresSymbol, type FuturesSymbol } from './futures/symbols.ts'
import { spotSymbol, type SpotSymbol } from './spot/symbols.ts'
import type { Binance } from './state.ts'

const MAXIMUM_GENERATED = 20_000

/** The rules that a test may change, by their name in the control body. */
const RULES = [
  'tickSize',
  'minPrice',
  'maxPrice',
  'stepSize',
  'minQty',
  'maxQty',
  'marketMaxQty',
  'minNotional',
  'priceUp',
  'priceDown',
] as const
const SPOT_RULES = ['marketMinQty', 'marketStepSize', 'maxNotional'] as const

/**
 * Adds or changes one market, or makes many:
 * `{market, symbol, base?, quote?, status?, price?, tickSize?, stepSize?, minQty?, …}` or
 * `{market, generate: 3000, quote?}`.
 * base and quote are required for a new one. Answers the symbols.
 */
export function putMarkets(x: Binance, body: ControlBody): string[] {
  const market = choice(body, 'market', ['spot', 'futures'])
  if (market === undefined) throw new BadControl('market is required: spot or futures')
  const generate = count(body, 'generate', 1, MAXIMUM_GENERATED)
  if (generate !== undefined) return generated(x, market, generate, text(body, 'quote') ?? 'USDT')
  const name = requiredText(body, 'symbol')
  if (!/^[A-Z0-9\-_.]{1,20}$/.test(name)) throw new BadControl('symbol must be 1 to 20 of A-Z 0-9 - _ .')
  if (market === 'spot') {
    const current = x.spot.symbols.get(name) ?? spotSymbol({ ...commonRules(name, body), marketMaxQty: '100000' })
    x.spot.symbols.set(name, { ...current, ...changes(body, [...RULES, ...SPOT_RULES]) } as SpotSymbol)
    x.spot.version += 1
  } else {
    const current = x.futures.symbols.get(name) ?? futuresSymbol({ ...commonRules(name, body), marketMaxQty: '100000' })
    x.futures.symbols.set(name, { ...current, ...changes(body, RULES), ...contractChanges(body) } as FuturesSymbol)
    x.futures.version += 1
  }
  return [name]
}

function commonRules(symbol: string, body: ControlBody) {
  return {
    symbol,
    base: requiredText(body, 'base'),
    quote: requiredText(body, 'quote'),
    price: '100',
    tickSize: '0.01',
    stepSize: '0.001',
    maxQty: '1000000',
    minNotional: '5',
  }
}

function changes(body: ControlBody, rules: readonly string[]): Record<string, unknown> {
  const changed: Record<string, unknown> = {}
  for (const rule of rules) {
    const value: Amount | undefined = decimal(body, rule)
    if (value !== undefined) changed[rule] = value
  }
  const price = decimal(body, 'price')
  if (price === 0n) throw new BadControl('price must be above 0')
  if (price !== undefined) changed['price'] = price
  const status = text(body, 'status')
  if (status !== undefined) changed['status'] = status
  return changed
}

/** Precisions follow the step and the tick unless they are named. */
function contractChanges(body: ControlBody): Record<string, unknown> {
  const changed: Record<string, unknown> = {}
  const step = decimal(body, 'stepSize')
  const tick = decimal(body, 'tickSize')
  const quantityPrecision = count(body, 'quantityPrecision', 0, 8) ?? (step && decimalsOf(plain(step)))
  const pricePrecision = count(body, 'pricePrecision', 0, 8) ?? (tick && decimalsOf(plain(tick)))
  if (quantityPrecision !== undefined) changed['quantityPrecision'] = quantityPrecision
  if (pricePrecision !== undefined) changed['pricePrecision'] = pricePrecision
  const contractType = choice(body, 'contractType', ['PERPETUAL', 'CURRENT_QUARTER', 'NEXT_QUARTER'])
  if (contractType !== undefined) changed['contractType'] = contractType
  const deliveryDate = count(body, 'deliveryDate', 0, Number.MAX_SAFE_INTEGER)
  if (deliveryDate !== undefined) changed['deliveryDate'] = deliveryDate
  return changed
}

/** GEN0001USDT, GEN0002USDT … with prices from 1 to 1000. */
function generated(x: Binance, market: 'spot' | 'futures', many: number, quote: string): string[] {
  const names: string[] = []
  for (let i = 1; i <= many; i += 1) {
    const base = `GEN${String(i).padStart(4, '0')}`
    const rules = { ...commonRules(base + quote, { base, quote }), marketMaxQty: '100000' }
    const price = floorTo(amount(String(1 + ((i * 37) % 1000))), amount('0.01'))
    if (market === 'spot') x.spot.symbols.set(rules.symbol, { ...spotSymbol(rules), price })
    else x.futures.symbols.set(rules.symbol, { ...futuresSymbol(rules), price })
    names.push(rules.symbol)
  }
  x[market].version += 1
  return names
}
