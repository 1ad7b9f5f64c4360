import { plain } from '../../../amount.ts'
import type { Held } from '../../../engine/exchange.ts'
import type { Key } from '../../../engine/keys.ts'
import { ordersOf, type Order } from '../../../orders.ts'
import { accountUid } from './account.ts'

type Element = { readonly at: number; readonly uid: string; readonly event: unknown }

/** An order as the histories show it: texts for amounts, words with capitals. */
const orderView = (key: Key, order: Order, filled: bigint): unknown => ({
  uid: order.id, accountUid: accountUid(key), tradeable: order.symbol, direction: order.side === 'BUY' ? 'Buy' : 'Sell', quantity: plain(order.target), filled: plain(filled), timestamp: order.createdAt,
  limitPrice: plain(order.price), orderType: order.type === 'MARKET' ? 'IoC' : 'Limit', clientId: order.clientOrderId, reduceOnly: order.reduceOnly, lastUpdateTimestamp: order.updatedAt,
})

/** Source: docs.kraken.com get-order-events. */
export function orderEvents(x: Held, key: Key, params: URLSearchParams): unknown {
  const all = [...ordersOf(x.futures.orders, key.account.name).bySymbol.values()].flat().flatMap((order): Element[] => {
    const placed = { at: order.createdAt, uid: `placed-${order.id}`, event: { OrderPlaced: { order: orderView(key, order, 0n), reason: 'new_user_order', reducedQuantity: '', algoId: '' } } }
    if (order.state !== 'canceled' && order.state !== 'expired') return [placed]
    return [placed, { at: order.updatedAt, uid: `ended-${order.id}`, event: { OrderCancelled: { order: orderView(key, order, order.filled), reason: order.state === 'canceled' ? 'cancelled_by_user' : 'ioc_would_not_execute' } } }]
  })
  return page(key, all, params)
}

/** Source: docs.kraken.com get-execution-events: `order` and `orderData` are the account's own side. */
export function executions(x: Held, key: Key, params: URLSearchParams): unknown {
  const all = [...ordersOf(x.futures.orders, key.account.name).tradesBySymbol.values()].flat().map((trade): Element => ({
    at: trade.at, uid: `execution-${trade.id}`,
    event: {
      Execution: {
        execution: {
          uid: `execution-${trade.id}`, order: orderView(key, trade.order, trade.order.filled), timestamp: trade.at, quantity: plain(trade.quantity), price: plain(trade.price), markPrice: plain(trade.price),
          limitFilled: false, usdValue: plain(trade.quote), orderData: { fee: plain(trade.fee), positionSize: '0' },
        },
        takerReducedQuantity: '',
      },
    },
  }))
  return page(key, all, params)
}

/** From `since` on, newest first unless `sort=asc`; a token leads on. */
function page(key: Key, all: readonly Element[], params: URLSearchParams): unknown {
  const [since, before, count, from] = [Number(params.get('since') ?? 0), Number(params.get('before') ?? Infinity), Number(params.get('count') ?? 500), Number(params.get('continuation_token') ?? 0)]
  const ascending = params.get('sort') === 'asc'
  const within = all.filter(({ at }) => at >= since && at <= before).toSorted((a, b) => (ascending ? a.at - b.at : b.at - a.at))
  const shown = within.slice(from, from + count)
  return {
    accountUid: accountUid(key), len: shown.length, elements: shown.map(({ at, uid, event }) => ({ uid, timestamp: at, event })),
    ...from + count < within.length ? { continuationToken: String(from + count) } : {},
  }
}
