import { cut, floorTo, over, plain } from '../../amount.ts'
import { newUuid } from '../../clock.ts'
import { endOrder, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import { timeAt } from '../../engine/market.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { ordersOf, type Order } from '../../orders.ts'
import { marketOf, scaleOf } from './market-data.ts'
import { badParameter, Refusal, refusalOf } from './refusal.ts'

/** "Must be unique across open orders." */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: false }
const DAY_MS = 86_400_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Source: docs.bitvavo.com, "Create order". */
function readDraft(x: Held, fields: Fields): SpotDraft<Listed> {
  const symbol = marketOf(x, fields.required('market'))
  const [side, type] = [fields.one('side', ['buy', 'sell']), fields.one('orderType', ['market', 'limit'])]
  if (fields.whole('operatorId', -1, 0, 1e15) < 0) throw badParameter('operatorId is required')
  const [amount, quote, price] = [fields.amount('amount'), fields.amount('amountQuote'), fields.amount('price')]
  if (amount !== undefined && quote !== undefined) throw new Refusal(206, 'Use either amount or amountQuote. The usage of both parameters at the same time is not supported.')
  if (type === 'limit' ? amount === undefined || price === undefined : (amount ?? quote) === undefined) throw new Refusal(203, 'amount parameter is required.')
  if (quote !== undefined && cut(quote, scaleOf(symbol)) !== quote) throw badParameter('amountQuote')
  const clientOrderId = fields.text('clientOrderId') ?? ''
  if (clientOrderId !== '' && !UUID.test(clientOrderId)) throw badParameter('clientOrderId')
  return {
    symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: type === 'market' ? 'MARKET' : 'LIMIT', timeInForce: 'GTC', price: type === 'market' ? 0n : price ?? 0n, clientOrderId,
    quantity: amount ?? null, quoteQuantity: quote ?? null, target: amount ?? floorTo(over(quote ?? 0n, symbol.price), symbol.stepSize),
  }
}

export function createOrder(x: Held, key: Key, fields: Fields, receivedAt: number): unknown {
  const draft = readDraft(x, fields)
  const fault = spotFault(x, key.account, draft, RULES)
  if (fault !== null) throw refusalOf(fault)
  return view(placeSpot(x, key, draft, newUuid(), receivedAt))
}

const STATES = { open: 'new', filled: 'filled', canceled: 'canceled', expired: 'expired' } as const

/** Source: docs.bitvavo.com, "Get order". */
export const view = (order: Order): unknown => ({
  orderId: order.id, ...order.clientOrderId === '' ? {} : { clientOrderId: order.clientOrderId }, market: order.symbol, created: order.createdAt, updated: order.updatedAt,
  status: order.state === 'open' && order.filled > 0n ? 'partiallyFilled' : STATES[order.state], side: order.side.toLowerCase(), orderType: order.type.toLowerCase(),
  ...order.quoteQuantity === null ? { amount: plain(order.target), amountRemaining: plain(order.target - order.filled) } : { amountQuote: plain(order.quoteQuantity), amountQuoteRemaining: '0' },
  ...order.type === 'MARKET' ? {} : { price: plain(order.price) }, onHold: '0', onHoldCurrency: 'EUR', filledAmount: plain(order.filled), filledAmountQuote: plain(order.cost),
  feePaid: plain(order.trades.reduce((sum, { fee }) => sum + fee, 0n)), feeCurrency: order.trades[0]?.feeAsset ?? 'EUR', selfTradePrevention: 'decrementAndCancel', visible: false, operatorId: 1,
  fills: order.trades.map((trade) => ({
    id: `00000000-0000-4000-8000-${String(trade.id).padStart(12, '0')}`, timestamp: trade.at, amount: plain(trade.quantity), price: plain(trade.price), taker: !trade.maker, fee: plain(trade.fee), feeCurrency: trade.feeAsset, settled: true,
  })),
})

/** By the exchange's id, or by the client's, which has precedence. */
function orderOf(x: Held, key: Key, fields: Fields): Order {
  const { symbol } = marketOf(x, fields.required('market'))
  const [id, link] = [fields.text('orderId'), fields.text('clientOrderId')]
  if (id === undefined && link === undefined) throw new Refusal(203, 'orderId parameter is required.')
  const order = link === undefined ? x.spot.orders.byId.get(id ?? '') : ordersOf(x.spot.orders, key.account.name).byClientId.get(link)
  if (order === undefined || order.account !== key.account.name || order.symbol !== symbol) throw new Refusal(240, 'No order found. Please be aware that simultaneously updating the same order may return this error.', 404)
  return order
}

export const getOrder = (x: Held, key: Key, fields: Fields): unknown => view(orderOf(x, key, fields))

export function cancelOrder(x: Held, key: Key, fields: Fields): unknown {
  const order = orderOf(x, key, fields)
  fields.required('operatorId')
  if (!endOrder(x, order, 'canceled')) throw new Refusal(233, 'Order must be active (status new or partiallyFilled) to allow updating/cancelling.')
  return { orderId: order.id, ...order.clientOrderId === '' ? {} : { clientOrderId: order.clientOrderId }, operatorId: 1 }
}

export function openOrders(x: Held, key: Key, fields: Fields): unknown {
  const only = fields.text('market')
  return [...ordersOf(x.spot.orders, key.account.name).open].filter((order) => only === undefined || order.symbol === only).map(view)
}

/** The newest first, a day at a time. */
export function orders(x: Held, key: Key, fields: Fields): unknown {
  const { symbol } = marketOf(x, fields.required('market'))
  const end = fields.whole('end', timeAt(x), 0, 1e15)
  const start = fields.whole('start', end - DAY_MS, 0, 1e15)
  if (end < start || end - start > DAY_MS) throw badParameter('end')
  return (ordersOf(x.spot.orders, key.account.name).bySymbol.get(symbol) ?? []).filter((order) => order.createdAt >= start && order.createdAt <= end)
    .sort((a, b) => b.createdAt - a.createdAt).slice(0, fields.whole('limit', 500, 1, 1000)).map(view)
}
