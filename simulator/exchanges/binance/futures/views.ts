import { fixed, over, plain } from '../../../amount.ts'
import type { Order, Trade } from '../../../orders.ts'
import { rawNumber } from '../../../raw-number.ts'
import { statusOf } from '../spot/views.ts'
import type { FuturesSymbol } from './symbols.ts'

/** The order. Source: USD-M "Query Order". */
export function orderView(order: Order, s: FuturesSymbol) {
  return {
    // As on the real exchange, ids may be beyond 2^53 and are numbers all the same.
    orderId: rawNumber(order.id),
    symbol: order.symbol,
    status: statusOf(order),
    clientOrderId: order.clientOrderId,
    price: fixed(order.price, s.pricePrecision),
    avgPrice: fixed(order.filled === 0n ? 0n : over(order.cost, order.filled), s.pricePrecision + 3),
    origQty: fixed(order.target, s.quantityPrecision),
    executedQty: fixed(order.filled, s.quantityPrecision),
    cumQuote: plain(order.cost),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: false,
    side: order.side,
    positionSide: order.positionSide,
    stopPrice: '0',
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: order.type,
    priceMatch: 'NONE',
    selfTradePreventionMode: 'EXPIRE_MAKER',
    goodTillDate: 0,
    time: order.createdAt,
    updateTime: order.updatedAt,
  }
}

/** The answer to a new or canceled order has cumQty and no time of its own. */
export function resultView(order: Order, s: FuturesSymbol) {
  const { time: _time, ...view } = orderView(order, s)
  return { ...view, cumQty: view.executedQty }
}

/** ACK answers before the engine has matched: NEW, nothing filled. */
export function ackView(order: Order, s: FuturesSymbol) {
  const none = fixed(0n, s.quantityPrecision)
  return {
    ...resultView(order, s),
    status: 'NEW',
    avgPrice: '0.00',
    executedQty: none,
    cumQty: none,
    cumQuote: '0.00000',
    updateTime: order.createdAt,
  }
}

/** Source: USD-M "Account Trade List". */
export function tradeView(trade: Trade, s: FuturesSymbol) {
  return {
    symbol: s.symbol,
    id: trade.id,
    orderId: rawNumber(trade.order.id),
    side: trade.order.side,
    price: fixed(trade.price, s.pricePrecision),
    qty: fixed(trade.quantity, s.quantityPrecision),
    realizedPnl: fixed(trade.realizedPnl, 8),
    quoteQty: plain(trade.quote),
    commission: fixed(trade.fee, 8),
    commissionAsset: trade.feeAsset,
    time: trade.at,
    positionSide: trade.order.positionSide,
    buyer: trade.order.side === 'BUY',
    maker: trade.maker,
  }
}
