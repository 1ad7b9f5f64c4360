import type { ExchangeOrder, OrderInstruction, SubmitOutcome } from '#contract'
import { decimal, Problem, text, type Market } from '#model'
import { amount, member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call } from '../port.ts'
import { notSent, submitOrder } from '../submitting.ts'
import { meaningOf } from './errors.ts'
import { CLOIDS } from './ids.ts'
import type { Listed } from './listed.ts'
import { statusOf } from './manner.ts'
import { listedIn, PRICE_DIGITS } from './markets.ts'
import { middleOf } from './prices.ts'

/** How far from the middle an order may go: what the exchange's own page and [S] allow a market order. */
const SLIPPAGE = '0.05'
/** [D tick-and-lot-size] */
const SIGNIFICANT_DIGITS = 5

/** Sends one market order, which is a limit order here that takes at once, or never. */
export async function submit(desk: Desk, call: Call, order: OrderInstruction): Promise<SubmitOutcome> {
  if (order.notAfter - desk.clock.now() < 1) return notSent('deadline', 'its deadline passed before it was signed')
  if (order.positionSide !== 'both') return notSent('position_mode_differs', 'Hyperliquid nets the positions of a market: there are no two sides')
  const { quantity } = order
  if (quantity === null) return notSent('invalid_order', 'Hyperliquid counts orders in base only')
  const prepared = await prepare(desk, call, order.symbol)
  if ('kind' in prepared) return prepared
  const { listed, middle } = prepared
  if (decimal(quantity).decimalPlaces() > listed.decimals) return notSent('rules_violated', `Hyperliquid counts ${order.symbol} with ${listed.decimals} decimals`)
  const action = {
    type: 'order',
    orders: [{
      a: listed.asset, b: order.side === 'buy', p: limitOf(middle, order.side, call.market, listed.decimals), s: text(decimal(quantity)), r: call.market === 'futures' && order.reduceOnly,
      t: { limit: { tif: 'Ioc' } }, c: CLOIDS.write(order.clientOrderId),
    }],
    grouping: 'na',
  }
  return submitOrder(desk, call, order, {
    host: desk.host('hyperliquid'), request: () => ({ method: 'POST', path: '/exchange', body: { action } }), read: (body) => readStatus(statusOf(body), order, quantity), meaningOf,
  })
}

/** The market and its middle price, mostly known already; an order that cannot be made for want of them is not sent. */
async function prepare(desk: Desk, call: Call, symbol: string): Promise<{ listed: Listed; middle: string } | SubmitOutcome> {
  try {
    const listed = (await listedIn(desk, call.market)).bySymbol.get(symbol)
    if (listed === undefined) return notSent('unknown_symbol', `Hyperliquid has no ${symbol}`)
    const middle = await middleOf(desk, listed, call.caller)
    return middle === null ? notSent('no_liquidity', `Hyperliquid has no price of ${symbol}`) : { listed, middle }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.code === 'rate_limited') return { kind: 'not_sent', code: 'rate_limited', text: error.message, retryAfterMs: desk.waitFor(desk.host('hyperliquid'), call.caller), scope: 'address' }
    return notSent('unreachable', error.message)
  }
}

/** The worst price that is taken: five digits that count, and no more behind the point than the market has. Never worse than the slippage. */
export function limitOf(middle: string, side: 'buy' | 'sell', market: Market, decimals: number): string {
  const bound = decimal(middle).times(side === 'buy' ? decimal('1').plus(SLIPPAGE) : decimal('1').minus(SLIPPAGE))
  // decimal.js: 0 away from zero, 1 towards it.
  const rounding = side === 'buy' ? 1 : 0
  return text(bound.toSignificantDigits(SIGNIFICANT_DIGITS, rounding).toDecimalPlaces(Math.max(PRICE_DIGITS[market] - decimals, 0), rounding))
}

/** `{"filled": {"totalSz": "0.02", "avgPx": "1891.4", "oid": 77}}`, or `{"resting": {"oid": 77}}`. What is not taken at once is canceled. */
function readStatus(status: unknown, order: OrderInstruction, quantity: string): ExchangeOrder | string {
  const [filled, resting] = [member(status, 'filled'), member(status, 'resting')]
  const [exchangeOrderId, echoed] = [word(filled ?? resting, 'oid'), word(filled ?? resting, 'cloid')]
  if (exchangeOrderId === null) return 'the answer names no order id'
  if (echoed !== null && echoed.toLowerCase() !== CLOIDS.write(order.clientOrderId)) return 'the answer is about another order'
  const common = { exchangeOrderId, clientOrderId: order.clientOrderId, fills: null } as const
  if (filled === undefined) return { ...common, state: 'open', filled: '0', averagePrice: null }
  const total = amount(filled, 'totalSz')
  if (total === null) return 'the answer names no size'
  return { ...common, state: decimal(total).equals(decimal(quantity)) ? 'filled' : 'canceled', filled: total, averagePrice: amount(filled, 'avgPx') }
}
