import { over, plain } from '../../amount.ts'
import type { Listed } from '../../engine/listed.ts'
import type { Order, Trade } from '../../orders.ts'

const STATES = { open: 'submitted', filled: 'filled', canceled: 'canceled', expired: 'canceled' } as const
const FUTURES_STATES = { open: 'new', filled: 'filled', canceled: 'canceled', expired: 'canceled' } as const

/** Once something was filled, what is open or canceled is so in part. */
function stateOf(order: Order): string {
  const inPart = order.filled > 0n && order.state !== 'filled'
  if (order.market === 'spot') return inPart ? (order.state === 'open' ? 'partial-filled' : 'partial-canceled') : STATES[order.state]
  return inPart ? (order.state === 'open' ? 'partially_filled' : 'partially_canceled') : FUTURES_STATES[order.state]
}

const typeOf = (order: Order): string => `${order.side.toLowerCase()}-${order.type === 'MARKET' ? 'market' : order.type === 'LIMIT_MAKER' ? 'limit-maker' : 'limit'}`

const common = (order: Order, account: string): Record<string, unknown> => ({
  id: Number(order.id), symbol: order.symbol, 'account-id': Number(account), 'client-order-id': order.clientOrderId, amount: plain(order.quoteQuantity ?? order.target), price: plain(order.price), 'created-at': order.createdAt,
  type: typeOf(order), source: 'spot-api', state: stateOf(order),
})

/** "field" for "filled" is theirs. Source: spot v1, "Get the Order Detail of an Order (based on client order ID)". */
export const spotOrderView = (order: Order, account: string): unknown => ({
  ...common(order, account), 'field-amount': plain(order.filled), 'field-cash-amount': plain(order.cost), 'field-fees': plain(order.trades.reduce((sum, { fee }) => sum + fee, 0n)),
  'finished-at': order.state === 'open' ? 0 : order.updatedAt, 'canceled-at': order.state === 'canceled' || order.state === 'expired' ? order.updatedAt : 0,
})

/** Source: spot v1, "Get All Open Orders". */
export const openOrderView = (order: Order, account: string): unknown => ({
  ...common(order, account), 'filled-amount': plain(order.filled), 'filled-cash-amount': plain(order.cost), 'filled-fees': plain(order.trades.reduce((sum, { fee }) => sum + fee, 0n)),
})

/** Source: spot v1, "Get the Match Result of an Order". */
export const spotTradeView = (trade: Trade): unknown => ({
  id: 313_288_753_000_000 + trade.id, symbol: trade.order.symbol, 'order-id': Number(trade.order.id), 'match-id': trade.id, 'trade-id': trade.id, price: plain(trade.price), 'created-at': trade.at, role: trade.maker ? 'maker' : 'taker',
  'filled-amount': plain(trade.quantity), 'filled-fees': plain(trade.fee), 'fee-currency': trade.feeAsset.toLowerCase(), 'filled-points': '0.0', 'fee-deduct-currency': '', 'fee-deduct-state': 'done', source: 'spot-api', type: typeOf(trade.order),
})

/** Source: as ccxt shows `/v5/trade/order`. What was paid stands below zero here. */
export function futuresOrderView(order: Order, s: Listed): unknown {
  const fee = order.trades.reduce((sum, one) => sum + one.fee, 0n)
  return {
    id: order.id, contract_code: order.symbol, contract_type: 'swap', side: order.side.toLowerCase(), position_side: order.positionSide.toLowerCase(), type: order.type.toLowerCase(), price_match: null, order_id: order.id,
    client_order_id: order.clientOrderId === '' ? order.id : order.clientOrderId, margin_mode: 'cross', price: plain(order.price), volume: plain(over(order.target, s.contractSize)), lever_rate: 5, state: stateOf(order), order_source: 'api',
    reduce_only: order.reduceOnly, time_in_force: order.timeInForce.toLowerCase(), trade_avg_price: order.filled === 0n ? '0' : plain(over(order.cost, order.filled)), trade_volume: plain(over(order.filled, s.contractSize)),
    trade_turnover: plain(order.cost), fee_currency: s.quote, fee: fee === 0n ? '0' : `-${plain(fee)}`, price_protect: false, profit: null, created_time: String(order.createdAt), updated_time: String(order.updatedAt),
    cancel_reason: null, self_match_prevent: 'cancel_taker',
  }
}

/** Source: as ccxt shows `/v5/trade/order/details`. What was paid stands above zero here. */
export const futuresTradeView = (trade: Trade, s: Listed): unknown => ({
  id: `1513834754${trade.id}`, contract_code: trade.order.symbol, order_id: trade.order.id, trade_id: String(trade.id), side: trade.order.side.toLowerCase(), position_side: trade.order.positionSide.toLowerCase(), order_type: '1',
  margin_mode: 'cross', type: trade.order.type.toLowerCase(), client_order_id: trade.order.clientOrderId, role: trade.maker ? 'MAKER' : 'TAKER', trade_price: plain(trade.price), trade_volume: plain(over(trade.quantity, s.contractSize)),
  trade_turnover: plain(trade.quote), created_time: String(trade.at), updated_time: String(trade.at), order_source: 'api', fee_currency: trade.feeAsset, trade_fee: plain(trade.fee), deduction_price: '', profit: '0', contract_type: 'swap',
})
