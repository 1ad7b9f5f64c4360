import { over, plain } from '../../amount.ts'
import type { Listed } from '../../engine/listed.ts'
import type { Order, Trade } from '../../orders.ts'
import { rawNumber } from '../../raw-number.ts'

const seconds = (ms: number): string => String(Math.floor(ms / 1000))
const fraction = (ms: number): number => Math.round(ms) / 1000
const FINISH = { open: 'open', filled: 'filled', canceled: 'cancelled', expired: 'ioc' } as const
const lower = (order: Order): 'buy' | 'sell' => (order.side === 'BUY' ? 'buy' : 'sell')
const tifOf = (order: Order): string => (order.type === 'MARKET' ? 'ioc' : order.type === 'LIMIT_MAKER' || order.timeInForce === 'GTX' ? 'poc' : order.timeInForce.toLowerCase())

/** Source: API v4, "Create an order". */
export function spotOrderView(order: Order): unknown {
  const status = order.state === 'open' ? 'open' : order.state === 'filled' ? 'closed' : 'cancelled'
  const amount = order.quantity ?? order.quoteQuantity ?? 0n
  const average = order.filled === 0n ? undefined : plain(over(order.cost, order.filled))
  return {
    id: order.id, text: order.clientOrderId, amend_text: '-', create_time: seconds(order.createdAt), update_time: seconds(order.updatedAt), create_time_ms: order.createdAt,
    update_time_ms: order.updatedAt, status, currency_pair: order.symbol, type: order.type === 'MARKET' ? 'market' : 'limit', account: 'spot', side: lower(order), amount: plain(amount),
    price: plain(order.price), time_in_force: tifOf(order), iceberg: '0', left: plain(amount - (order.quantity === null ? order.cost : order.filled)), filled_amount: plain(order.filled),
    fill_price: plain(order.cost), filled_total: plain(order.cost), ...average === undefined ? {} : { avg_deal_price: average },
    fee: plain(order.trades.reduce((sum, { fee }) => sum + fee, 0n)), fee_currency: order.trades[0]?.feeAsset ?? '', point_fee: '0', gt_fee: '0', gt_maker_fee: '0', gt_taker_fee: '0',
    gt_discount: false, rebated_fee: '0', rebated_fee_currency: '', finish_as: FINISH[order.state],
  }
}

/** Source: API v4, "Query personal trading records". */
export const spotTradeView = (trade: Trade): unknown => ({
  id: String(trade.id), create_time: seconds(trade.at), create_time_ms: `${trade.at}.000000`, currency_pair: trade.order.symbol, side: lower(trade.order), role: trade.maker ? 'maker' : 'taker',
  amount: plain(trade.quantity), price: plain(trade.price), order_id: trade.order.id, fee: plain(trade.fee), fee_currency: trade.feeAsset, point_fee: '0', gt_fee: '0', amend_text: '-',
  sequence_id: String(trade.id), text: trade.order.clientOrderId,
})

const contracts = (base: bigint, s: Listed, sells: boolean): unknown => rawNumber(`${sells && base !== 0n ? '-' : ''}${plain(over(base, s.contractSize))}`)

/** Source: API v4, "Place futures order". Sizes below zero are sales. */
export function futuresOrderView(order: Order, s: Listed): unknown {
  const sells = order.side === 'SELL'
  const ended = order.state !== 'open'
  return {
    id: rawNumber(order.id), user: 1, contract: order.symbol, create_time: fraction(order.createdAt), ...ended ? { finish_time: fraction(order.updatedAt), finish_as: FINISH[order.state] } : {},
    status: ended ? 'finished' : 'open', size: contracts(order.target, s, sells), iceberg: 0, left: contracts(order.target - order.filled, s, sells), price: plain(order.price),
    fill_price: order.filled === 0n ? '0' : plain(over(order.cost, order.filled)), mkfr: '-0.00025', tkfr: '0.00075', tif: tifOf(order), refu: 0, is_reduce_only: order.reduceOnly, is_close: false,
    is_liq: false, text: order.clientOrderId, stp_id: 0, stp_act: '-', amend_text: '-',
  }
}

/** Source: API v4, "Query personal trading records". */
export const futuresTradeView = (trade: Trade, s: Listed): unknown => ({
  id: trade.id, create_time: fraction(trade.at), contract: trade.order.symbol, order_id: trade.order.id, size: contracts(trade.quantity, s, trade.order.side === 'SELL'), price: plain(trade.price),
  text: trade.order.clientOrderId, fee: plain(trade.fee), point_fee: '0', role: trade.maker ? 'maker' : 'taker', close_size: 0,
})
