import { decimalsOf, floorTo, over, times, type Amount } from '../../../amount.ts'
import type { Decimal } from '../params.ts'
import { Refusal } from '../refusal.ts'
import { SPOT_DECIMALS, type SpotSymbol } from './symbols.ts'

function failure(filter: string): Refusal {
  return new Refusal(-1013, `Filter failure: ${filter}`)
}

function checkPrecision(name: string, sent: Decimal): void {
  if (decimalsOf(sent.text) > SPOT_DECIMALS) throw new Refusal(-1111, `Parameter '${name}' has too much precision.`)
}

/** LOT_SIZE, and MARKET_LOT_SIZE for market orders. A filter value of 0 switches that rule off. Source: filters.md. */
export function checkQuantity(s: SpotSymbol, quantity: Decimal, market: boolean): void {
  checkPrecision('quantity', quantity)
  if (quantity.value === 0n) throw new Refusal(-1013, 'Invalid quantity.')
  if (!within(quantity.value, s.minQty, s.maxQty, s.stepSize)) throw failure('LOT_SIZE')
  if (market && !within(quantity.value, s.marketMinQty, s.marketMaxQty, s.marketStepSize)) {
    throw failure('MARKET_LOT_SIZE')
  }
}

function within(value: Amount, least: Amount, most: Amount, step: Amount): boolean {
  if (least !== 0n && value < least) return false
  if (most !== 0n && value > most) return false
  return step === 0n || value % step === 0n
}

/** PRICE_FILTER, then PERCENT_PRICE_BY_SIDE against the last price. */
export function checkPrice(s: SpotSymbol, price: Decimal): void {
  checkPrecision('price', price)
  if (price.value === 0n) throw new Refusal(-1013, 'Invalid price.')
  if (!within(price.value, s.minPrice, s.maxPrice, s.tickSize)) throw failure('PRICE_FILTER')
  if (price.value > times(s.price, s.priceUp) || price.value < times(s.price, s.priceDown)) {
    throw failure('PERCENT_PRICE_BY_SIDE')
  }
}

/** NOTIONAL: the minimum for every order, the maximum for orders with a limit price (applyMaxToMarket is false). */
export function checkNotional(s: SpotSymbol, notional: Amount, market: boolean): void {
  if (notional < s.minNotional || (!market && notional > s.maxNotional)) throw failure('NOTIONAL')
}

/** The base quantity that a quote quantity makes: cut to the step, so that LOT_SIZE holds. */
export function quantityFor(s: SpotSymbol, quote: Decimal): Amount {
  checkPrecision('quoteOrderQty', quote)
  if (quote.value === 0n) throw new Refusal(-1013, 'Invalid quote order quantity.')
  const quantity = floorTo(over(quote.value, s.price), s.stepSize)
  checkNotional(s, quote.value, true)
  if (quantity < s.minQty || quantity > s.maxQty) throw failure('LOT_SIZE')
  if (s.marketMaxQty !== 0n && quantity > s.marketMaxQty) throw failure('MARKET_LOT_SIZE')
  return quantity
}
