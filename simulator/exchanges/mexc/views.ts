import { over, plain, type Amount } from '../../amount.ts'
import type { Listed } from '../../engine/listed.ts'
import type { Order, Trade } from '../../orders.ts'
import { rawNumber } from '../../raw-number.ts'

const statusOf = (order: Order): string => {
  switch (order.state) {
    case 'open': return order.filled === 0n ? 'NEW' : 'PARTIALLY_FILLED'
    case 'filled': return 'FILLED'
    case 'canceled':
    case 'expired': return order.filled === 0n ? 'CANCELED' : 'PARTIALLY_CANCELED'
  }
}

/** Source: apidocs spot_v3_en, "New Order". */
export const acknowledgement = (order: Order): unknown => ({
  symbol: order.symbol, orderId: order.id, orderListId: -1, price: plain(order.price), origQty: plain(order.quantity ?? 0n), type: order.type, side: order.side, transactTime: order.createdAt,
})

/** Source: apidocs spot_v3_en, "Query Order". */
export const spotOrderView = (order: Order): unknown => ({
  symbol: order.symbol, orderId: order.id, orderListId: -1, clientOrderId: order.clientOrderId, price: plain(order.price), origQty: plain(order.quantity ?? order.target), executedQty: plain(order.filled),
  cummulativeQuoteQty: plain(order.cost), status: statusOf(order), timeInForce: 'GTC', type: order.type, side: order.side, stopPrice: '', icebergQty: '', time: order.createdAt, updateTime: order.updatedAt,
  isWorking: true, origQuoteOrderQty: plain(order.quoteQuantity ?? 0n),
})

/** The client's id of the order under another name, and one of the cancel's own. Source: apidocs spot_v3_en, "Cancel Order". */
export const cancelView = (order: Order): unknown => ({
  symbol: order.symbol, origClientOrderId: order.clientOrderId, orderId: order.id, clientOrderId: '', price: plain(order.price), origQty: plain(order.quantity ?? order.target),
  executedQty: plain(order.filled), cummulativeQuoteQty: plain(order.cost), status: statusOf(order), timeInForce: '', type: order.type, side: order.side,
})

/** Source: apidocs spot_v3_en, "Account Trade List". */
export const spotTradeView = (trade: Trade): unknown => ({
  symbol: trade.order.symbol, id: `${trade.id}X1`, orderId: trade.order.id, orderListId: -1, price: plain(trade.price), qty: plain(trade.quantity), quoteQty: plain(trade.quote), commission: plain(trade.fee),
  commissionAsset: trade.feeAsset, time: trade.at, isBuyer: trade.order.side === 'BUY', isMaker: trade.maker, isBestMatch: true, isSelfTrade: false, clientOrderId: trade.order.clientOrderId,
})

const number = (amount: Amount): unknown => rawNumber(plain(amount))
/** 1 open long, 2 close short, 3 open short, 4 close long. */
const sideOf = (order: Order): number => (order.side === 'BUY' ? (order.reduceOnly ? 2 : 1) : order.reduceOnly ? 4 : 3)
/** 2 uncompleted, 3 completed, 4 cancelled. */
const STATES = { open: 2, filled: 3, canceled: 4, expired: 4 } as const

/** Source: www.mexc.com/api-docs/futures, "Query the order based on the external number". */
export const futuresOrderView = (order: Order, s: Listed): unknown => ({
  orderId: order.id, symbol: order.symbol, positionId: 0, price: number(order.type === 'MARKET' ? s.price : order.price), vol: number(over(order.target, s.contractSize)), leverage: 20, side: sideOf(order),
  category: 1, orderType: order.type === 'MARKET' ? 5 : 1, dealAvgPrice: order.filled === 0n ? 0 : number(over(order.cost, order.filled)), dealVol: number(over(order.filled, s.contractSize)), orderMargin: 0,
  takerFee: number(order.trades.reduce((sum, { fee }) => sum + fee, 0n)), makerFee: 0, profit: 0, feeCurrency: s.quote, openType: 2, state: STATES[order.state], externalOid: order.clientOrderId, errorCode: 0,
  usedMargin: 0, createTime: order.createdAt, updateTime: order.updatedAt, positionMode: order.positionSide === 'BOTH' ? 2 : 1,
})

/** Source: www.mexc.com/api-docs/futures, "Get order transaction details based on the order ID". */
export const futuresTradeView = (trade: Trade, s: Listed): unknown => ({
  id: String(trade.id), symbol: trade.order.symbol, side: sideOf(trade.order), vol: number(over(trade.quantity, s.contractSize)), price: number(trade.price), feeCurrency: trade.feeAsset, fee: number(trade.fee),
  timestamp: trade.at, profit: 0, category: 1, orderId: trade.order.id, taker: !trade.maker,
})
