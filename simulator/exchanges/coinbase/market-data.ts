import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import { Refusal } from './refusal.ts'

export function time(x: Held): unknown {
  const now = timeAt(x)
  return { iso: new Date(now).toISOString(), epochSeconds: String(Math.floor(now / 1000)), epochMillis: String(now) }
}

export function productOf(x: Held, id: string): Listed {
  const found = x.spot.symbols.get(id)
  if (found === undefined) throw new Refusal(404, 'NOT_FOUND', `valid product_id is required: ${id}`)
  return found
}

/** Source: docs.cdp.coinbase.com list-public-products. */
export function products(x: Held, params: URLSearchParams): unknown {
  const wanted = params.getAll('product_ids')
  const shown = wanted.length === 0 ? [...x.spot.symbols.values()] : wanted.flatMap((id) => x.spot.symbols.get(id) ?? [])
  return { products: shown.map(productView), num_products: shown.length }
}

export const productView = (s: Listed): unknown => ({
  product_id: s.symbol, price: plain(s.price), base_increment: plain(s.stepSize), quote_increment: '0.01', quote_min_size: plain(s.minNotional), quote_max_size: '150000000', base_min_size: plain(s.minQty),
  base_max_size: plain(s.maxQty), base_name: s.base, quote_name: s.quote, watched: false, is_disabled: false, new: false, status: s.trading ? 'online' : 'delisted', cancel_only: false, limit_only: false,
  post_only: false, trading_disabled: !s.trading, auction_mode: false, product_type: 'SPOT', quote_currency_id: s.quote, base_currency_id: s.base, alias: '', alias_to: [], base_display_symbol: s.base,
  quote_display_symbol: s.quote, view_only: false, price_increment: plain(s.tickSize), display_name: s.symbol, product_venue: 'CBE',
})
