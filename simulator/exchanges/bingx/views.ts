import { over, plain, type Amount } from '../../amount.ts'
import type { Order, Trade } from '../../orders.ts'
import { rawNumber } from '../../raw-number.ts'

/** PENDING until something is filled. */
const statusOf = (order: Order): string => (order.state === 'open' ? (order.filled === 0n ? 'PENDING' : 'PARTIALLY_FILLED') : order.state === 'filled' ? 'FILLED' : 'CANCELED')
const paid = (fee: Amount): string => (fee === 0n ? '0' : `-${plain(fee)}`)
const fees = (order: Order): Amount => order.trades.reduce((sum, { fee }) => sum + fee, 0n)

/** Source: api-ai-skills spot-trade, "Query single order"; BingX.Net's recorded answers. */
export const spotOrderView = (order: Order): unknown => ({
  symbol: order.symbol, orderId: rawNumber(order.id), price: plain(order.price), StopPrice: '0', origQty: plain(order.quantity ?? order.target), executedQty: plain(order.filled),
  cummulativeQuoteQty: plain(order.cost), status: statusOf(order), type: order.type === 'MARKET' ? 'MARKET' : 'LIMIT', side: order.side, time: order.createdAt, updateTime: order.updatedAt,
  transactTime: order.createdAt, origQuoteOrderQty: plain(order.quoteQuantity ?? 0n), fee: paid(fees(order)), feeAsset: order.trades[0]?.feeAsset ?? '', clientOrderID: order.clientOrderId,
})

export const spotTradeView = (trade: Trade): unknown => ({
  symbol: trade.order.symbol, id: trade.id, orderId: rawNumber(trade.order.id), price: plain(trade.price), qty: plain(trade.quantity), quoteQty: plain(trade.quote), commission: rawNumber(paid(trade.fee)),
  commissionAsset: trade.feeAsset, time: trade.at, isBuyer: trade.order.side === 'BUY', isMaker: trade.maker,
})

/** Of a new order no more than what was asked. Source: api-ai-skills swap-trade, "Place order"; BingX.Net's recorded answers. */
export const acknowledgement = (order: Order): unknown => ({
  order: {
    symbol: order.symbol, orderId: rawNumber(order.id), orderID: order.id, side: order.side, positionSide: order.positionSide, type: order.type, clientOrderID: order.clientOrderId, clientOrderId: order.clientOrderId,
    workingType: 'MARK_PRICE',
  },
})

export const futuresOrderView = (order: Order): unknown => ({
  symbol: order.symbol, orderId: rawNumber(order.id), side: order.side, positionSide: order.positionSide, type: order.type, origQty: plain(order.target), price: plain(order.price),
  executedQty: plain(order.filled), avgPrice: order.filled === 0n ? '0.0' : plain(over(order.cost, order.filled)), cumQuote: plain(order.cost), stopPrice: '', profit: '0.0000',
  commission: paid(fees(order)), status: statusOf(order), time: order.createdAt, updateTime: order.updatedAt, clientOrderId: order.clientOrderId, leverage: '', workingType: 'MARK_PRICE',
  reduceOnly: order.reduceOnly,
})

/** Source: api-ai-skills swap-trade, "Query historical transaction details"; BingX.Net's recorded answers. */
export const fillView = (trade: Trade): unknown => ({
  tradeId: String(trade.id), symbol: trade.order.symbol, orderId: trade.order.id, side: trade.order.side, positionSide: trade.order.positionSide, volume: plain(trade.quantity), qty: plain(trade.quantity),
  price: plain(trade.price), amount: plain(trade.quote), commission: paid(trade.fee), currency: trade.feeAsset, filledTm: eight(trade.at, 'Z'), filledTime: eight(trade.at, '.000+0800'),
  role: trade.maker ? 'maker' : 'taker', clientOrderID: trade.order.clientOrderId,
})

const EIGHT_HOURS_MS = 8 * 3_600_000
/** The time of day in China; where it ends in Z it is not what it says. */
const eight = (at: number, end: string): string => new Date(at + EIGHT_HOURS_MS).toISOString().slice(0, 19) + end
