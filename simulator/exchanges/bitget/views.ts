import { over, plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Order, Trade } from '../../orders.ts'
import { tradedOf } from './params.ts'
import type { Kind } from './refusal.ts'

/** Source: spot/trade/Get-Order-Info `cancelled`, contract/trade/Get-Order-Details `canceled`. */
function statusOf(order: Order, kind: Kind): string {
  switch (order.state) {
    case 'open': return order.filled === 0n ? 'live' : 'partially_filled'
    case 'filled': return 'filled'
    case 'canceled':
    case 'expired': return kind === 'contract' ? 'canceled' : 'cancelled'
  }
}

const average = (order: Order): string => (order.filled === 0n ? '' : plain(over(order.cost, order.filled)))
const POS_SIDE = { BOTH: 'net', LONG: 'long', SHORT: 'short' } as const

/** Whether the order closes, in hedge mode. */
const closes = (order: Order): boolean => (order.positionSide === 'LONG') === (order.side === 'SELL')

/** An order as each API shows it. `status`: what contracts call it: by id `state`. */
export function orderView(x: Held, order: Order, kind: Kind, status: 'status' | 'state' = 'status'): unknown {
  const quote = tradedOf(x, order.market).symbols.get(order.symbol)?.quote ?? ''
  const size = plain(order.quantity ?? order.quoteQuantity ?? 0n)
  const hedge = order.positionSide !== 'BOTH'
  const common = { symbol: order.symbol, orderId: order.id, clientOid: order.clientOrderId, orderType: order.type === 'MARKET' ? 'market' : 'limit', cancelReason: '' }
  switch (kind) {
    case 'spot': return {
      ...common, userId: '1', price: plain(order.price), size, side: order.side.toLowerCase(), status: statusOf(order, kind), priceAvg: average(order), baseVolume: plain(order.filled), quoteVolume: plain(order.cost),
      enterPointSource: 'API', feeDetail: '', orderSource: order.type === 'MARKET' ? 'market' : 'normal', cTime: String(order.createdAt), uTime: String(order.updatedAt), tpslType: 'normal', triggerPrice: null,
    }
    // In hedge mode the side is that of the position.
    case 'contract': return {
      ...common, size, price: plain(order.price), side: hedge ? (order.positionSide === 'LONG' ? 'buy' : 'sell') : order.side.toLowerCase(), [status]: statusOf(order, kind), priceAvg: average(order), baseVolume: plain(order.filled),
      quoteVolume: plain(order.cost), fee: plain(-order.trades.reduce((sum, { fee }) => sum + fee, 0n)), force: 'gtc', totalProfits: '0', posSide: POS_SIDE[order.positionSide], marginCoin: quote, leverage: '20',
      marginMode: 'crossed', reduceOnly: order.reduceOnly ? 'YES' : 'NO', enterPointSource: 'API', tradeSide: hedge ? (closes(order) ? 'close' : 'open') : `${order.side.toLowerCase()}_single`,
      posMode: hedge ? 'hedge_mode' : 'one_way_mode', orderSource: order.type === 'MARKET' ? 'market' : 'normal', cTime: String(order.createdAt), uTime: String(order.updatedAt),
    }
    case 'unified': return {
      ...common, category: order.market === 'spot' ? 'SPOT' : `${quote}-FUTURES`, side: order.side.toLowerCase(), price: plain(order.price), qty: plain(order.quantity ?? 0n), amount: plain(order.quoteQuantity ?? 0n),
      cumExecQty: plain(order.filled), cumExecValue: plain(order.cost), avgPrice: average(order) || '0', timeInForce: order.timeInForce.toLowerCase(), orderStatus: statusOf(order, kind),
      posSide: hedge ? POS_SIDE[order.positionSide] : '', holdMode: order.market === 'spot' ? '' : hedge ? 'hedge_mode' : 'one_way_mode', tradeSide: hedge && closes(order) ? 'close' : 'open',
      reduceOnly: order.reduceOnly ? 'YES' : 'NO', feeDetail: [{ feeCoin: order.trades[0]?.feeAsset ?? null, fee: null }], execType: 'normal', createdTime: String(order.createdAt), updatedTime: String(order.updatedAt),
    }
  }
}

/** Source: spot/trade/Get-Fills, contract/trade/Get-Order-Fills, uta/trade/Get-Order-Fills. Classic fees are below zero. */
export function fillView(trade: Trade, kind: Kind): unknown {
  const { order } = trade
  const common = { symbol: order.symbol, orderId: order.id, orderType: order.type === 'MARKET' ? 'market' : 'limit', side: order.side.toLowerCase(), tradeScope: trade.maker ? 'maker' : 'taker' }
  const detail = { deduction: 'no', feeCoin: trade.feeAsset, totalDeductionFee: '', totalFee: plain(-trade.fee) }
  switch (kind) {
    case 'spot': return { ...common, userId: '1', tradeId: String(trade.id), priceAvg: plain(trade.price), size: plain(trade.quantity), amount: plain(trade.quote), feeDetail: detail, cTime: String(trade.at), uTime: String(trade.at) }
    case 'contract': return {
      ...common, tradeId: String(trade.id), price: plain(trade.price), baseVolume: plain(trade.quantity), feeDetail: [detail], quoteVolume: plain(trade.quote), profit: plain(trade.realizedPnl), enterPointSource: 'api',
      tradeSide: 'open', posMode: order.positionSide === 'BOTH' ? 'one_way_mode' : 'hedge_mode', cTime: String(trade.at),
    }
    case 'unified': return {
      ...common, execId: String(trade.id), execLinkId: String(trade.id), clientOid: order.clientOrderId, category: order.market === 'spot' ? 'SPOT' : 'USDT-FUTURES', execPrice: plain(trade.price), execQty: plain(trade.quantity),
      execValue: plain(trade.quote), tradeSide: 'open', feeDetail: [{ feeCoin: trade.feeAsset, fee: plain(trade.fee) }], execPnl: plain(trade.realizedPnl), createdTime: String(trade.at), updatedTime: String(trade.at),
    }
  }
}
