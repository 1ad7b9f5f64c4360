import { amount } from '../../amount.ts'
import { choice, count, decimal, flag, requiredText, text, type ControlBody } from '../../control-body.ts'
import { BadControl } from '../../venue.ts'
import { pair, stock, type Asset } from './assets.ts'
import type { Alpaca } from './state.ts'

const MAXIMUM_GENERATED = 20_000

/**
 * Adds or changes one asset, or makes many stocks:
 * `{symbol, exchange?, status?, tradable?, fractionable?, price?, minOrderSize?, minTradeIncrement?, priceIncrement?}`
 * (a symbol with a slash is crypto) or `{generate: 3000}`. Answers the symbols.
 */
export function putMarkets(x: Alpaca, body: ControlBody): string[] {
  const generate = count(body, 'generate', 1, MAXIMUM_GENERATED)
  if (generate !== undefined) return generated(x, generate)
  const symbol = requiredText(body, 'symbol')
  if (!/^[A-Z0-9.]{1,12}(\/[A-Z0-9]{2,6})?$/.test(symbol)) throw new BadControl('symbol must be like AAPL or BTC/USD')
  const current = x.assets.get(symbol) ?? fresh(symbol, text(body, 'exchange') ?? 'NASDAQ')
  const price = decimal(body, 'price')
  if (price === 0n) throw new BadControl('price must be above 0')
  const changed: Asset = {
    ...current,
    status: choice(body, 'status', ['active', 'inactive']) ?? current.status,
    tradable: flag(body, 'tradable') ?? current.tradable,
    fractionable: flag(body, 'fractionable') ?? current.fractionable,
    minOrderSize: decimal(body, 'minOrderSize') ?? current.minOrderSize,
    minTradeIncrement: decimal(body, 'minTradeIncrement') ?? current.minTradeIncrement,
    priceIncrement: decimal(body, 'priceIncrement') ?? current.priceIncrement,
    price: price ?? current.price,
  }
  x.assets.set(symbol, changed)
  return [symbol]
}

function fresh(symbol: string, exchange: string): Asset {
  if (!symbol.includes('/')) return stock({ symbol, exchange, price: '100', tradable: true, fractionable: true })
  return pair({ symbol, price: '100', least: '0.01', step: '0.000000001', tick: '0.01' })
}

function generated(x: Alpaca, many: number): string[] {
  const symbols = Array.from({ length: many }, (_, i) => `GEN${i + 1}`)
  for (const [i, symbol] of symbols.entries()) {
    x.assets.set(symbol, { ...fresh(symbol, 'NYSE'), price: amount(String(5 + ((i * 37) % 1000))) })
  }
  return symbols
}
