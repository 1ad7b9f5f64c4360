import type { ExecutorRequest, OrderInstruction } from '#contract'
import type { ExchangeDescription } from '#contract'
import { closes } from '#exchanges'
import { decimal } from '#model'

/** Spellings of symbols: letters and digits with `/`, `-`, `_`, `.`, `:` between. Nothing that could end a parameter. */
const SYMBOL = /^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,63}$/u
/** What client order ids of ours are made of, whatever an exchange would take. */
const CLIENT_ORDER_ID = /^[A-Za-z0-9_-]{1,64}$/

/** Why a request is refused here, before any key is touched. `code` goes into the outcome of an order. */
export interface Refused { readonly code: string; readonly text: string }

/**
 * Whether a request may be carried out at all. Null: yes. Verbs need no list here: the schema knows no others, and none
 * of them withdraws, transfers or shows a key.
 */
export function refuses(request: ExecutorRequest, exchange: ExchangeDescription | null): Refused | null {
  const market = marketOf(request)
  if (exchange !== null && market !== null && !exchange.markets.includes(market)) {
    return { code: 'wrong_market', text: `${exchange.name} has no ${market} connections here` }
  }
  if ('symbol' in request && request.symbol !== undefined && !SYMBOL.test(request.symbol)) return { code: 'invalid_symbol', text: 'that is no symbol' }
  if (request.verb === 'submitOrder') return refusesOrder(request.order) ?? refusesClose(request)
  if (request.verb === 'testOrder') return refusesOrder(request.order)
  return null
}

function refusesOrder(order: OrderInstruction): Refused | null {
  if (!SYMBOL.test(order.symbol)) return { code: 'invalid_symbol', text: 'that is no symbol' }
  if (!CLIENT_ORDER_ID.test(order.clientOrderId)) return { code: 'invalid_order', text: 'the client order id holds characters that not every exchange takes' }
  const sizes = [order.quantity, order.quoteQuantity].filter((size) => size !== null)
  const [size] = sizes
  if (size === undefined || sizes.length !== 1) return { code: 'invalid_order', text: 'an order has either a quantity or a quote quantity' }
  if (decimal(size).isZero()) return { code: 'invalid_order', text: 'an order of nothing' }
  return null
}

/**
 * What is let through as a close can only take away from what is held: on spot it sells, on futures it is reduce-only or
 * (hedge mode) closes its position's side. Whoever calls an entry a close gets no more than that: where an account in the other
 * position mode would make an opening of it, its exchange's folder asks for the mode first (`unlessModeFits`).
 */
function refusesClose({ kind, order, connection }: ExecutorRequest & { verb: 'submitOrder' }): Refused | null {
  if (kind !== 'close') return null
  const isClose = connection.market === 'spot' ? order.side === 'sell' : closes(order)
  return isClose ? null : { code: 'invalid_order', text: 'it is called a close, and would not only close' }
}

function marketOf(request: ExecutorRequest): 'spot' | 'futures' | null {
  if ('market' in request) return request.market
  return 'connection' in request && request.connection !== undefined ? request.connection.market : null
}
