import { floorTo, over, parseAmount, plain, times, type Amount } from '../../amount.ts'
import { newUuid } from '../../clock.ts'
import { endOrder, placeSpot, spotFault, type Fault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { ordersOf, type Order } from '../../orders.ts'
import { badArgument, REASONS } from './refusal.ts'

/** A repeated id is answered before. */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: false }
const LONGEST_ID = 128

type Body = Readonly<Record<string, unknown>>

/** "If the ID provided is not unique, the order will not be created and the order corresponding with that ID will be returned instead." */
export function createOrder(x: Held, key: Key, body: Body, receivedAt: number): unknown {
  const id = body['client_order_id']
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID) throw badArgument('client_order_id is required')
  const known = ordersOf(x.spot.orders, key.account.name).byClientId.get(id)
  if (known !== undefined) return created(known, body)
  const draft = readDraft(x, body, id)
  const fault = typeof draft === 'string' ? draft : spotFault(x, key.account, draft, RULES)
  if (typeof draft === 'string' || fault !== null) return refused(typeof fault === 'string' ? reasonOf(fault) : 'UNKNOWN_FAILURE_REASON')
  return created(placeSpot(x, key, draft, newUuid(), receivedAt), body)
}

const created = (order: Order, body: Body): unknown => ({
  success: true, success_response: { order_id: order.id, product_id: order.symbol, side: order.side, client_order_id: order.clientOrderId, attached_order_id: '' }, order_configuration: body['order_configuration'],
})

const refused = (reason: string): unknown => ({
  success: false, failure_reason: 'UNKNOWN_FAILURE_REASON', order_id: '',
  error_response: {
    error: reason.startsWith('PREVIEW_') ? reason.replace('PREVIEW_', '') : reason, message: reason, error_details: reason, preview_failure_reason: reason.startsWith('PREVIEW_') ? reason : 'UNKNOWN_PREVIEW_FAILURE_REASON',
    new_order_failure_reason: 'UNKNOWN_FAILURE_REASON',
  },
})

const reasonOf = (fault: Fault | 'INVALID_PRODUCT_ID'): string => (fault === 'INVALID_PRODUCT_ID' ? 'PREVIEW_INVALID_PRODUCT_ID' : REASONS[fault])

/** Source: docs.cdp.coinbase.com preview-orders. */
export function previewOrder(x: Held, key: Key, body: Body): unknown {
  const draft = readDraft(x, body, '')
  const fault = typeof draft === 'string' ? draft : spotFault(x, key.account, draft, RULES)
  const total = typeof draft === 'string' ? '0' : plain(times(draft.target, draft.symbol.price))
  return { order_total: total, commission_total: '0', errs: fault === null ? [] : [reasonOf(fault)], warning: [], quote_size: total, base_size: '0', best_bid: '0', best_ask: '0', is_max: false, slippage: '0' }
}

function readDraft(x: Held, body: Body, clientOrderId: string): SpotDraft<Listed> | 'INVALID_PRODUCT_ID' {
  const symbol = x.spot.symbols.get(String(body['product_id']))
  if (symbol === undefined) return 'INVALID_PRODUCT_ID'
  const { side } = body
  if (side !== 'BUY' && side !== 'SELL') throw badArgument('side is required')
  const [configuration] = Object.entries(body['order_configuration'] as Record<string, Record<string, unknown>> | undefined ?? {})
  const [kind, fields] = configuration ?? []
  const size = (name: string): Amount | null => (typeof fields?.[name] === 'string' ? parseAmount(fields[name]) ?? null : null)
  const [base, quote, price] = [size('base_size'), size('quote_size'), size('limit_price')]
  const common = { symbol, side, clientOrderId } as const
  if (kind === 'market_market_ioc') {
    if ((base === null) === (quote === null) || (quote !== null && side === 'SELL')) throw badArgument('order_configuration: one of base_size and quote_size')
    const target = base ?? floorTo(over(quote ?? 0n, symbol.price), symbol.stepSize)
    return { ...common, type: 'MARKET', timeInForce: 'GTC', quantity: base, quoteQuantity: quote, target, price: 0n }
  }
  if (kind !== 'limit_limit_gtc' || base === null || price === null) throw badArgument('order_configuration is not simulated, or lacks a size or price')
  return { ...common, type: fields?.['post_only'] === true ? 'LIMIT_MAKER' : 'LIMIT', timeInForce: 'GTC', quantity: base, quoteQuantity: null, target: base, price }
}

/** Each id has an answer of its own. */
export function cancelOrders(x: Held, key: Key, body: Body): unknown {
  const ids = body['order_ids']
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > 100) throw badArgument('order_ids: 1 to 100')
  return {
    results: ids.map((id: unknown) => {
      const order = x.spot.orders.byId.get(String(id))
      const done = order !== undefined && order.account === key.account.name && endOrder(x, order, 'canceled')
      return { success: done, failure_reason: done ? 'UNKNOWN_CANCEL_FAILURE_REASON' : 'UNKNOWN_CANCEL_ORDER', order_id: String(id) }
    }),
  }
}

