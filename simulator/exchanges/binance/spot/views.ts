import { fixed } from '../../../amount.ts'
import type { Order, Trade } from '../../../orders.ts'
import { SPOT_DECIMALS } from './symbols.ts'

/** The order's state in Binance's words. */
export function statusOf(order: Order): string {
  switch (order.state) {
    case 'open':
      return order.filled === 0n ? 'NEW' : 'PARTIALLY_FILLED'
    case 'filled':
      return 'FILLED'
    case 'canceled':
      return 'CANCELED'
    case 'expired':
      return 'EXPIRED'
  }
}

/** Answers to a new order. Source: rest-api.md "New order", Response ACK, RESULT, FULL. */
export function ackView(order: Order) {
  return {
    symbol: order.symbol,
    orderId: Number(order.id),
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    transactTime: order.createdAt,
  }
}

export function resultView(order: Order) {
  return {
    ...ackView(order),
    ...amounts(order),
    workingTime: order.createdAt,
    selfTradePreventionMode: 'EXPIRE_MAKER',
    ...(order.state === 'expired' ? { expiryReason: 'INSUFFICIENT_LIQUIDITY' } : undefined),
  }
}

export function fullView(order: Order) {
  return {
    ...resultView(order),
    fills: order.trades.map((trade) => ({
      price: fixed(trade.price, SPOT_DECIMALS),
      qty: fixed(trade.quantity, SPOT_DECIMALS),
      commission: fixed(trade.fee, SPOT_DECIMALS),
      commissionAsset: trade.feeAsset,
      tradeId: trade.id,
    })),
  }
}

function amounts(order: Order) {
  return {
    price: fixed(order.price, SPOT_DECIMALS),
    origQty: fixed(order.target, SPOT_DECIMALS),
    executedQty: fixed(order.filled, SPOT_DECIMALS),
    origQuoteOrderQty: fixed(order.quoteQuantity ?? 0n, SPOT_DECIMALS),
    cummulativeQuoteQty: fixed(order.cost, SPOT_DECIMALS),
    status: statusOf(order),
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  }
}

/** Source: rest-api.md "Query order". */
export function orderView(order: Order) {
  return {
    symbol: order.symbol,
    orderId: Number(order.id),
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    ...amounts(order),
    stopPrice: '0.00000000',
    icebergQty: '0.00000000',
    time: order.createdAt,
    updateTime: order.updatedAt,
    isWorking: true,
    workingTime: order.createdAt,
    selfTradePreventionMode: 'EXPIRE_MAKER',
    ...(order.state === 'expired' ? { expiryReason: 'INSUFFICIENT_LIQUIDITY' } : undefined),
  }
}

/** Source: rest-api.md "Cancel order". `cancelId` names the cancelation itself. */
export function cancelView(order: Order, cancelId: string) {
  return {
    symbol: order.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: Number(order.id),
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updatedAt,
    ...amounts(order),
    selfTradePreventionMode: 'EXPIRE_MAKER',
  }
}

/** Source: rest-api.md "Account trade list". */
export function tradeView(trade: Trade) {
  return {
    symbol: trade.order.symbol,
    id: trade.id,
    orderId: Number(trade.order.id),
    orderListId: -1,
    price: fixed(trade.price, SPOT_DECIMALS),
    qty: fixed(trade.quantity, SPOT_DECIMALS),
    quoteQty: fixed(trade.quote, SPOT_DECIMALS),
    commission: fixed(trade.fee, SPOT_DECIMALS),
    commissionAsset: trade.feeAsset,
    time: trade.at,
    isBuyer: trade.order.side === 'BUY',
    isMaker: trade.maker,
    isBestMatch: true,
  }
}
