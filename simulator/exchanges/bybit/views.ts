import { over, plain, type Amount } from '../../amount.ts'
import type { Order, Trade } from '../../orders.ts'

/** Source: docs/v5/enum.mdx, orderStatus: "PartiallyFilledCanceled: Only spot has this order status". */
function statusOf(order: Order): string {
  switch (order.state) {
    case 'open': return order.filled === 0n ? 'New' : 'PartiallyFilled'
    case 'filled': return 'Filled'
    case 'canceled':
    case 'expired': return order.market === 'spot' && order.filled > 0n ? 'PartiallyFilledCanceled' : 'Cancelled'
  }
}

const INDEX = { BOTH: 0, LONG: 1, SHORT: 2 } as const

/** Source: docs/v5/order/open-order.mdx. */
export function orderView(order: Order): unknown {
  const fees: Record<string, Amount> = {}
  for (const { feeAsset, fee } of order.trades) fees[feeAsset] = (fees[feeAsset] ?? 0n) + fee
  const average = order.filled === 0n ? '' : plain(over(order.cost, order.filled))
  return {
    orderId: order.id, orderLinkId: order.clientOrderId, blockTradeId: '', symbol: order.symbol, price: plain(order.price), qty: plain(order.quantity ?? order.quoteQuantity ?? 0n),
    side: order.side === 'BUY' ? 'Buy' : 'Sell', isLeverage: order.market === 'spot' ? '0' : '', positionIdx: INDEX[order.positionSide], orderStatus: statusOf(order),
    cancelType: 'UNKNOWN', rejectReason: order.state === 'expired' ? 'EC_NoImmediateQtyToFill' : 'EC_NoError', avgPrice: average, leavesQty: order.state === 'open' ? plain(order.target - order.filled) : '0',
    leavesValue: '0', cumExecQty: plain(order.filled), cumExecValue: plain(order.cost), cumExecFee: '0', timeInForce: order.type === 'MARKET' ? 'IOC' : order.timeInForce === 'GTX' ? 'PostOnly' : order.timeInForce,
    orderType: order.type === 'MARKET' ? 'Market' : 'Limit', stopOrderType: '', orderIv: '', triggerPrice: '', takeProfit: '', stopLoss: '', reduceOnly: order.reduceOnly,
    closeOnTrigger: false, marketUnit: order.market === 'spot' ? (order.quantity === null ? 'quoteCoin' : 'baseCoin') : '', smpType: 'None', smpGroup: 0, smpOrderId: '',
    createdTime: String(order.createdAt), updatedTime: String(order.updatedAt), cumFeeDetail: Object.fromEntries(Object.entries(fees).map(([asset, fee]) => [asset, plain(fee)])),
  }
}

/** Source: docs/v5/order/execution.mdx. `feeCurrency` is empty on contracts. */
export function executionView(trade: Trade): unknown {
  const { order } = trade
  return {
    symbol: order.symbol, orderId: order.id, orderLinkId: order.clientOrderId, side: order.side === 'BUY' ? 'Buy' : 'Sell', orderPrice: plain(order.price), orderQty: plain(order.target),
    leavesQty: '0', orderType: order.type === 'MARKET' ? 'Market' : 'Limit', stopOrderType: '', execFee: plain(trade.fee), execId: `sim-${order.market}-${trade.id}`, execPrice: plain(trade.price),
    execQty: plain(trade.quantity), execType: 'Trade', execValue: plain(trade.quote), execTime: String(trade.at), feeCurrency: order.market === 'spot' ? trade.feeAsset : '', isMaker: trade.maker,
    feeRate: '0.001', tradeIv: '', markIv: '', markPrice: '', indexPrice: '', underlyingPrice: '', blockTradeId: '', closedSize: '', seq: trade.id, extraFees: '',
  }
}