const STATUS = { open: 'OPEN', filled: 'FILLED', canceled: 'CANCELLED', expired: 'EXPIRED' } as const

/** Newest first. Source: docs.cdp.coinbase.com list-orders. */
export function listOrders(x: Held, key: Key, params: URLSearchParams): unknown {
  const [statuses, products, from, to] = [params.getAll('order_status'), params.getAll('product_ids'), Date.parse(params.get('start_date') ?? '1970-01-01'), Date.parse(params.get('end_date') ?? '2999-01-01')]
  if (statuses.includes('OPEN') && statuses.length > 1) throw badArgument('cannot pair OPEN orders with other order types')
  const all = [...ordersOf(x.spot.orders, key.account.name).bySymbol.values()].flat()
    .filter((order) => (statuses.length === 0 || statuses.includes(STATUS[order.state])) && (products.length === 0 || products.includes(order.symbol)) && order.createdAt >= from && order.createdAt < to)
    .toSorted((a, b) => b.createdAt - a.createdAt)
  const { rows, cursor } = page(all, params, 1000)
  return { orders: rows.map((order) => orderView(key, order)), sequence: '0', has_next: cursor !== '', cursor }
}

function page<T>(all: readonly T[], params: URLSearchParams, most: number): { rows: readonly T[]; cursor: string } {
  const [from, limit] = [Number(params.get('cursor') ?? 0), Math.min(Number(params.get('limit') ?? most), most)]
  return { rows: all.slice(from, from + limit), cursor: from + limit < all.length ? String(from + limit) : '' }
}

function orderView(key: Key, order: Order): unknown {
  const sizes = order.quoteQuantity === null ? { base_size: plain(order.quantity ?? 0n) } : { quote_size: plain(order.quoteQuantity) }
  const fees = order.trades.reduce<Amount>((sum, trade) => sum + trade.fee, 0n)
  return {
    order_id: order.id, product_id: order.symbol, user_id: String(key.account.uid), side: order.side, client_order_id: order.clientOrderId, status: STATUS[order.state],
    order_configuration: order.type === 'MARKET' ? { market_market_ioc: sizes } : { limit_limit_gtc: { ...sizes, limit_price: plain(order.price), post_only: order.type === 'LIMIT_MAKER' } },
    time_in_force: order.type === 'MARKET' ? 'IMMEDIATE_OR_CANCEL' : 'GOOD_UNTIL_CANCELLED', created_time: new Date(order.createdAt).toISOString(), completion_percentage: '0', filled_size: plain(order.filled),
    average_filled_price: order.filled === 0n ? '0' : plain(over(order.cost, order.filled)), fee: '', number_of_fills: String(order.trades.length), filled_value: plain(order.cost), pending_cancel: false,
    size_in_quote: order.quoteQuantity !== null, total_fees: plain(fees), size_inclusive_of_fees: false, total_value_after_fees: plain(order.cost), trigger_status: 'INVALID_ORDER_TYPE',
    order_type: order.type === 'MARKET' ? 'MARKET' : 'LIMIT', reject_reason: 'REJECT_REASON_UNSPECIFIED', settled: order.state === 'filled', product_type: 'SPOT', reject_message: '', cancel_message: '',
    order_placement_source: 'RETAIL_ADVANCED', outstanding_hold_amount: plain(order.locked), is_liquidation: false, last_fill_time: null, edit_history: [], leverage: '', margin_type: 'UNKNOWN_MARGIN_TYPE',
  }
}

/** An order for an amount has fills whose sizes are amounts. Source: docs.cdp.coinbase.com list-fills. */
export function listFills(x: Held, key: Key, params: URLSearchParams): unknown {
  const wanted = [...params.getAll('order_ids'), ...params.getAll('order_id')]
  const all = [...ordersOf(x.spot.orders, key.account.name).tradesBySymbol.values()].flat().filter((trade) => wanted.length === 0 || wanted.includes(trade.order.id)).toSorted((a, b) => b.id - a.id)
  const { rows, cursor } = page(all, params, 250)
  return {
    cursor,
    fills: rows.map((trade) => {
      const inQuote = trade.order.quoteQuantity !== null
      return {
        entry_id: `entry-${trade.id}`, trade_id: `trade-${trade.id}`, order_id: trade.order.id, trade_time: new Date(trade.at).toISOString(), trade_type: 'FILL', price: plain(trade.price),
        size: plain(inQuote ? trade.quote : trade.quantity), commission: plain(trade.fee), product_id: trade.order.symbol, sequence_timestamp: new Date(trade.at).toISOString(),
        liquidity_indicator: trade.maker ? 'MAKER' : 'TAKER', size_in_quote: inQuote, user_id: String(key.account.uid), side: trade.order.side, retail_portfolio_id: portfolioOf(key),
      }
    }),
  }
}

export const portfolioOf = (key: Key): string => `00000000-0000-4000-8000-${String(key.account.uid).padStart(12, '0')}`
