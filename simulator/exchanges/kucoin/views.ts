import { over, plain, type Amount } from '../../amount.ts'
import type { Listed } from '../../engine/listed.ts'
import { rawNumber } from '../../raw-number.ts'
import type { Order, Trade } from '../../orders.ts'

/** Lots, as a number. */
const lots = (quantity: Amount, symbol: Listed): number => Number(plain(over(quantity, symbol.contractSize)))

/** Source: spec spot `GET /api/v1/hf/orders/client-order/{clientOid}`, futures `GET /api/v1/orders/byClientOid`. */
export function orderView(order: Order, symbol: Listed): unknown {
  const ended = order.state !== 'open'
  const common = {
    id: order.id, symbol: order.symbol, type: order.type === 'MARKET' ? 'market' : 'limit', side: order.side.toLowerCase(), price: plain(order.price), stp: '', timeInForce: order.timeInForce === 'GTX' ? 'GTC' : order.timeInForce,
    postOnly: order.type === 'LIMIT_MAKER' || order.timeInForce === 'GTX', hidden: false, iceberg: false, clientOid: order.clientOrderId, remark: '', tags: '', cancelExist: order.state === 'canceled' || order.state === 'expired',
    createdAt: order.createdAt,
  }
  if (order.market === 'spot') {
    return {
      ...common, opType: 'DEAL', size: plain(order.quantity ?? 0n), funds: plain(order.quoteQuantity ?? 0n), dealSize: plain(order.filled), dealFunds: plain(order.cost), remainSize: ended ? '0' : plain(order.target - order.filled),
      fee: plain(order.trades.reduce((sum, { fee }) => sum + fee, 0n)), feeCurrency: symbol.quote, visibleSize: '0', cancelAfter: -1, channel: 'API', lastUpdatedAt: order.updatedAt, tradeType: 'TRADE', inOrderBook: !ended,
      cancelledSize: common.cancelExist ? plain(order.target - order.filled) : '0', cancelledFunds: '0', remainFunds: '0', tax: '0', active: !ended,
    }
  }
  return {
    ...common, size: lots(order.quantity ?? 0n, symbol), value: plain(order.cost), dealValue: plain(order.cost), dealSize: lots(order.filled, symbol), stop: '', stopPriceType: '', stopTriggered: false, stopPrice: null, leverage: '20',
    forceHold: false, closeOrder: false, visibleSize: 0, isActive: !ended, updatedAt: order.updatedAt, endAt: ended ? order.updatedAt : null, orderTime: rawNumber(`${order.createdAt}000000`), settleCurrency: symbol.quote,
    marginMode: 'CROSS', positionSide: order.positionSide, avgDealPrice: order.filled === 0n ? '0' : plain(over(order.cost, order.filled)), filledSize: lots(order.filled, symbol), filledValue: plain(order.cost),
    status: ended ? 'done' : 'open', reduceOnly: order.reduceOnly,
  }
}

/** Source: spec `GET /api/v1/hf/fills`, futures `GET /api/v1/fills`: times there in nanoseconds. */
export function fillView(trade: Trade, symbol: Listed): unknown {
  const { order } = trade
  const common = {
    symbol: order.symbol, tradeId: String(trade.id), orderId: order.id, side: order.side.toLowerCase(), liquidity: trade.maker ? 'maker' : 'taker', forceTaker: false, price: plain(trade.price), fee: plain(trade.fee),
    feeRate: '0.001', feeCurrency: trade.feeAsset, stop: '',
  }
  if (order.market === 'spot') return { ...common, id: trade.id, counterOrderId: '1', size: plain(trade.quantity), funds: plain(trade.quote), tradeType: 'TRADE', type: order.type === 'MARKET' ? 'market' : 'limit', createdAt: trade.at, tax: '0' }
  return {
    ...common, size: lots(trade.quantity, symbol), value: plain(trade.quote), openFeePay: plain(trade.fee), closeFeePay: '0', fixFee: '0', tradeTime: rawNumber(`${trade.at}000000`), subTradeType: null, marginMode: 'CROSS',
    settleCurrency: symbol.quote, displayType: 'market', orderType: 'market', tradeType: 'trade', createdAt: trade.at,
  }
}
