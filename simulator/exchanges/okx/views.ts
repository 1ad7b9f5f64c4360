import { over, plain, type Amount } from '../../amount.ts'
import type { Listed } from '../../engine/listed.ts'
import type { Order, Trade } from '../../orders.ts'

const POS_SIDE = { BOTH: 'net', LONG: 'long', SHORT: 'short' } as const

/** Source: docs-v5 "GET / Order details", state. */
function stateOf(order: Order): string {
  switch (order.state) {
    case 'open': return order.filled === 0n ? 'live' : 'partially_filled'
    case 'filled': return 'filled'
    case 'canceled':
    case 'expired': return 'canceled'
  }
}

/** Contracts on swaps, base on spot. */
const sized = (quantity: Amount, symbol: Listed): string => plain(over(quantity, symbol.contractSize))

const ordTypeOf = (order: Order): string =>
  (order.type === 'MARKET' ? 'market' : order.type === 'LIMIT_MAKER' || order.timeInForce === 'GTX' ? 'post_only' : order.timeInForce === 'GTC' ? 'limit' : order.timeInForce.toLowerCase())

/** Source: docs-v5 "GET / Order details". Fees are below zero. */
export function orderView(order: Order, symbol: Listed): unknown {
  const spot = order.market === 'spot'
  const fee = order.trades.reduce((sum, trade) => sum + trade.fee, 0n)
  const last = order.trades.at(-1)
  return {
    accFillSz: sized(order.filled, symbol), algoClOrdId: '', algoId: '', attachAlgoClOrdId: '', attachAlgoOrds: [], avgPx: order.filled === 0n ? '' : plain(over(order.cost, order.filled)),
    cTime: String(order.createdAt), cancelSource: '', cancelSourceReason: '', category: 'normal', ccy: '', clOrdId: order.clientOrderId, fee: plain(-fee), feeCcy: last?.feeAsset ?? symbol.quote,
    fillPx: last === undefined ? '' : plain(last.price), fillSz: last === undefined ? '0' : sized(last.quantity, symbol), fillTime: last === undefined ? '' : String(last.at),
    instId: order.symbol, instType: spot ? 'SPOT' : 'SWAP', isTpLimit: 'false', lever: spot ? '' : '20', linkedAlgoOrd: { algoId: '' }, ordId: order.id, ordType: ordTypeOf(order),
    pnl: '0', posSide: POS_SIDE[order.positionSide], px: order.price === 0n ? '' : plain(order.price), pxType: '', pxUsd: '', pxVol: '', quickMgnType: '', rebate: '0', rebateCcy: symbol.quote,
    reduceOnly: String(order.reduceOnly), side: order.side.toLowerCase(), slOrdPx: '', slTriggerPx: '', slTriggerPxType: '', source: '', state: stateOf(order), stpId: '', stpMode: 'cancel_maker',
    sz: order.quantity === null ? plain(order.quoteQuantity ?? 0n) : sized(order.quantity, symbol), tag: '', tdMode: spot ? 'cash' : 'cross',
    tgtCcy: spot && order.type === 'MARKET' ? (order.quantity === null ? 'quote_ccy' : 'base_ccy') : '', tpOrdPx: '', tpTriggerPx: '', tpTriggerPxType: '',
    tradeId: last === undefined ? '' : String(last.id), tradeQuoteCcy: symbol.quote, uTime: String(order.updatedAt),
  }
}

/** Source: docs-v5 "GET / Transaction details (last 3 days)". */
export function fillView(trade: Trade, symbol: Listed): unknown {
  const { order } = trade
  return {
    side: order.side.toLowerCase(), fillSz: sized(trade.quantity, symbol), fillPx: plain(trade.price), fillPxVol: '', fillFwdPx: '', fee: plain(-trade.fee), fillPnl: plain(trade.realizedPnl), ordId: order.id,
    feeRate: '-0.001', instType: order.market === 'spot' ? 'SPOT' : 'SWAP', fillPxUsd: '', instId: order.symbol, clOrdId: order.clientOrderId, posSide: POS_SIDE[order.positionSide],
    billId: String(trade.id), subType: order.side === 'BUY' ? '1' : '2', fillMarkVol: '', tag: '', fillTime: String(trade.at), execType: trade.maker ? 'M' : 'T', fillIdxPx: '', tradeId: String(trade.id),
    fillMarkPx: '', feeCcy: trade.feeAsset, ts: String(trade.at + 1), tradeQuoteCcy: symbol.quote,
  }
}
