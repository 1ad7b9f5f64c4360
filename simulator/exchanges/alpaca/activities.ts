import { fixed, plain, type Amount } from '../../amount.ts'
import { newUuid } from '../../clock.ts'
import type { Trade } from '../../orders.ts'
import type { Call } from './state.ts'

/** What GET /v2/account/activities lists: an execution, or the fee taken for one. */
export type Activity = {
  readonly id: string
  readonly kind: 'FILL' | 'CFEE'
  readonly at: number
  readonly trade: Trade
  /** Filled so far and still to fill when this happened. */
  readonly cumulative: Amount
  readonly leaves: Amount
}

/** "20190524113406977::<uuid>": moment and random part. */
export function activityId(at: number): string {
  return `${new Date(at).toISOString().replace(/\D/g, '')}::${newUuid()}`
}

/**
 * Newest first unless asked otherwise; pages of 100 by default, continued after `page_token`.
 * Source: Trading API "Account Activities".
 */
export function listActivities({ key, query, id }: Call): unknown[] {
  const types = (id === '' ? query.get('activity_types') : id)?.split(',').filter((each) => each !== '')
  const orderId = query.get('order_id')
  const after = momentOf(query.get('after'))
  const until = momentOf(query.get('until'))
  const date = query.get('date')
  const size = Math.min(Number(query.get('page_size') ?? 100) || 100, 100)
  const all = key.account.activities.filter(
    (each) =>
      (types === undefined || types.length === 0 || types.includes(each.kind)) &&
      (orderId === null || each.trade.order.id === orderId) &&
      (after === undefined || each.at > after) &&
      (until === undefined || each.at < until) &&
      (date === null || new Date(each.at).toISOString().startsWith(date)),
  )
  const ordered = query.get('direction') === 'asc' ? all : all.toReversed()
  const token = query.get('page_token')
  const from = token === null ? 0 : ordered.findIndex((each) => each.id === token) + 1
  return ordered.slice(from, from + size).map(view)
}

function momentOf(text: string | null): number | undefined {
  const at = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

function view({ id, kind, at, trade, cumulative, leaves }: Activity): unknown {
  const side = trade.order.side.toLowerCase()
  if (kind === 'FILL') {
    return {
      id,
      activity_type: 'FILL',
      transaction_time: new Date(at).toISOString(),
      type: leaves === 0n ? 'fill' : 'partial_fill',
      price: plain(trade.price),
      qty: plain(trade.quantity),
      side,
      symbol: trade.order.symbol,
      leaves_qty: plain(leaves),
      order_id: trade.order.id,
      cum_qty: plain(cumulative),
      order_status: leaves === 0n ? 'filled' : 'partially_filled',
    }
  }
  // Taken from what is received: from the coins of a buy, from the money of a sell.
  const inCoins = trade.order.side === 'BUY'
  return {
    id,
    activity_type: 'CFEE',
    date: new Date(at).toISOString().slice(0, 10),
    net_amount: inCoins ? '0' : fixed(-trade.fee, 9),
    description: `Coin Pair Transaction Fee (${inCoins ? 'Non USD' : trade.feeAsset})`,
    symbol: trade.order.symbol.replace('/', ''),
    qty: inCoins ? plain(-trade.fee) : '0',
    price: plain(trade.price),
    status: 'executed',
  }
}
