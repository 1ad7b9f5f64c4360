import { floorTo, parseAmount, times } from '../../amount.ts'
import { newUuid } from '../../clock.ts'
import { ordersOf, type Order } from '../../orders.ts'
import { listActivities } from './activities.ts'
import { assetView, findAsset, type Asset } from './assets.ts'
import { calendarView, clockView } from './calendar.ts'
import { checkOrder, endOrder, matchOrder, takeOrder, type Draft } from './engine.ts'
import { readOrder } from './order-body.ts'
import { badField, forbidden, notFound, unprocessable } from './refusal.ts'
import { holdingOf, type Answer, type Call } from './state.ts'
import { accountView, heldAssets, orderView, positionView, statusOf } from './views.ts'

/** "METHOD route" → answer; what follows the route in the path is in `id`. Source: Trading API reference. */
export const TRADING: Readonly<Record<string, (call: Call) => Answer>> = {
  'GET /v2/account': ({ x, key }) => ok(accountView(x, key.account)),
  'GET /v2/account/activities': (call) => ok(listActivities(call)),
  'GET /v2/account/activities/:id': (call) => ok(listActivities(call)),
  'GET /v2/clock': ({ x }) => ok(clockView(x)),
  'GET /v2/calendar': ({ x, query }) => ok(calendarView(x, query.get('start'), query.get('end'))),
  'GET /v2/assets': listAssets,
  'GET /v2/assets/:id': ({ x, id }) => {
    const asset = findAsset(x.assets, id)
    if (asset === undefined) throw notFound(`asset not found for ${id}`)
    return ok(assetView(asset))
  },
  'POST /v2/orders': newOrder,
  'GET /v2/orders': ({ x, key, query }) => {
    const orders = listOrders(ordersOf(x.orders, key.account.name).bySymbol, query)
    return ok(orders.map((order) => orderView(x, order)))
  },
  'DELETE /v2/orders': cancelAll,
  'GET /v2/orders/:id': (call) => ok(orderView(call.x, orderOf(call))),
  'DELETE /v2/orders/:id': cancelOne,
  'GET /v2/orders:by_client_order_id': ({ x, key, query }) => {
    const clientId = query.get('client_order_id')
    if (clientId === null || clientId === '') throw badField('client_order_id is required')
    const order = ordersOf(x.orders, key.account.name).byClientId.get(clientId)
    if (order === undefined) throw notFound('order not found')
    return ok(orderView(x, order))
  },
  'GET /v2/positions': ({ x, key }) => ok(heldAssets(x, key.account).map((asset) => positionView(key.account, asset))),
  'GET /v2/positions/:id': (call) => ok(positionView(call.key.account, heldAsset(call))),
  'DELETE /v2/positions/:id': closePosition,
  'DELETE /v2/positions': (call) => {
    const closed = heldAssets(call.x, call.key.account).map((asset) => {
      const body = closePosition({ ...call, id: asset.symbol }).body
      return { symbol: asset.symbol.replace('/', ''), status: 200, body }
    })
    return { status: 207, body: closed }
  },
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function listAssets({ x, query }: Call): Answer {
  const status = query.get('status')
  const assetClass = query.get('asset_class') ?? 'us_equity'
  const exchange = query.get('exchange')
  const assets = [...x.assets.values()].filter(
    (asset) =>
      asset.class === assetClass &&
      (status === null || asset.status === status) &&
      (exchange === null || asset.exchange === exchange),
  )
  return ok(assets.map(assetView))
}

/** Answers before the market has seen the order, as the real one does: pending_new or accepted, nothing filled. */
function newOrder({ x, key, request }: Call): Answer {
  const draft = readOrder(x, request.body)
  checkOrder(x, key.account, draft)
  const order = takeOrder(x, key, draft, request.receivedAt)
  matchOrder(x, order)
  return ok(orderView(x, order, true))
}

/** open (default), closed or all; newest first unless asked otherwise; 50 by default, at most 500. */
function listOrders(bySymbol: ReadonlyMap<string, readonly Order[]>, query: URLSearchParams): Order[] {
  const status = query.get('status') ?? 'open'
  const limit = Math.min(Number(query.get('limit') ?? 50) || 50, 500)
  const after = Date.parse(query.get('after') ?? '') || 0
  const until = Date.parse(query.get('until') ?? '') || Infinity
  const symbols = query.get('symbols')?.split(',')
  const side = query.get('side')?.toUpperCase()
  const found = [...bySymbol.values()]
    .flat()
    .filter(
      (order) =>
        (status === 'all' || (order.state === 'open') === (status === 'open')) &&
        order.createdAt > after &&
        order.createdAt < until &&
        (symbols === undefined || symbols.includes(order.symbol) || symbols.includes(order.symbol.replace('/', ''))) &&
        (side === undefined || order.side === side),
    )
  found.sort((a, b) => a.receivedAt - b.receivedAt)
  return (query.get('direction') === 'asc' ? found : found.reverse()).slice(0, limit)
}

function orderOf({ x, key, id }: Call): Order {
  const order = x.orders.byId.get(id)
  if (order === undefined || order.account !== key.account.name) throw notFound(`order not found for ${id}`)
  return order
}

function cancelOne(call: Call): Answer {
  const order = orderOf(call)
  if (!endOrder(call.x, order, 'canceled')) {
    throw unprocessable(`order is already in "${statusOf(call.x, order)}" state`)
  }
  return { status: 204, body: undefined }
}

function cancelAll({ x, key }: Call): Answer {
  const open = [...ordersOf(x.orders, key.account.name).open]
  const body = open.map((order) => {
    endOrder(x, order, 'canceled')
    return { id: order.id, status: 200, body: orderView(x, order) }
  })
  return { status: 207, body }
}

function heldAsset({ x, key, id }: Call): Asset {
  const asset = findAsset(x.assets, id)
  if (asset === undefined) throw notFound(`symbol not found: ${id}`)
  if ((key.account.holdings.get(asset.base)?.total ?? 0n) === 0n) throw notFound('position does not exist')
  return asset
}

/** A market sell of all, of `qty`, or of `percentage`. */
function closePosition(call: Call): Answer {
  const { x, key, query, request } = call
  const asset = heldAsset(call)
  const { total, held } = holdingOf(key.account, asset.base)
  const qty = query.get('qty')
  const percentage = query.get('percentage')
  const hundredth = percentage === null ? undefined : parseAmount(percentage)
  const asked = qty !== null ? parseAmount(qty) : hundredth === undefined ? total : times(total, hundredth) / 100n
  if (asked === undefined || asked === 0n) throw badField('qty or percentage is invalid')
  const target = floorTo(asked, asset.minTradeIncrement)
  if (target > total - held) throw forbidden('insufficient qty available for order', { symbol: asset.symbol })
  const draft: Draft = {
    asset,
    intent: undefined,
    side: 'SELL',
    type: 'market',
    timeInForce: asset.class === 'crypto' ? 'gtc' : 'day',
    quantity: target,
    notional: null,
    target,
    limitPrice: 0n,
    clientOrderId: newUuid(),
  }
  checkOrder(x, key.account, draft)
  const order = takeOrder(x, key, draft, request.receivedAt)
  matchOrder(x, order)
  return ok(orderView(x, order, true))
}
